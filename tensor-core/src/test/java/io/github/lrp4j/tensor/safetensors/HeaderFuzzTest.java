package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.RawFile.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Thousands of damaged files: each is read as it is or refused with the one exception, in memory that the file bounds.
 */
class HeaderFuzzTest {
    private static final int FILES = 6_000;
    private static final Path NAME = Path.of("fuzz.safetensors");
    private static final List<String> TOKENS = List.of(
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", " ", "\n", "\0", "0", "-1", "1e9", "1.0",
            "null", "true", "NaN",
            "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615",
            "\"dtype\"", "\"shape\"",
            "\"data_offsets\"", "\"__metadata__\"", "\"F4\"", "\"F64\"", "\"Q9\"", "\u00e9", "\ud83d\ude00",
            "[[[[[[[[[[[[[[[[[[[[",
            "{\"a\":{\"a\":{\"a\":", entry("w", "F32", "[2]", 0, 8));

    @Test
    void damagedFilesAreReadOrRefused() {
        byte[] whole = wholeFile();
        Random random = new Random(20_260_101);
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < FILES; i++) {
            byte[] damaged = damaged(whole, random);
            long before = memory.getCurrentThreadAllocatedBytes();
            try {
                useEverything(Safetensors.of(damaged, NAME), damaged);
                read++;
            } catch (SafetensorsException e) {
                assertThat(e).hasMessageStartingWith("fuzz.safetensors: ");
                assertThat(e.getMessage()).hasSizeLessThan(1_000);
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("file " + i + ": " + new String(damaged, StandardCharsets.ISO_8859_1), e);
            }
            assertThat(memory.getCurrentThreadAllocatedBytes() - before).as("file %s", i).isLessThan(2L << 20);
        }
        assertThat(read).isGreaterThan(FILES / 50);
        assertThat(refused).isGreaterThan(FILES / 2);
    }

    /** What was accepted must keep its promises: whole, disjoint tensors that can be read to the last element. */
    private static void useEverything(Safetensors file, byte[] content) throws SafetensorsException {
        for (String name : file.names()) {
            try {
                double[] values = file.get(name).toDoubleArray();
                assertThat((long) values.length).isEqualTo(file.shape(name).elements());
                assertThat((long) values.length * file.dtype(name).bytes()).isLessThan(content.length);
            } catch (SafetensorsException e) {
                // Types and sizes that tensors do not have.
                assertThat(e.key()).hasValue(name);
            }
        }
        assertThat(file.metadata()).doesNotContainValue(null);
    }

    private static byte[] wholeFile() {
        return RawFile.of("{\"__metadata__\":{\"format\":\"pt\",\"n\u00e9e\":\"\\u00e9\\n\"},"
                + entry("conv.weight", "F32", "[2,1,3]", 0, 24) + ","
                + entry("conv.bias", "BF16", "[2]", 24, 28) + ","
                + entry("ids", "I64", "[1,2]", 32, 48) + ","
                + entry("scale", "F16", "[]", 28, 30) + ","
                + entry("mask", "BOOL", "[2]", 30, 32) + ","
                + entry("none", "F64", "[0,7]", 48, 48) + ","
                + entry("quant", "F8_E4M3", "[4]", 48, 52) + "}", 52);
    }

    private static byte[] damaged(byte[] whole, Random random) {
        if (random.nextInt(20) == 0) {
            return bytesDamaged(whole, random);
        }
        int headerLength = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = Arrays.copyOfRange(whole, 8, 8 + headerLength);
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            header = random.nextInt(3) == 0 ? numberReplaced(header, random) : spliced(header, random);
        }
        return RawFile.of(header, 52 + (random.nextInt(10) == 0 ? random.nextInt(-8, 8) : 0));
    }

    /** Length and data too, and cut short. */
    private static byte[] bytesDamaged(byte[] whole, Random random) {
        byte[] bytes = Arrays.copyOf(whole, random.nextBoolean() ? whole.length : random.nextInt(whole.length));
        for (int times = random.nextInt(1, 4); times > 0 && bytes.length > 0; times--) {
            bytes[random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 8 : whole.length))] =
                    (byte) random.nextInt();
        }
        return bytes;
    }

    /** One number in the header becomes another. */
    private static byte[] numberReplaced(byte[] header, Random random) {
        int from = random.nextInt(header.length);
        while (from < header.length && !Character.isDigit(header[from])) {
            from++;
        }
        int to = from;
        while (to < header.length && Character.isDigit(header[to])) {
            to++;
        }
        String number = switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt(60));
            case 1 -> Long.toString(random.nextLong());
            case 2 -> "1".repeat(random.nextInt(1, 2_000));
            default -> Long.toString(1L << random.nextInt(64));
        };
        return joined(header, from, to, number.getBytes(StandardCharsets.UTF_8));
    }

    /** A random stretch is deleted, repeated, or replaced by tokens or bytes. */
    private static byte[] spliced(byte[] header, Random random) {
        int from = random.nextInt(header.length + 1);
        int to = Math.min(header.length, from + random.nextInt(random.nextBoolean() ? 3 : 60));
        byte[] insert = switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> Arrays.copyOfRange(header, from, to);
            case 2 -> {
                int at = random.nextInt(header.length + 1);
                yield Arrays.copyOfRange(header, at, Math.min(header.length, at + random.nextInt(80)));
            }
            case 3 -> {
                byte[] bytes = new byte[random.nextInt(1, 4)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case 4 -> TOKENS.get(random.nextInt(TOKENS.size())).repeat(random.nextInt(1, 200))
                    .getBytes(StandardCharsets.UTF_8);
            default -> TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
        };
        return joined(header, from, random.nextBoolean() ? from : to, insert);
    }

    private static byte[] joined(byte[] header, int from, int to, byte[] middle) {
        return ByteBuffer.allocate(from + middle.length + header.length - to)
                .put(header, 0, from)
                .put(middle)
                .put(header, to, header.length - to)
                .array();
    }
}
