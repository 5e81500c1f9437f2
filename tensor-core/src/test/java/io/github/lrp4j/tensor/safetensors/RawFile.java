package io.github.lrp4j.tensor.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Files put together by hand, right or wrong. */
final class RawFile {
    private RawFile() {
    }

    /** Length, header and {@code dataLength} bytes 0, 1, 2 ... */
    static byte[] of(String header, int dataLength) {
        return of(header.getBytes(StandardCharsets.UTF_8), dataLength);
    }

    /** Length, header and {@code dataLength} bytes 0, 1, 2 ... */
    static byte[] of(byte[] header, int dataLength) {
        return of(header.length, header, dataLength);
    }

    /** The claimed length, whatever the header has. */
    static byte[] of(long claimedLength, byte[] header, int dataLength) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataLength).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(claimedLength).put(header);
        for (int i = 0; i < dataLength; i++) {
            bytes.put((byte) i);
        }
        return bytes.array();
    }

    /** {@code "name":{"dtype":dtype,"shape":shape,"data_offsets":[begin,end]}}. */
    static String entry(String name, String dtype, String shape, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + ","
                + end + "]}";
    }
}
