package io.github.lrp4j.zoo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
    @TempDir
    private Path folder;

    static byte[] idx(byte[] data, int... sizes) {
        ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + data.length);
        buffer.put(new byte[] {0, 0, 8, (byte) sizes.length});
        Arrays.stream(sizes).forEach(buffer::putInt);
        return buffer.put(data).array();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(content);
        }
        return bytes.toByteArray();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("data.idx"), content);
    }

    @Test
    void readsPlainAndGzipped() throws IOException {
        byte[] content = idx(new byte[] {1, 2, 3, (byte) 200, 5, 6}, 2, 3);
        for (byte[] form : new byte[][] {content, gzip(content)}) {
            Tensor tensor = IdxFile.read(file(form));
            assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
            assertThat(tensor.toIntArray()).containsExactly(1, 2, 3, 200, 5, 6);
        }
    }

    @Test
    void namesFileAndOffset() throws IOException {
        byte[] content = idx(new byte[6], 2, 3);
        refused(Arrays.copyOf(content, 3), "not an IDX file: it starts with [0, 0, 8] (at byte 0)");
        refused(Arrays.copyOf(content, 10), "cut short within the header (at byte 10)");
        refused(Arrays.copyOf(content, 16), "cut short: shape [2, 3] needs 6 bytes of data, found 4 (at byte 16)");
        refused(Arrays.copyOf(content, 19), "more data than shape [2, 3] needs (at byte 18)");
        refused(new byte[] {0, 0, 13, 1, 0, 0, 0, 0}, "element type 13 is not unsigned byte (8) (at byte 2)");
        refused("hello".getBytes(StandardCharsets.US_ASCII), "not an IDX file");
        refused(idx(new byte[0], -1), "size 4294967295 is too large (at byte 4)");
    }

    /** A header may claim two gigabytes: nothing of that size is allocated. */
    @Test
    void believesTheFileNotTheHeader() throws IOException {
        byte[] content = idx(new byte[100], 1 << 20, 2047);
        for (byte[] form : new byte[][] {content, gzip(content)}) {
            refused(form, "cut short: shape [1048576, 2047] needs 2146435072 bytes of data, found 100 (at byte 112)");
        }
        refused(idx(new byte[0], Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), "too many elements");
        refused(idx(new byte[0], Integer.MAX_VALUE, 2), "do not fit in one array");
    }

    @Test
    void refusesDamagedGzip() throws IOException {
        byte[] form = gzip(idx(new byte[1000], 1000));
        refused(Arrays.copyOf(form, form.length - 9), "damaged gzip data");
        form[form.length - 5] ^= 1;
        refused(form, "damaged gzip data");
    }

    @Test
    void refusesMissingFiles() {
        Path missing = folder.resolve("nothing");
        assertThatThrownBy(() -> IdxFile.read(missing)).isInstanceOf(IdxFormatException.class)
                .hasMessage(missing + ": no such file");
    }

    private void refused(byte[] content, String fault) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> IdxFile.read(file)).isInstanceOf(IdxFormatException.class)
                .hasMessageStartingWith(file + ": ").hasMessageContaining(fault);
    }
}
