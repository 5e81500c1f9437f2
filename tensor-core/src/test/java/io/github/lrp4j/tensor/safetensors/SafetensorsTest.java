package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.RawFile.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading one file. */
class SafetensorsTest {
    @TempDir
    private Path directory;

    private Safetensors open(String header, int dataLength) throws IOException {
        return Safetensors.open(Files.write(directory.resolve("f.safetensors"), RawFile.of(header, dataLength)));
    }

    @Test
    void namesComeInTheOrderOfTheFileWhateverThatOfTheData() throws IOException {
        Safetensors file = open("{" + entry("z", "U8", "[2]", 2, 4) + "," + entry("a", "U8", "[2]", 0, 2) + "}", 4);
        assertThat(file.names()).containsExactly("z", "a");
        assertThat(file.get("z").toLongArray()).containsExactly(2, 3);
        assertThat(file.get("a").toLongArray()).containsExactly(0, 1);
        assertThat(file.contains("a")).isTrue();
        assertThat(file.contains("b")).isFalse();
        assertThat(file.file()).isEqualTo(directory.resolve("f.safetensors"));
        assertThatThrownBy(() -> file.names().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void everyTypeIsReadInPlaceEvenUnaligned() throws IOException {
        StringBuilder header = new StringBuilder("{").append(entry("first", "I8", "[1]", 0, 1));
        int end = 1;
        for (DType dtype : DType.values()) {
            header.append(',').append(entry(dtype.name(), dtype.name(), "[1,2]", end, end + 2 * dtype.bytes()));
            end += 2 * dtype.bytes();
        }
        Safetensors file = open(header + "}", end);
        Tensor wide = file.get("I64");
        assertThat(wide.shape()).isEqualTo(Shape.of(1, 2));
        // The data bytes count up: from 39 here, behind one byte and the 38 of the floats.
        assertThat(wide.toLongArray()).containsExactly(0x2827262524232221L, 0x302f2e2d2c2b2a29L);
        for (DType dtype : DType.values()) {
            assertThat(file.dtype(dtype.name())).isEqualTo(dtype);
            assertThat(file.get(dtype.name()).toDoubleArray())
                    .isEqualTo(NaiveReader.read(file.file()).get(dtype.name()).values());
        }
    }

    @Test
    void scalarsAndEmptyTensorsAreFine() throws IOException {
        Safetensors file = open("{" + entry("e", "F32", "[3,0,2]", 0, 0) + "," + entry("s", "U8", "[]", 0, 1) + ","
                + entry("end", "F64", "[0]", 1, 1) + "}", 1);
        assertThat(file.get("s").shape()).isEqualTo(Shape.SCALAR);
        assertThat(file.get("s").item()).isZero();
        assertThat(file.get("e").shape()).isEqualTo(Shape.of(3, 0, 2));
        assertThat(file.get("e").floats()).isEmpty();
        assertThat(file.get("end").toDoubleArray()).isEmpty();
        assertThat(open("{}", 0).names()).isEmpty();
        assertThat(open("{\"__metadata__\":{}}", 0).metadata()).isEmpty();
    }

    @Test
    void metadataAndPaddingAreRead() throws IOException {
        Safetensors file = open("{\"__metadata__\":{\"format\":\"pt\",\"\u00e9\\n\":\"\ud83d\ude00\"},"
                + entry("w", "U8", "[1]", 0, 1) + "} \n  ", 1);
        assertThat(file.metadata()).containsExactly(java.util.Map.entry("format", "pt"),
                java.util.Map.entry("\u00e9\n", "\ud83d\ude00"));
        assertThat(file.names()).containsExactly("w");
    }

    @Test
    void metadataMayStandAnywhereAndBeLong() throws IOException {
        String text = "x".repeat(1_000_000);
        Safetensors file =
                open("{" + entry("w", "U8", "[1]", 0, 1) + ",\"__metadata__\":{\"card\":\"" + text + "\"}}", 1);
        assertThat(file.metadata()).containsEntry("card", text);
    }

    @Test
    void typesWithoutTensorsAreListedAndTheRestIsReadable() throws IOException {
        Safetensors file =
                open("{" + entry("q", "F8_E4M3", "[2]", 0, 2) + "," + entry("t", "TERNARY", "[9]", 2, 4) + ","
                        + entry("w", "U8", "[1]", 4, 5) + "}", 5);
        assertThat(file.names()).containsExactly("q", "t", "w");
        assertThat(file.get("w").item()).isEqualTo(4);
        assertThat(file.shape("q")).isEqualTo(Shape.of(2));
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> file.get("q"))
                .withMessageStartingWith(
                        file.file() + ": \"q\": type F8_E4M3 cannot be read; the types that can are F64, F32,");
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> file.dtype("t"))
                .withMessageContaining("\"t\": type TERNARY");
    }

    @Test
    void aSizeBeyondIntIsListedAndRefusedWhenAskedFor() throws IOException {
        Safetensors file = open("{" + entry("w", "F32", "[0,3000000000]", 0, 0) + "}", 0);
        assertThat(file.names()).containsExactly("w");
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> file.get("w"))
                .withMessageContaining("\"w\": shape [0, 3000000000] has a size beyond 2147483647");
    }

    @Test
    void aNameThatIsNotThereIsRefusedWithSomeThatAre() throws IOException {
        Safetensors file = open("{" + entry("a", "U8", "[1]", 0, 1) + "}", 1);
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> file.get("b"))
                .withMessage(file.file() + ": \"b\": no such tensor; there are 1: \"a\"")
                .satisfies(e -> assertThat(e.key()).hasValue("b"));
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> file.shape("b"));
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> file.dtype("__metadata__"));
    }

    @Test
    void bytesAtHandAreReadLikeAFile() throws IOException {
        byte[] content = RawFile.of("{" + entry("w", "F32", "[2]", 0, 8) + "}", 8);
        Safetensors file = Safetensors.of(content, Path.of("resource.safetensors"));
        assertThat(file.get("w").toFloatArray())
                .isEqualTo(open("{" + entry("w", "F32", "[2]", 0, 8) + "}", 8).get("w").floats());
        assertThat(file.get("w").floats()).hasSize(2);
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> Safetensors.of(new byte[3], Path.of("resource")))
                .withMessageStartingWith("resource: ");
    }

    @Test
    void tensorsOutliveTheFileObjectAndTheFile() throws IOException {
        Path path = Files.write(directory.resolve("gone.safetensors"),
                RawFile.of("{" + entry("w", "U8", "[4]", 0, 4) + "}", 4));
        Tensor tensor = Safetensors.open(path).get("w");
        if (!System.getProperty("os.name").startsWith("Windows")) {
            Files.delete(path);
        }
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        assertThat(tensor.toLongArray()).containsExactly(0, 1, 2, 3);
    }

    /** A sparse file of 4 GiB: offsets beyond 32 bits, and no memory for what lies between. */
    @Test
    void filesBeyondTwoGibibytesAreMapped() throws IOException {
        long half = Integer.MAX_VALUE;
        byte[] header = ("{" + entry("a", "U8", "[" + half + "]", 0, half) + ","
                + entry("b", "I8", "[" + half + "]", half, 2 * half)
                + "," + entry("w", "F32", "[2]", 2 * half, 2 * half + 8) + "}").getBytes(StandardCharsets.UTF_8);
        Path path = directory.resolve("large.safetensors");
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(RawFile.of(header, 0)), 0);
            ByteBuffer last =
                    ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN).put((byte) -7).putFloat(1.5f).putFloat(-2);
            channel.write(last.flip(), 8 + header.length + 2 * half - 1);
        }
        Safetensors file = Safetensors.open(path);
        assertThat(file.get("w").floats()).containsExactly(1.5f, -2);
        assertThat(file.get("b").at((int) half - 1)).isEqualTo(-7);
        assertThat(file.get("a").at(123_456_789)).isZero();
    }

    @Test
    void manyThreadsMayAskAtOnce() throws Exception {
        int tensors = 50;
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < tensors; i++) {
            header.append(i == 0 ? "" : ",").append(entry("w" + i, "F32", "[64]", 256L * i, 256L * i + 256));
        }
        Safetensors file = open(header + "}", 256 * tensors);
        Tensor shared = file.get("w7");
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        Callable<float[]> work = () -> {
            together.await();
            for (String name : file.names()) {
                int index = Integer.parseInt(name.substring(1));
                byte first = (byte) (256 * index);
                int bits = (first & 0xFF) | (1 << 8) | (2 << 16) | (3 << 24);
                assertThat(Float.floatToRawIntBits(file.get(name).floats()[0])).isEqualTo(bits);
            }
            return shared.floats();
        };
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(pool.submit(work));
            }
            for (Future<float[]> result : results) {
                assertThat(result.get()).isSameAs(shared.floats());
            }
        }
    }
}
