package io.github.lrp4j.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraAdapterTest {
    private static final Path LANGUAGE = Path.of(System.getProperty("lrp4j.golden", "../golden"), "language");
    private static final String PLAIN = "\"peft_type\": \"LORA\", \"r\": 3, \"lora_alpha\": 12";

    private final SplittableRandom random = new SplittableRandom(11);

    @TempDir
    private Path folder;

    static List<Path> goldenCases() throws IOException {
        try (Stream<Path> folders = Files.list(LANGUAGE)) {
            return folders.filter(f -> Files.exists(f.resolve("lora/adapter_config.json"))).sorted().toList();
        }
    }

    @Tag("golden")
    @ParameterizedTest
    @MethodSource("goldenCases")
    void theReferenceAdapterGivesTheReferenceModel(Path golden) throws IOException {
        JsonNode lora = new ObjectMapper().readTree(golden.resolve("case.json").toFile()).get("lora");
        double tolerance = lora.get("max_abs_tolerance").asDouble();
        Weights merged = LoraAdapter.open(golden.resolve("lora"))
                .merge(Weights.open(golden.resolve(lora.get("base").asText())));
        Map<String, Tensor> wanted = Weights.open(golden.resolve("model.safetensors")).tensors();

        assertThat(merged.tensors().keySet()).containsExactlyInAnyOrderElementsOf(wanted.keySet());
        wanted.forEach((key, tensor) -> assertThat(merged.tensors().get(key).toDoubleArray()).as(key)
                .containsExactly(tensor.toDoubleArray(), within(tolerance)));
    }

    private Tensor drawn(int... sizes) {
        float[] values = new float[(int) Shape.of(sizes).elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.of(values, Shape.of(sizes));
    }

    private static ModelConfig config(String text) throws IOException {
        return ModelConfig.of("adapter_config.json", (ObjectNode) new ObjectMapper().readTree("{" + text + "}"));
    }

    private static Weights weights(Object... keysAndTensors) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < keysAndTensors.length; i += 2) {
            tensors.put((String) keysAndTensors[i], (Tensor) keysAndTensors[i + 1]);
        }
        return Weights.of("file", tensors, Map.of());
    }

    private static Weights factors(String layer, Tensor a, Tensor b) {
        return weights("base_model.model." + layer + ".lora_A.weight", a,
                "base_model.model." + layer + ".lora_B.weight",
                b);
    }

    /** {@code W[o, i] + s sum_k B[o, k] A[k, i]}, cell by cell. */
    private static void requireMerged(Tensor merged, Tensor weight, Tensor a, Tensor b, double scale,
            boolean transposed) {
        assertThat(merged.shape()).isEqualTo(weight.shape());
        for (int o = 0; o < b.size(0); o++) {
            for (int i = 0; i < a.size(1); i++) {
                double sum = 0;
                for (int k = 0; k < a.size(0); k++) {
                    sum += b.at(o, k) * a.at(k, i);
                }
                int row = transposed ? i : o;
                int column = transposed ? o : i;
                assertThat(merged.at(row, column)).isCloseTo(weight.at(row, column) + scale * sum, within(2e-6));
            }
        }
    }

    @Test
    void aLinearLayer() throws IOException {
        Tensor w = drawn(5, 4);
        Tensor a = drawn(3, 4);
        Tensor b = drawn(5, 3);
        Weights base = weights("m.weight", w, "m.bias", drawn(5));

        Weights merged = LoraAdapter.of(config(PLAIN), factors("m", a, b)).merge(base);

        requireMerged(merged.tensors().get("m.weight"), w, a, b, 4, false);
        assertThat(merged.tensors().get("m.bias")).isSameAs(base.tensors().get("m.bias"));
        requireMerged(LoraAdapter.of(config(PLAIN + ", \"use_rslora\": true"), factors("m", a, b)).merge(base).tensors()
                .get("m.weight"), w, a, b, 12 / Math.sqrt(3), false);
    }

    @Test
    void aTransposedLayerAndAnEmbedding() throws IOException {
        Tensor w = drawn(4, 5);
        Tensor a = drawn(3, 4);
        Tensor b = drawn(5, 3);

        requireMerged(LoraAdapter.of(config(PLAIN + ", \"fan_in_fan_out\": true"), factors("m", a, b))
                .merge(weights("m.weight", w)).tensors().get("m.weight"), w, a, b, 4, true);
        requireMerged(LoraAdapter.of(config(PLAIN), weights("base_model.model.m.lora_embedding_A", a,
                "base_model.model.m.lora_embedding_B", b)).merge(weights("m.weight", w)).tensors().get("m.weight"), w,
                a,
                b, 4, true);
    }

    @Test
    void aConvolution() throws IOException {
        Tensor w = drawn(5, 2, 3, 3);
        Tensor a = drawn(3, 2, 3, 3);
        Tensor b = drawn(5, 3, 1, 1);

        Tensor merged = LoraAdapter.of(config(PLAIN), factors("m", a, b)).merge(weights("m.weight", w)).tensors()
                .get("m.weight");

        assertThat(merged.shape()).isEqualTo(w.shape());
        requireMerged(merged.reshape(5, 18), w.reshape(5, 18), a.reshape(3, 18), b.reshape(5, 3), 4, false);
    }

    @Test
    void layersWithRanksAndScalesOfTheirOwn() throws IOException {
        Tensor w = drawn(5, 4);
        Tensor a = drawn(2, 4);
        Tensor b = drawn(5, 2);
        String patterns = PLAIN + ", \"rank_pattern\": {\"q\": 2}, \"alpha_pattern\": {\"block.q\": 1}";

        requireMerged(LoraAdapter.of(config(patterns), factors("x.block.q", a, b)).merge(weights("x.block.q.weight", w))
                .tensors().get("x.block.q.weight"), w, a, b, 0.5, false);
        assertThatThrownBy(() -> LoraAdapter.of(config(PLAIN), factors("q", a, b)).merge(weights("q.weight", w)))
                .isInstanceOf(WeightsException.class).hasMessageContaining("A has rank 2");
        assertThatThrownBy(() -> LoraAdapter.of(config(PLAIN + ", \"rank_pattern\": {\"(a+)+\": 2}"),
                factors("q", a, b)).merge(weights("q.weight", w))).isInstanceOf(ConfigException.class)
                .hasMessageContaining("regular expression");
    }

    @Test
    void whatWasTrainedAlongReplaces() throws IOException {
        Tensor head = drawn(7, 5);
        Tensor bias = drawn(5);
        Map<String, Tensor> adapter = new LinkedHashMap<>(factors("m", drawn(3, 4), drawn(5, 3)).tensors());
        adapter.put("base_model.model.head.weight", head);
        adapter.put("base_model.model.m.bias", bias);

        Weights merged = LoraAdapter.of(config(PLAIN + ", \"modules_to_save\": [\"head\"]"),
                Weights.of("adapter", adapter, Map.of()))
                .merge(weights("m.weight", drawn(5, 4), "m.bias", drawn(5), "head.weight", drawn(2, 5)));

        assertThat(merged.tensors().get("head.weight")).isSameAs(head);
        assertThat(merged.tensors().get("m.bias")).isSameAs(bias);
    }

    @Test
    void aHalfPrecisionBaseIsMergedInFloat32() throws IOException {
        Path file = folder.resolve("base.safetensors");
        Tensor w = drawn(5, 4);
        SafetensorsWriter.write(file, Map.of("m.weight", w), Map.of(), DType.BF16);
        Weights base = Weights.open(file);
        Tensor a = drawn(3, 4);
        Tensor b = drawn(5, 3);

        Tensor merged = LoraAdapter.of(config(PLAIN), factors("m", a, b)).merge(base).tensors().get("m.weight");

        assertThat(merged.dtype()).isEqualTo(DType.F32);
        requireMerged(merged, base.tensors().get("m.weight"), a, b, 4, false);
    }

    @Test
    void whatDoesNotFitIsNamed() throws IOException {
        LoraAdapter adapter = LoraAdapter.of(config(PLAIN), factors("m", drawn(3, 4), drawn(5, 3)));

        assertThatThrownBy(() -> adapter.merge(weights("n.weight", drawn(5, 4)))).isInstanceOf(WeightsException.class)
                .hasMessageContaining("no m.weight");
        assertThatThrownBy(() -> adapter.merge(weights("m.weight", drawn(4, 5)))).isInstanceOf(WeightsException.class)
                .hasMessageContaining("m: A [3, 4] and B [5, 3] do not fit the weight [4, 5]");
        assertThatThrownBy(() -> LoraAdapter.of(config(PLAIN), weights("base_model.model.m.lora_A.weight",
                drawn(3, 4))).merge(weights("m.weight", drawn(5, 4)))).hasMessageContaining("has lora_A only");
        assertThatThrownBy(() -> LoraAdapter.of(config(PLAIN), weights("m.weight", drawn(3, 4)))
                .merge(weights("m.weight", drawn(5, 4)))).hasMessageContaining("no key of an adapter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"peft_type\": \"IA3\", \"r\": 3", "\"r\": 3", PLAIN + ", \"use_dora\": true",
        PLAIN + ", \"lora_bias\": true"})
    void otherMethodsAreRefused(String text) throws IOException {
        ModelConfig config = config(text);

        assertThatThrownBy(() -> LoraAdapter.of(config, factors("m", drawn(3, 4), drawn(5, 3))))
                .isInstanceOf(ConfigException.class).hasMessageStartingWith("adapter_config.json: ");
    }
}
