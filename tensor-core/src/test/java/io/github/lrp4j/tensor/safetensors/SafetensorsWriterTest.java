package io.github.lrp4j.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing, and reading what was written. */
class SafetensorsWriterTest {
    @TempDir
    private Path directory;

    static Map<String, Tensor> tensors(TensorSource source) throws SafetensorsException {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (String name : source.names()) {
            all.put(name, source.get(name));
        }
        return all;
    }

    /** Contiguous numbers of any type: on the heap where tensors of it exist there, else over bytes. */
    private static Tensor random(DType dtype, Shape shape, long seed) {
        Random random = new Random(seed);
        int length = shape.arrayLength();
        byte[] bytes = new byte[length * dtype.bytes()];
        random.nextBytes(bytes);
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (dtype) {
            case F64 -> Tensor.of(random.doubles(length, -9, 9).toArray(), shape);
            case F32 -> Tensor.of(random.doubles(length, -9, 9).toArray(), DType.F32, shape);
            case I64 -> Tensor.of(random.longs(length).toArray(), shape);
            case I32 -> Tensor.of(random.ints(length).toArray(), shape);
            case I8, U8, BOOL -> Tensor.of(bytes, dtype, shape);
            case F16, BF16, I16 -> Tensor.mapped(MemorySegment.ofArray(content.array()), dtype, shape);
        };
    }

    private static Map<String, Tensor> views(DType dtype) {
        Tensor base = random(dtype, Shape.of(3, 4, 5), 1);
        Map<String, Tensor> views = new LinkedHashMap<>();
        views.put("whole", base);
        views.put("permuted", base.permute(2, 0, 1));
        views.put("sliced", base.slice(1, 1, 4, 2));
        views.put("selected", base.select(0, 2).transpose(0, 1));
        views.put("expanded", base.select(2, 3).unsqueeze(1).expand(Shape.of(3, 7, 4)));
        views.put("scalar", base.select(0, 1).select(0, 2).select(0, 3));
        views.put("empty", base.slice(1, 2, 2));
        views.put("reshaped", base.reshape(2, 30));
        // More than one piece of the writer, strided and not.
        Tensor large = random(dtype, Shape.of(301, 1, 407), 2);
        views.put("large", large);
        views.put("large transposed", large.permute(2, 1, 0));
        views.put("large stepped", large.slice(2, 3, 407, 3).unsqueeze(0));
        return views;
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeAndViewComesBackBitForBit(DType dtype) throws IOException {
        Map<String, Tensor> views = views(dtype);
        Path file = directory.resolve("views.safetensors");
        SafetensorsWriter.write(file, views, Map.of());
        Safetensors read = Safetensors.open(file);
        Map<String, NaiveReader.Content> naive = NaiveReader.read(file);
        assertThat(read.names()).containsExactlyElementsOf(views.keySet());
        for (Map.Entry<String, Tensor> view : views.entrySet()) {
            Tensor tensor = read.get(view.getKey());
            assertThat(tensor.dtype()).isEqualTo(dtype);
            assertThat(tensor.shape()).isEqualTo(view.getValue().shape());
            assertThat(tensor.toDoubleArray()).as(view.getKey()).isEqualTo(view.getValue().toDoubleArray());
            assertThat(tensor.toLongArray()).as(view.getKey()).isEqualTo(view.getValue().toLongArray());
            assertThat(naive.get(view.getKey()).values()).as(view.getKey()).isEqualTo(view.getValue().toDoubleArray());
        }
        Path again = directory.resolve("again.safetensors");
        SafetensorsWriter.write(again, tensors(read), Map.of());
        assertThat(again).hasSameBinaryContentAs(file);
    }

    /** All 65,536 patterns, NaN payloads among them: what was mapped as half precision is stored as it was. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void halfPrecisionSurvivesBeingWrittenAgain(DType dtype) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 1 << 16; i++) {
            bytes.putShort((short) i);
        }
        Tensor all = Tensor.mapped(MemorySegment.ofArray(bytes.array()), dtype, Shape.of(1 << 16));
        Path file = directory.resolve("half.safetensors");
        SafetensorsWriter.write(file, Map.of("w", all), Map.of());
        float[] read = Safetensors.open(file).get("w").floats();
        assertThat(read).isEqualTo(all.floats());
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void floatsAreRoundedToTheNearestHalf(DType dtype) throws IOException {
        Random random = new Random(3);
        float[] values = new float[20_000];
        for (int i = 0; i < values.length; i++) {
            // Of all magnitudes that the type has, subnormal ones too; every seventh an exact tie.
            double magnitude = dtype == DType.F16 ? random.nextInt(-26, 15) : random.nextInt(-136, 127);
            double fraction =
                    i % 7 == 0 ? 1 + (2 * random.nextInt(1 << 6) + 1) * Math.pow(2, -8) : 1 + random.nextDouble();
            values[i] = (float) ((random.nextBoolean() ? -1 : 1) * fraction * Math.pow(2, magnitude));
        }
        values[0] = Float.NaN;
        values[1] = Float.NEGATIVE_INFINITY;
        values[2] = -0f;
        values[3] = Float.intBitsToFloat(0x7F800001);
        Path file = directory.resolve("rounded.safetensors");
        Tensor integers = random(DType.I64, Shape.of(3), 4);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("w", Tensor.of(values, values.length));
        tensors.put("i", integers);
        SafetensorsWriter.write(file, tensors, Map.of(), dtype);
        Safetensors read = Safetensors.open(file);
        assertThat(read.dtype("w")).isEqualTo(dtype);
        assertThat(read.dtype("i")).isEqualTo(DType.I64);
        float[] rounded = read.get("w").floats();
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.compare(rounded[i], nearest(values[i], dtype))).as("%s", values[i]).isZero();
        }
    }

    /** Rounding by the definition: to a multiple of the spacing, ties to even. */
    private static float nearest(float value, DType dtype) {
        if (!Float.isFinite(value) || value == 0) {
            return value;
        }
        int fractionBits = dtype == DType.F16 ? 10 : 7;
        int smallest = dtype == DType.F16 ? -14 : -126;
        double spacing = Math.pow(2, Math.max(Math.getExponent(value), smallest) - fractionBits);
        return (float) Math.copySign(Math.rint(Math.abs(value) / spacing) * spacing, value);
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void aNumberThatWouldBecomeInfiniteIsRefusedAndTheOldFileStays(DType dtype) throws IOException {
        Path file = directory.resolve("w.safetensors");
        SafetensorsWriter.write(file, Map.of("old", Tensor.of(new float[] {1}, 1)), Map.of());
        byte[] before = Files.readAllBytes(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fine", random(DType.F32, Shape.of(100_000), 1));
        tensors.put("huge", Tensor.of(new float[] {1, 3.4e38f}, 2));
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsWriter.write(file, tensors, Map.of(), dtype))
                .withMessage(file + ": \"huge\": 3.4E38 exceeds the range of " + dtype);
        assertThat(file).hasBinaryContent(before);
        assertThat(listing()).containsExactly("w.safetensors");
    }

    @Test
    void theHeaderIsPaddedSoThatTheDataAreAligned() throws IOException {
        for (int length = 1; length < 10; length++) {
            Path file = directory.resolve("aligned.safetensors");
            SafetensorsWriter.write(file, Map.of("n".repeat(length), Tensor.of(new double[] {length}, 1)),
                    Map.of("k", "v"));
            byte[] bytes = Files.readAllBytes(file);
            long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(header % 8).isZero();
            String text = new String(bytes, 8, (int) header, StandardCharsets.UTF_8);
            assertThat(text).matches("\\{.*} {0,7}");
            assertThat(Safetensors.open(file).get("n".repeat(length)).item()).isEqualTo(length);
        }
    }

    @Test
    void theSameMapGivesTheSameBytesInItsOrder() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", random(DType.U8, Shape.of(3), 1));
        tensors.put("a", random(DType.F32, Shape.of(2, 2), 2));
        tensors.put("\u00e9 \"quoted\"\n\ud83d\ude00", random(DType.F64, Shape.of(1), 3));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("b", "2");
        metadata.put("a", "\u00fc\t\u0000");
        Path first = directory.resolve("1");
        Path second = directory.resolve("2");
        SafetensorsWriter.write(first, tensors, metadata);
        SafetensorsWriter.write(second, tensors, metadata);
        assertThat(second).hasSameBinaryContentAs(first);
        Safetensors read = Safetensors.open(first);
        assertThat(read.names()).containsExactly("z", "a", "\u00e9 \"quoted\"\n\ud83d\ude00");
        assertThat(read.metadata()).containsExactlyEntriesOf(metadata);
        assertThat(new String(Files.readAllBytes(first), StandardCharsets.ISO_8859_1).substring(8))
                .startsWith("{\"__metadata__\":{\"b\":\"2\",");
    }

    @Test
    void nothingAtAllIsAFileToo() throws IOException {
        Path file = directory.resolve("nothing");
        SafetensorsWriter.write(file, Map.of(), Map.of());
        assertThat(Safetensors.open(file).names()).isEmpty();
        assertThat(Files.size(file)).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "__metadata__", "a\ud800", "\udc00b"})
    void namesThatTheFormatHasNoPlaceForAreRefused(String name) {
        refused(Map.of("fine", Tensor.of(new float[1], 1), name, Tensor.of(new float[1], 1)), Map.of(), name);
    }

    @Test
    void nullsTwinsAndBrokenTextAreRefused() {
        Tensor tensor = Tensor.of(new float[1], 1);
        refused(Collections.singletonMap(null, tensor), Map.of(), null);
        refused(Collections.singletonMap("w", null), Map.of(), "w");
        refused(Map.of("w", tensor), Map.of("k", "\ud800"), "__metadata__");
        refused(Map.of("w", tensor), Collections.singletonMap("k", null), "__metadata__");
        refused(Map.of("w", tensor), Collections.singletonMap(null, "v"), "__metadata__");
        refused(twins("w", tensor), Map.of(), "w");
        refused(Map.of("w", tensor), twins("k", "v"), "__metadata__");
    }

    private void refused(Map<String, Tensor> tensors, Map<String, String> metadata, String key) {
        Path file = directory.resolve("refused.safetensors");
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsWriter.write(file, tensors, metadata))
                .withMessageStartingWith(file + ": ")
                .satisfies(e -> assertThat(e.key().orElse(null)).isEqualTo(key));
        assertThat(listing()).isEmpty();
    }

    /** A map that breaks the rule of maps: one key, two entries. */
    private static <V> Map<String, V> twins(String key, V value) {
        return new AbstractMap<>() {
            @Override
            public Set<Entry<String, V>> entrySet() {
                return new AbstractSet<>() {
                    @Override
                    public Iterator<Entry<String, V>> iterator() {
                        return List.<Entry<String, V>>of(new SimpleEntry<>(key, value), new SimpleEntry<>(key, value))
                                .iterator();
                    }

                    @Override
                    public int size() {
                        return 2;
                    }
                };
            }
        };
    }

    @Test
    void placesThatCannotBeWrittenAreNamed() throws IOException {
        Map<String, Tensor> tensors = Map.of("w", Tensor.of(new float[1], 1));
        Path nowhere = directory.resolve("no/such/w.safetensors");
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsWriter.write(nowhere, tensors, Map.of()))
                .withMessage(nowhere + ": cannot be written: there is no directory " + nowhere.getParent());
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsWriter.write(directory, tensors, Map.of()))
                .withMessageContaining("is a directory");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsWriter.write(directory.resolve("w"), tensors, Map.of(), DType.F64))
                .withMessageContaining("F64");
        assertThat(listing()).isEmpty();
    }

    @Test
    void aFileIsReplacedWhileItsTensorsAreInUse() throws IOException {
        Path file = directory.resolve("w.safetensors");
        SafetensorsWriter.write(file, Map.of("w", Tensor.of(new float[] {1, 2, 3}, 3)), Map.of());
        Tensor old = Safetensors.open(file).get("w");
        SafetensorsWriter.write(file, Map.of("w", old.slice(0, 1, 3)), Map.of());
        assertThat(Safetensors.open(file).get("w").toFloatArray()).containsExactly(2, 3);
        assertThat(old.toFloatArray()).containsExactly(1, 2, 3);
        assertThat(listing()).containsExactly("w.safetensors");
    }

    @Test
    void relativePathsWork() throws IOException {
        Path relative = Path.of("target", "relative.safetensors");
        Files.createDirectories(relative.getParent());
        SafetensorsWriter.write(relative, Map.of("w", Tensor.of(new float[] {5}, 1)), Map.of());
        assertThat(Safetensors.open(relative).get("w").item()).isEqualTo(5);
        Files.delete(relative);
    }

    private List<String> listing() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
