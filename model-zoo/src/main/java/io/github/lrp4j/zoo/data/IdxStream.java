package io.github.lrp4j.zoo.data;

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
 * An IDX file of unsigned bytes, plain or gzipped, read from its start to its end: {@code 0 0 8 rank | size_1 ... size_rank |
 * data}. Nothing is kept of what was read.
 */
final class IdxStream implements AutoCloseable {
    private static final int UNSIGNED_BYTE = 8;
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final InputStream stream;
    private int[] sizes;
    private long offset;

    private IdxStream(Path file, InputStream stream) {
        this.file = file;
        this.stream = stream;
    }

    /**
     * The file, its header read.
     *
     * @throws IdxFormatException naming file and offset if it is no such file
     */
    static IdxStream open(Path file) throws IOException {
        InputStream raw = raw(file);
        try {
            InputStream plain = isGzip(raw) ? new GZIPInputStream(raw, BUFFER) : raw;
            IdxStream opened = new IdxStream(file, plain);
            opened.sizes = opened.header();
            return opened;
        } catch (ZipException | EOFException e) {
            raw.close();
            throw damaged(file, e);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static InputStream raw(Path file) throws IOException {
        try {
            return new BufferedInputStream(Files.newInputStream(file), BUFFER);
        } catch (NoSuchFileException e) {
            throw new IdxFormatException(file, "no such file", e);
        }
    }

    private static IdxFormatException damaged(Path file, IOException e) {
        return new IdxFormatException(file, "damaged gzip data: " + e.getMessage(), e);
    }

    private static boolean isGzip(InputStream stream) throws IOException {
        stream.mark(2);
        byte[] start = stream.readNBytes(2);
        stream.reset();
        return start.length == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    }

    private int[] header() throws IOException {
        byte[] magic = stream.readNBytes(4);
        if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
            throw new IdxFormatException(file, 0, "not an IDX file: it starts with " + Arrays.toString(magic));
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw new IdxFormatException(file, 2, "element type " + magic[2] + " is not unsigned byte (8)");
        }
        int[] read = new int[magic[3] & 0xff];
        for (int d = 0; d < read.length; d++) {
            read[d] = size(4 + 4 * d);
        }
        offset = 4 + 4L * read.length;
        return read;
    }

    private int size(int at) throws IOException {
        byte[] bytes = stream.readNBytes(4);
        if (bytes.length < 4) {
            throw new IdxFormatException(file, at + bytes.length, "cut short within the header");
        }
        int size = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        if (size < 0) {
            throw new IdxFormatException(file, at, "size " + Integer.toUnsignedString(size) + " is too large");
        }
        return size;
    }

    /** What the header says. */
    int[] sizes() {
        return sizes.clone();
    }

    /** Where the next byte of data stands, counted after decompression. */
    long offset() {
        return offset;
    }

    /**
     * The next bytes of the data.
     *
     * @throws IdxFormatException if there are fewer
     */
    byte[] next(int length) throws IOException {
        try {
            // Grows with what really arrives: a header may claim anything.
            byte[] data = stream.readNBytes(length);
            if (data.length < length) {
                throw cutShort(length, data.length);
            }
            offset += length;
            return data;
        } catch (ZipException | EOFException e) {
            throw damaged(file, e);
        }
    }

    /** Passes over bytes of the data. */
    void skip(long length) throws IOException {
        try {
            stream.skipNBytes(length);
            offset += length;
        } catch (EOFException e) {
            throw new IdxFormatException(file, offset, "cut short: shape " + Arrays.toString(sizes)
                    + " needs " + length + " bytes more");
        } catch (ZipException e) {
            throw damaged(file, e);
        }
    }

    private IdxFormatException cutShort(int wanted, int found) {
        return new IdxFormatException(file, offset + found, "cut short: shape " + Arrays.toString(sizes) + " needs "
                + wanted + " bytes of data, found " + found);
    }

    /** Whether all data were read. */
    boolean isAtEnd() throws IOException {
        try {
            return stream.read() < 0;
        } catch (ZipException | EOFException e) {
            throw damaged(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
