package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.SafetensorsException.quoted;

import com.fasterxml.jackson.core.JsonToken;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and checks the header of a file that may be hostile. */
final class HeaderReader {
    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** The most dimensions that a tensor may have, which is the limit of NumPy and PyTorch too. */
    private static final int MAX_RANK = 64;
    private static final String OFFSETS = "data_offsets must be two integers [begin, end]";

    private final Path file;
    private final long dataLength;
    private final JsonCursor json;
    private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    private Map<String, String> metadata;

    private HeaderReader(Path file, long dataLength, JsonCursor json) {
        this.file = file;
        this.dataLength = dataLength;
        this.json = json;
    }

    /**
     * The header of {@code file}, whose bytes are {@code content}.
     *
     * @throws SafetensorsException on any fault, see the package description
     */
    static Header read(Path file, MemorySegment content) throws SafetensorsException {
        long length = content.byteSize();
        if (length < Header.LENGTH_BYTES) {
            throw new SafetensorsException(file, null, 0,
                    "not a safetensors file: " + length + " bytes, fewer than the 8 of the header length", null);
        }
        long headerLength = content.get(LENGTH, 0);
        long rest = length - Header.LENGTH_BYTES;
        if (headerLength < 0 || headerLength > Header.MAX_BYTES) {
            throw new SafetensorsException(file, null, 0, "header length " + Long.toUnsignedString(headerLength)
                    + " exceeds the limit of " + Header.MAX_BYTES + " bytes" + lookalike(content), null);
        }
        if (headerLength > rest) {
            throw new SafetensorsException(file, null, 0, "header length " + headerLength + " exceeds the " + rest
                    + " bytes that follow it; is the file truncated?", null);
        }
        if (headerLength == 0 || content.get(ValueLayout.JAVA_BYTE, Header.LENGTH_BYTES) != '{') {
            throw new SafetensorsException(file, null, Header.LENGTH_BYTES, "the header must begin with '{'", null);
        }
        long dataStart = Header.LENGTH_BYTES + headerLength;
        ByteBuffer text = content.asSlice(Header.LENGTH_BYTES, headerLength).asByteBuffer();
        try (JsonCursor json = new JsonCursor(file, text, Header.LENGTH_BYTES)) {
            HeaderReader reader = new HeaderReader(file, length - dataStart, json);
            reader.object();
            reader.checkLayout(dataStart);
            return new Header(
                    Collections.unmodifiableMap(reader.tensors),
                    reader.metadata == null ? Map.of() : Collections.unmodifiableMap(reader.metadata),
                    dataStart);
        }
    }

    /** What a file is that people take for safetensors, in words. */
    private static String lookalike(MemorySegment content) {
        byte[] first = content.asSlice(0, Header.LENGTH_BYTES).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(first, StandardCharsets.ISO_8859_1);
        if (text.equals("version ")) {
            return "; this looks like a Git LFS pointer, not the file itself";
        }
        if (text.startsWith("PK\3\4") || text.startsWith("\u0080\2")) {
            return "; this looks like a PyTorch pickle file, not safetensors";
        }
        return "";
    }

    private void object() throws SafetensorsException {
        json.expect(JsonToken.START_OBJECT, "the header must be an object");
        while (json.next() == JsonToken.FIELD_NAME) {
            String key = json.text();
            json.blame(key);
            if (tensors.containsKey(key) || (key.equals(Header.METADATA) && metadata != null)) {
                throw json.fault("the key occurs twice");
            }
            if (key.equals(Header.METADATA)) {
                metadata = metadata();
            } else {
                tensors.put(key, entry(key));
            }
            json.blame(null);
        }
        json.expectEnd();
    }

    private Map<String, String> metadata() throws SafetensorsException {
        Map<String, String> pairs = new LinkedHashMap<>();
        json.expect(JsonToken.START_OBJECT, "must be an object of strings");
        while (json.next() == JsonToken.FIELD_NAME) {
            String name = json.text();
            if (pairs.containsKey(name)) {
                throw json.fault(quoted(name) + " occurs twice");
            }
            json.expect(JsonToken.VALUE_STRING, quoted(name) + " must be a string");
            pairs.put(name, json.text());
        }
        return pairs;
    }

    private TensorEntry entry(String name) throws SafetensorsException {
        json.expect(JsonToken.START_OBJECT, "must be an object with dtype, shape and data_offsets");
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.next() == JsonToken.FIELD_NAME) {
            String field = json.text();
            boolean repeated;
            switch (field) {
                case "dtype" -> {
                    repeated = dtype != null;
                    json.expect(JsonToken.VALUE_STRING, "dtype must be a string");
                    dtype = json.text();
                }
                case "shape" -> {
                    repeated = shape != null;
                    shape = shape();
                }
                case "data_offsets" -> {
                    repeated = offsets != null;
                    offsets = offsets();
                }
                default -> throw json.fault("unknown field " + quoted(field));
            }
            if (repeated) {
                throw json.fault(field + " occurs twice");
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            throw json.fault((dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets") + " is missing");
        }
        TensorEntry entry = new TensorEntry(name, dtype, shape, offsets[0], offsets[1]);
        checkSize(entry);
        return entry;
    }

    private long[] shape() throws SafetensorsException {
        json.expect(JsonToken.START_ARRAY, "shape must be an array of integers");
        long[] sizes = new long[4];
        int rank = 0;
        while (json.next() != JsonToken.END_ARRAY) {
            if (rank == MAX_RANK) {
                throw json.fault("shape has more than " + MAX_RANK + " dimensions");
            }
            if (rank == sizes.length) {
                sizes = Arrays.copyOf(sizes, 2 * rank);
            }
            sizes[rank++] = json.count("shape must hold integers that are not negative");
        }
        return Arrays.copyOf(sizes, rank);
    }

    private long[] offsets() throws SafetensorsException {
        json.expect(JsonToken.START_ARRAY, OFFSETS);
        json.next();
        long begin = json.count(OFFSETS);
        json.next();
        long end = json.count(OFFSETS);
        json.expect(JsonToken.END_ARRAY, OFFSETS);
        return new long[] {begin, end};
    }

    private void checkSize(TensorEntry entry) throws SafetensorsException {
        if (entry.begin > entry.end) {
            throw json.fault("data_offsets " + entry.offsetsText() + " end before they begin");
        }
        if (entry.end > dataLength) {
            throw json.fault("data_offsets " + entry.offsetsText() + " exceed the " + dataLength + " bytes of data");
        }
        if (entry.type().isEmpty()) {
            // A type of tomorrow: its size is unknown, its place is still checked.
            return;
        }
        long implied;
        try {
            implied = entry.impliedSize(entry.type().get().bits());
        } catch (ArithmeticException e) {
            throw json.fault("shape " + entry.shapeText() + " has more elements than 64 bits count");
        }
        if (implied != entry.size()) {
            throw json.fault("shape " + entry.shapeText() + " of " + entry.typeName
                    + (implied < 0 ? " does not fill whole bytes" : " needs " + implied + " bytes")
                    + ", data_offsets " + entry.offsetsText() + " hold " + entry.size());
        }
    }

    /** The tensors, in order of their offsets, must cover the data without overlap, hole or remainder. */
    private void checkLayout(long dataStart) throws SafetensorsException {
        List<TensorEntry> ordered = tensors.values()
                .stream()
                .sorted(Comparator.<TensorEntry>comparingLong(e -> e.begin).thenComparingLong(e -> e.end))
                .toList();
        TensorEntry previous = null;
        long covered = 0;
        for (TensorEntry entry : ordered) {
            if (entry.begin < covered) {
                throw new SafetensorsException(file, entry.name, dataStart + entry.begin,
                        "data_offsets " + entry.offsetsText()
                                + " overlap those of " + quoted(previous.name) + ", " + previous.offsetsText(),
                        null);
            }
            if (entry.begin > covered) {
                throw new SafetensorsException(file, entry.name, dataStart + covered,
                        "data_offsets " + entry.offsetsText()
                                + " leave a hole of " + (entry.begin - covered) + " bytes before them",
                        null);
            }
            covered = entry.end;
            previous = entry;
        }
        if (covered < dataLength) {
            throw new SafetensorsException(file, previous == null ? null : previous.name, dataStart + covered,
                    (dataLength - covered) + " bytes of data after "
                            + (previous == null ? "the header" : "the last tensor") + " belong to no tensor",
                    null);
        }
    }
}
