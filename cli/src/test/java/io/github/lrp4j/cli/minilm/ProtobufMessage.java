package io.github.lrp4j.cli.minilm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bytes -> fields}: one message in protobuf's wire format, whose fields are read by number.
 *
 * @param fields in the order of the file
 */
record ProtobufMessage(List<Field> fields) {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    /**
     * A field.
     *
     * @param number its number
     * @param integer its value where that is a varint, else 0
     * @param bytes its value where that has a length (text, bytes, a message, packed numbers), else empty
     */
    record Field(int number, long integer, ByteBuffer bytes) {
        String text() {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }

        ProtobufMessage message() {
            return read(bytes);
        }

        /** The number, or all numbers of a repeated integer that is packed into one field. */
        List<Long> integers() {
            if (!bytes.hasRemaining()) {
                return List.of(integer);
            }
            List<Long> integers = new ArrayList<>();
            ByteBuffer in = bytes.duplicate();
            while (in.hasRemaining()) {
                integers.add(varint(in));
            }
            return integers;
        }
    }

    static ProtobufMessage read(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer none = in.slice(0, 0);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            int number = (int) (tag >>> 3);
            switch ((int) tag & 7) {
                case VARINT -> fields.add(new Field(number, varint(in), none));
                case FIXED_64 -> fields.add(new Field(number, 0, take(in, Long.BYTES)));
                case FIXED_32 -> fields.add(new Field(number, 0, take(in, Integer.BYTES)));
                case BYTES -> fields.add(new Field(number, 0, take(in, (int) varint(in))));
                default ->
                    throw new IllegalArgumentException("protobuf: field " + number + " has wire type " + (tag & 7));
            }
        }
        return new ProtobufMessage(fields);
    }

    /** All fields of this number. */
    List<Field> all(int number) {
        return fields.stream().filter(field -> field.number() == number).toList();
    }

    /** The last field of this number, which is the one that counts. */
    Field one(int number) {
        return all(number).getLast();
    }

    private static ByteBuffer take(ByteBuffer in, int length) {
        ByteBuffer taken = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return taken;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
