package io.github.lrp4j.zoo.data;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads IDX files of unsigned bytes, plain or gzipped: {@code 0 0 8 rank | size_1 ... size_rank | data}, sizes as
 * big-endian 32-bit integers, data row-major. The format of the MNIST family of data sets.
 */
public final class IdxFile {
    private static final int UNSIGNED_BYTE = 8;

    private IdxFile() {
    }

    /**
     * The file as a U8 tensor.
     *
     * @throws IdxFormatException naming file and offset if it is no such file, cut short, or longer than its header
     *     says
     */
    public static Tensor read(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream stream = isGzip(raw) ? new GZIPInputStream(raw, 1 << 16) : raw) {
            return read(file, stream);
        } catch (NoSuchFileException e) {
            throw new IdxFormatException(file, "no such file", e);
        } catch (ZipException | EOFException e) {
            throw new IdxFormatException(file, "damaged gzip data: " + e.getMessage(), e);
        }
    }

    private static boolean isGzip(InputStream stream) throws IOException {
        stream.mark(2);
        byte[] start = stream.readNBytes(2);
        stream.reset();
        return start.length == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    }

    private static Tensor read(Path file, InputStream stream) throws IOException {
        byte[] magic = stream.readNBytes(4);
        if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
            throw new IdxFormatException(file, 0, "not an IDX file: it starts with " + Arrays.toString(magic));
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw new IdxFormatException(file, 2, "element type " + magic[2] + " is not unsigned byte (8)");
        }
        int[] sizes = new int[magic[3] & 0xff];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = size(file, stream, 4 + 4 * d);
        }
        long header = 4 + 4L * sizes.length;
        int length;
        try {
            length = Shape.of(sizes).arrayLength();
        } catch (IllegalArgumentException e) {
            throw new IdxFormatException(file, 4, e.getMessage());
        }
        // Grows with what really arrives: a header may claim anything.
        byte[] data = stream.readNBytes(length);
        if (data.length < length) {
            throw new IdxFormatException(file, header + data.length,
                    "cut short: shape " + Arrays.toString(sizes) + " needs " + length + " bytes of data, found "
                            + data.length);
        }
        if (stream.read() >= 0) {
            throw new IdxFormatException(file, header + length,
                    "more data than shape " + Arrays.toString(sizes) + " needs");
        }
        return Tensor.of(data, DType.U8, Shape.of(sizes));
    }

    private static int size(Path file, InputStream stream, int offset) throws IOException {
        byte[] bytes = stream.readNBytes(4);
        if (bytes.length < 4) {
            throw new IdxFormatException(file, offset + bytes.length, "cut short within the header");
        }
        int size = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        if (size < 0) {
            throw new IdxFormatException(file, offset, "size " + Integer.toUnsignedString(size) + " is too large");
        }
        return size;
    }
}
