package io.github.lrp4j.tensor.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads trusted files without mapping, JSON parser or tensors: what {@link Safetensors} is compared to. */
final class NaiveReader {
    private static final Pattern ENTRY = Pattern.compile(
            "\"([^\"]+)\"\\s*:\\s*\\{\\s*\"dtype\"\\s*:\\s*\"(\\w+)\"\\s*,\\s*\"shape\"\\s*:\\s*\\[([\\d,\\s]*)]\\s*,"
                    + "\\s*\"data_offsets\"\\s*:\\s*\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]\\s*}");

    /** One tensor: every value as {@code double}, integers beyond 2^53 excepted exact. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(String dtype, int[] shape, double[] values) {
    }

    private NaiveReader() {
    }

    static Map<String, Content> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = Math.toIntExact(bytes.getLong(0));
        String header = new String(bytes.array(), 8, headerLength, StandardCharsets.UTF_8);
        Map<String, Content> all = new LinkedHashMap<>();
        Matcher matcher = ENTRY.matcher(header);
        while (matcher.find()) {
            int[] shape = Arrays.stream(matcher.group(3).split(",")).map(String::strip).filter(s -> !s.isEmpty())
                    .mapToInt(Integer::parseInt).toArray();
            int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            int at = 8 + headerLength + Integer.parseInt(matcher.group(4));
            int size = Integer.parseInt(matcher.group(5)) - Integer.parseInt(matcher.group(4));
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = value(bytes, matcher.group(2), at + i * (size / count));
            }
            all.put(matcher.group(1), new Content(matcher.group(2), shape, values));
        }
        return all;
    }

    private static double value(ByteBuffer bytes, String dtype, int at) {
        return switch (dtype) {
            case "F64" -> bytes.getDouble(at);
            case "F32" -> bytes.getFloat(at);
            case "F16" -> Float.float16ToFloat(bytes.getShort(at));
            case "BF16" -> Float.intBitsToFloat(bytes.getShort(at) << 16);
            case "I64" -> bytes.getLong(at);
            case "I32" -> bytes.getInt(at);
            case "I16" -> bytes.getShort(at);
            case "I8" -> bytes.get(at);
            case "U8", "BOOL" -> Byte.toUnsignedInt(bytes.get(at));
            default -> throw new IllegalArgumentException(dtype);
        };
    }
}
