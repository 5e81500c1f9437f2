package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.RawFile.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a header can lie, and the one message that each gets. */
class HostileHeaderTest {
    private static final String GOOD = entry("w", "F32", "[2]", 0, 8);

    /** A file, the key that is at fault (null: none) and what the message must say. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Hostile(String label, byte[] bytes, String key, String says) {
        @Override
        public String toString() {
            return label;
        }
    }

    @ParameterizedTest
    @MethodSource
    void endsInOneClearError(Hostile hostile, @TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("hostile.safetensors"), hostile.bytes);
        SafetensorsException fault = catchThrowableOfType(SafetensorsException.class, () -> Safetensors.open(file));
        assertThat(fault).isNotNull();
        assertThat(fault).hasMessageStartingWith(file + ": ").hasMessageContaining(hostile.says);
        assertThat(fault.getMessage()).hasSizeLessThan(file.toString().length() + 600).doesNotContain("\n", "\u001b");
        assertThat(fault.file()).isEqualTo(file);
        assertThat(fault.key().orElse(null)).isEqualTo(hostile.key);
        if (hostile.key != null) {
            assertThat(fault).hasMessageContaining(SafetensorsException.quoted(hostile.key));
        }
        assertThat(fault.offset()).isPresent();
        assertThat(fault.offset().getAsLong()).isBetween(0L, (long) hostile.bytes.length);
    }

    static List<Hostile> endsInOneClearError() {
        List<Hostile> all = new ArrayList<>();
        lengths(all);
        syntax(all);
        text(all);
        entries(all);
        layout(all);
        metadata(all);
        return all;
    }

    private static void lengths(List<Hostile> all) {
        byte[] good = ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_8);
        all.add(new Hostile("empty file", new byte[0], null, "0 bytes, fewer than the 8"));
        all.add(new Hostile("seven bytes", new byte[7], null, "7 bytes, fewer than the 8"));
        all.add(new Hostile("only a length", RawFile.of(1, new byte[0], 0), null,
                "header length 1 exceeds the 0 bytes"));
        all.add(new Hostile("no header", RawFile.of("", 8), null, "must begin with '{'"));
        all.add(new Hostile("length -1", RawFile.of(-1, good, 8), null,
                "header length 18446744073709551615 exceeds the limit"));
        all.add(new Hostile("length 2^63", RawFile.of(Long.MIN_VALUE, good, 8), null, "exceeds the limit"));
        all.add(new Hostile("length of 2^63 - 1", RawFile.of(Long.MAX_VALUE, good, 8), null, "exceeds the limit"));
        all.add(new Hostile("length over 100 MB", RawFile.of(100_000_001, good, 8), null,
                "header length 100000001 exceeds the limit of 100000000"));
        all.add(new Hostile("length of 100 MB in a small file", RawFile.of(100_000_000, good, 8), null,
                "bytes that follow it"));
        all.add(new Hostile("length beyond the file", RawFile.of(good.length + 1, good, 0), null,
                "is the file truncated?"));
        all.add(new Hostile("length into the data", RawFile.of(good.length + 1, good, 9), null, "not valid JSON"));
        all.add(new Hostile("length too short", RawFile.of(good.length - 1, good, 8), null, "not valid JSON"));
        all.add(new Hostile("Git LFS pointer", ascii("version https://git-lfs.github.com/spec/v1\n"), null,
                "Git LFS pointer"));
        all.add(new Hostile("zip archive", ascii("PK\3\4aaaaaaaaaaaaaaa"), null, "PyTorch pickle"));
    }

    private static void syntax(List<Hostile> all) {
        add(all, "not JSON", "{nope", 0, null, "not valid JSON");
        add(all, "an array", "[]", 0, null, "must begin with '{'");
        add(all, "a string", "\"w\"", 0, null, "must begin with '{'");
        add(all, "unterminated", "{" + GOOD, 8, null, "not valid JSON");
        add(all, "unterminated name", "{\"w", 8, null, "not valid JSON");
        add(all, "trailing comma", "{" + GOOD + ",}", 8, null, "not valid JSON");
        add(all, "trailing word", "{" + GOOD + "} x", 8, null, "not valid JSON");
        add(all, "second object", "{" + GOOD + "}{}", 8, null, "nothing may follow");
        add(all, "trailing number", "{" + GOOD + "} 1", 8, null, "nothing may follow");
        add(all, "NUL padding", "{" + GOOD + "}\0\0", 8, null, "not valid JSON");
        add(all, "comment", "{/* */" + GOOD + "}", 8, null, "not valid JSON");
        add(all, "single quotes", "{'w':1}", 8, null, "not valid JSON");
        add(all, "NaN", "{\"w\":{\"shape\":[NaN]}}", 8, "w", "not valid JSON");
        add(all, "leading zero", "{\"w\":{\"shape\":[01]}}", 8, "w", "not valid JSON");
        add(all, "leading space", " {" + GOOD + "}", 8, null, "must begin with '{'");
        add(all, "nested arrays", "{\"w\":" + "[".repeat(100_000), 0, "w", "must be an object with dtype, shape");
        add(all, "nested objects", "{\"a\":".repeat(100_000), 0, "a", "unknown field \"a\"");
        add(all, "nested shape", "{\"w\":{\"shape\":" + "[".repeat(100_000), 0, "w", "shape must hold integers");
        add(all, "nested metadata", "{\"__metadata__\":{\"m\":" + "{\"m\":".repeat(100_000), 0, "__metadata__",
                "must be a string");
        add(all, "endless name", "{\"" + "n".repeat(100_000) + "\":1}", 0, null, "not valid JSON");
        add(all, "endless number", "{\"w\":{\"shape\":[" + "9".repeat(100_000) + "]}}", 0, "w", "not valid JSON");
    }

    private static void text(List<Hostile> all) {
        add(all, "byte order mark", "\ufeff{" + GOOD + "}", 8, null, "must begin with '{'");
        add(all, "UTF-16", ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_16LE), 8, null, "not valid JSON");
        add(all, "lone continuation byte", latin("{\"\u0080\":1}"), 8, null, "not valid UTF-8 (at byte 10)");
        add(all, "overlong slash", latin("{\"\u00c0\u00af\":1}"), 8, null, "not valid UTF-8 (at byte 10)");
        add(all, "encoded surrogate", latin("{\"\u00ed\u00a0\u0080\":1}"), 8, null, "not valid UTF-8 (at byte 10)");
        add(all, "beyond Unicode", latin("{\"\u00f4\u0090\u0080\u0080\":1}"), 8, null, "not valid UTF-8 (at byte 10)");
        add(all, "cut character", latin("{\"\u00e2\u0082"), 0, null, "not valid UTF-8 (at byte 10)");
        add(all, "lone surrogate in a name", "{\"\\ud800\":1}", 0, null, "surrogate");
        add(all, "lone low surrogate in a name", "{\"\\udc00\":1}", 0, null, "surrogate");
        add(all, "lone surrogate in metadata", "{\"__metadata__\":{\"a\":\"\\udc00\"}}", 0, "__metadata__",
                "surrogate pair");
        add(all, "raw line break in a name", "{\"a\nb\":1}", 0, null, "not valid JSON");
        add(all, "terminal escape in a name", "{\"\\u001b[31m\":1}", 0, "\u001b[31m", "\\u001b[31m");
        add(all, "line break in a type", "{\"w\":{\"dtype\":1,\"x\\n\":2}}", 0, "w", "dtype must be a string");
        add(all, "long unknown field", "{\"w\":{\"" + "x".repeat(50_000) + "\":1}}", 0, "w", "unknown field \"xxx");
    }

    private static void entries(List<Hostile> all) {
        String name = "layer.0.w\u00e9\ud83d\ude00";
        add(all, "entry null", "{\"" + name + "\":null}", 8, name, "must be an object with dtype");
        add(all, "entry array", "{\"w\":[\"F32\",[2],[0,8]]}", 8, "w", "must be an object with dtype");
        add(all, "entry empty", "{\"w\":{}}", 8, "w", "dtype is missing");
        wrong(all, "no dtype", "\"shape\":[2],\"data_offsets\":[0,8]", "dtype is missing");
        wrong(all, "no shape", "\"dtype\":\"F32\",\"data_offsets\":[0,8]", "shape is missing");
        wrong(all, "no offsets", "\"dtype\":\"F32\",\"shape\":[2]", "data_offsets is missing");
        wrong(all, "unknown field", "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"strides\":[1]",
                "unknown field \"strides\"");
        wrong(all, "dtype twice", "\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]",
                "dtype occurs twice");
        wrong(all, "shape twice", "\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]",
                "shape occurs twice");
        wrong(all, "offsets twice", "\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]",
                "data_offsets occurs twice");
        wrong(all, "dtype number", "\"dtype\":32", "dtype must be a string, found 32");
        wrong(all, "dtype null", "\"dtype\":null", "dtype must be a string, found null");
        for (String shape : List.of("2", "null", "\"2\"", "{}", "true")) {
            wrong(all, "shape " + shape, "\"shape\":" + shape, "shape must be an array");
        }
        for (String size : List.of("-1", "-0", "2.0", "2e0", "\"2\"", "null", "true", "[2]", "{}")) {
            wrong(all, "size " + size, "\"shape\":[1," + size + "]",
                    "shape must hold integers that are not negative, found");
        }
        wrong(all, "size 2^63", "\"shape\":[9223372036854775808]", "exceeds 64 bits");
        wrong(all, "size 2^64 + 2", "\"shape\":[18446744073709551618]", "exceeds 64 bits");
        wrong(all, "rank 65", "\"shape\":[2" + ",1".repeat(64) + "]", "more than 64 dimensions");
        wrong(all, "product wraps to 2", fields("F32", "[9223372036854775807,9223372036854775807,2]", "[0,8]"),
                "more elements than 64 bits");
        wrong(all, "product wraps to 0", fields("F32", "[4294967296,4294967296]", "[0,0]"),
                "more elements than 64 bits");
        wrong(all, "huge before zero", fields("F32", "[9223372036854775807,4,0]", "[0,0]"),
                "more elements than 64 bits");
        wrong(all, "bytes wrap to 0", fields("F64", "[2305843009213693952]", "[0,0]"), "more elements than 64 bits");
        for (String offsets : List.of("[]", "[0]", "[0,8,8]", "0", "null", "{}", "[0,8.0]", "[-8,0]", "[\"0\",8]",
                "[[0],8]", "[null,8]")) {
            wrong(all, "offsets " + offsets, fields("F32", "[2]", offsets),
                    "data_offsets must be two integers [begin, end], found");
        }
        wrong(all, "offsets 2^64", fields("F32", "[2]", "[0,18446744073709551616]"), "exceeds 64 bits");
        wrong(all, "end before begin", fields("F32", "[2]", "[8,0]"), "[8, 0] end before they begin");
        wrong(all, "end beyond the data", fields("F32", "[3]", "[0,12]"), "[0, 12] exceed the 8 bytes of data");
        wrong(all, "begin beyond the data", fields("F32", "[0]", "[9,9]"), "exceed the 8 bytes of data");
        wrong(all, "largest offsets", fields("F32", "[2]", "[9223372036854775799,9223372036854775807]"),
                "exceed the 8 bytes");
        wrong(all, "too few bytes", fields("F32", "[2]", "[0,4]"),
                "shape [2] of F32 needs 8 bytes, data_offsets [0, 4] hold 4");
        wrong(all, "too many bytes", fields("F32", "[1]", "[0,8]"),
                "shape [1] of F32 needs 4 bytes, data_offsets [0, 8] hold 8");
        wrong(all, "scalar of 8 bytes", fields("F32", "[]", "[0,8]"), "shape [] of F32 needs 4 bytes");
        wrong(all, "size of a type that has no tensor", fields("F8_E4M3", "[2]", "[0,8]"),
                "shape [2] of F8_E4M3 needs 2 bytes");
        wrong(all, "half a byte", fields("F4", "[15]", "[0,8]"), "does not fill whole bytes");
    }

    private static void layout(List<Hostile> all) {
        add(all, "same key twice", "{" + GOOD + "," + GOOD + "}", 8, "w", "the key occurs twice");
        add(all, "same key, one escaped", "{" + GOOD + ",\"\\u0077\":{}}", 8, "w", "the key occurs twice");
        add(all, "same bytes twice", "{" + GOOD + "," + entry("v", "F32", "[2]", 0, 8) + "}", 8, "v",
                "overlap those of \"w\", [0, 8]");
        add(all, "overlap", "{" + entry("v", "F32", "[2]", 4, 12) + "," + GOOD + "}", 12, "v",
                "[4, 12] overlap those of \"w\", [0, 8]");
        add(all, "empty tensor inside another", "{" + GOOD + "," + entry("v", "F32", "[0]", 4, 4) + "}", 8, "v",
                "overlap those of \"w\"");
        add(all, "hole at the start", "{" + entry("w", "F32", "[1]", 4, 8) + "}", 8, "w", "leave a hole of 4 bytes");
        add(all, "hole between", "{" + GOOD + "," + entry("v", "U8", "[1]", 9, 10) + "}", 10, "v",
                "leave a hole of 1 bytes");
        add(all, "remainder", "{" + GOOD + "}", 9, "w", "1 bytes of data after the last tensor");
        add(all, "data of no tensor", "{}", 8, null, "8 bytes of data after the header");
        add(all, "an unknown type leaves a hole", "{" + GOOD + "," + entry("v", "Q9", "[1]", 9, 10) + "}", 10, "v",
                "hole");
    }

    private static void metadata(List<Hostile> all) {
        for (String value : List.of("1", "null", "true", "[]", "{}")) {
            add(all, "metadata value " + value, "{\"__metadata__\":{\"format\":" + value + "}," + GOOD + "}", 8,
                    "__metadata__",
                    "\"format\" must be a string, found");
        }
        for (String value : List.of("null", "[]", "\"pt\"")) {
            add(all, "metadata " + value, "{\"__metadata__\":" + value + "," + GOOD + "}", 8, "__metadata__",
                    "must be an object of strings");
        }
        add(all, "metadata key twice", "{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0, "__metadata__",
                "\"a\" occurs twice");
        add(all, "metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__",
                "the key occurs twice");
        add(all, "metadata is a tensor", "{\"__metadata__\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "__metadata__",
                "\"shape\" must be a string");
    }

    private static void add(List<Hostile> all, String label, String header, int dataLength, String key, String says) {
        add(all, label, header.getBytes(StandardCharsets.UTF_8), dataLength, key, says);
    }

    private static void add(List<Hostile> all, String label, byte[] header, int dataLength, String key, String says) {
        all.add(new Hostile(label, RawFile.of(header, dataLength), key, says));
    }

    /** An entry "w" of these fields over 8 bytes of data. */
    private static void wrong(List<Hostile> all, String label, String fields, String says) {
        add(all, label, "{\"w\":{" + fields + "}}", 8, "w", says);
    }

    private static String fields(String dtype, String shape, String offsets) {
        return "\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void theOffsetIsThatOfTheBytesNotOfTheCharacters(@TempDir Path directory) throws IOException {
        String before = "{\"__metadata__\":{\"\u00e9\":\"\u20ac\ud83d\ude00\"},\"w\":{\"dtype\":";
        Path file = Files.write(directory.resolve("f"), RawFile.of(before + "7}}", 0));
        SafetensorsException fault = catchThrowableOfType(SafetensorsException.class, () -> Safetensors.open(file));
        assertThat(fault.offset()).hasValue(8 + before.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void whatIsNoFileIsNamed(@TempDir Path directory) {
        Path absent = directory.resolve("absent.safetensors");
        assertThat(catchThrowableOfType(SafetensorsException.class, () -> Safetensors.open(absent)))
                .hasMessage(absent + ": no such file");
        assertThat(catchThrowableOfType(SafetensorsException.class, () -> Safetensors.open(directory)))
                .hasMessage(directory + ": is a directory, not a file");
    }
}
