package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.SafetensorsException.quoted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Writes safetensors files: {@code name -> tensor}, in the order of the map, row-major whatever the views' strides.
 *
 * <p>The file appears whole or not at all: it is written beside its place under another name, forced to the disk and
 * then renamed, replacing what was there. The same tensors give the same bytes. The data begin at a multiple of 8;
 * tensors follow one another without gaps, so list the wider types first where readers want every tensor aligned.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private final Path file;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final DType float32As;

    private SafetensorsWriter(Path file, DType float32As) {
        this.file = file;
        this.float32As = float32As;
    }

    /**
     * Writes {@code tensors} to {@code file}, every tensor as the type that it has.
     *
     * @param metadata free text for {@code __metadata__}; may be empty
     * @throws SafetensorsException if a name is empty, {@code __metadata__}, given twice or no Unicode text, or the
     *     file cannot be written; nothing is left behind then, and what was at {@code file} is unchanged
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws SafetensorsException {
        write(file, tensors, metadata, DType.F32);
    }

    /**
     * Writes {@code tensors} to {@code file}, those of type F32 as {@code float32As}.
     *
     * @param metadata free text for {@code __metadata__}; may be empty
     * @param float32As F32, or BF16 or F16: rounded to nearest, ties to even
     * @throws SafetensorsException as {@link #write(Path, Map, Map)}, also if rounding would make a finite number
     *     infinite
     * @throws IllegalArgumentException if {@code float32As} is another type
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata, DType float32As)
            throws SafetensorsException {
        if (float32As != DType.F32 && float32As != DType.BF16 && float32As != DType.F16) {
            throw new IllegalArgumentException("float32 tensors are stored as F32, BF16 or F16, not as " + float32As);
        }
        SafetensorsWriter writer = new SafetensorsWriter(file, float32As);
        writer.take(tensors, metadata);
        writer.replaceFile();
    }

    /** Checks names and texts; a copy, so that a map that changes meanwhile cannot tear header and data apart. */
    private void take(Map<String, Tensor> given, Map<String, String> texts) throws SafetensorsException {
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
        for (Map.Entry<String, Tensor> entry : given.entrySet()) {
            String name = entry.getKey();
            if (name == null || name.isEmpty() || name.equals(Header.METADATA)) {
                throw new SafetensorsException(file, name,
                        (name == null ? "null" : quoted(name)) + " cannot name a tensor");
            }
            if (!utf8.canEncode(name)) {
                throw new SafetensorsException(file, name, "the name is no Unicode text (a lone surrogate)");
            }
            if (entry.getValue() == null) {
                throw new SafetensorsException(file, name, "the tensor is null");
            }
            if (tensors.put(name, entry.getValue()) != null) {
                throw new SafetensorsException(file, name, "the name is given twice");
            }
        }
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            String name = entry.getKey();
            String text = entry.getValue();
            if (name == null || text == null || !utf8.canEncode(name) || !utf8.canEncode(text)) {
                throw new SafetensorsException(file, Header.METADATA,
                        (name == null ? "null" : quoted(name)) + " and its value must be Unicode text");
            }
            if (metadata.put(name, text) != null) {
                throw new SafetensorsException(file, Header.METADATA, quoted(name) + " is given twice");
            }
        }
    }

    private void replaceFile() throws SafetensorsException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || Files.isDirectory(file)) {
            throw new SafetensorsException(file, null, "is a directory, cannot be written");
        }
        if (!Files.isDirectory(directory)) {
            throw new SafetensorsException(file, null, "cannot be written: there is no directory " + directory);
        }
        byte[] header = header();
        // Not Files.createTempFile, whose files only their owner may read.
        Path draft = directory.resolve("." + UUID.randomUUID() + ".safetensors.tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(draft, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                TensorSink sink = new TensorSink(file, channel);
                sink.write(header);
                for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                    sink.write(entry.getKey(), entry.getValue(), storedAs(entry.getValue()));
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (SafetensorsException e) {
            throw e;
        } catch (IOException e) {
            throw new SafetensorsException(file, null, -1, "cannot be written: " + e, e);
        } finally {
            // Gone already if all went well.
            deleteQuietly(draft);
        }
    }

    private static void deleteQuietly(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // The fault that matters is the one on its way to the caller.
        }
    }

    private DType storedAs(Tensor tensor) {
        return tensor.dtype() == DType.F32 ? float32As : tensor.dtype();
    }

    /** Header length and header, padded with spaces. */
    private byte[] header() throws SafetensorsException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
            generator.writeStartObject();
            if (!metadata.isEmpty()) {
                generator.writeObjectFieldStart(Header.METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    generator.writeStringField(entry.getKey(), entry.getValue());
                }
                generator.writeEndObject();
            }
            long begin = 0;
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                begin = describe(entry.getKey(), entry.getValue(), begin, generator);
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new SafetensorsException(file, null, -1, "the header cannot be written: " + e.getMessage(), e);
        }
        int length = Math.ceilDiv(json.size(), ALIGNMENT) * ALIGNMENT;
        if (length > Header.MAX_BYTES) {
            throw new SafetensorsException(file, null,
                    "a header of " + length + " bytes exceeds the limit of " + Header.MAX_BYTES);
        }
        byte[] bytes = new byte[Header.LENGTH_BYTES + length];
        Arrays.fill(bytes, (byte) ' ');
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json.toByteArray());
        return bytes;
    }

    private long describe(String name, Tensor tensor, long begin, JsonGenerator generator) throws IOException {
        long end = begin + tensor.elements() * storedAs(tensor).bytes();
        generator.writeObjectFieldStart(name);
        generator.writeStringField("dtype", storedAs(tensor).name());
        generator.writeFieldName("shape");
        int[] shape = tensor.shape().toArray();
        generator.writeArray(shape, 0, shape.length);
        generator.writeFieldName("data_offsets");
        generator.writeArray(new long[] {begin, end}, 0, 2);
        generator.writeEndObject();
        return end;
    }
}
