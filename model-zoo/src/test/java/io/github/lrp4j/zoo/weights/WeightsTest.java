package io.github.lrp4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
    @TempDir
    private Path folder;

    private static Weights weights(Object... keysAndShapes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < keysAndShapes.length; i += 2) {
            tensors.put((String) keysAndShapes[i], Tensor.zeros(DType.F32, (Shape) keysAndShapes[i + 1]));
        }
        return Weights.of("some.safetensors", tensors, Map.of());
    }

    @Test
    void prefixesAreModulePaths() {
        Weights weights = weights("a.0.weight", Shape.of(2, 3), "a.0.bias", Shape.of(2));
        Weights module = weights.pp("a").pp(0);
        assertThat(module.path()).isEqualTo("a.0");
        assertThat(module.has("bias")).isTrue();
        assertThat(module.has("running_mean")).isFalse();
        Tensor weight = module.get("weight", Initial.ZEROS, 2, 3);
        assertThat(weight.storage().isDurable()).isTrue();
        assertThat(module.get("weight", Initial.ZEROS, 2, 3)).isSameAs(weight);
        module.get("bias", Initial.ZEROS, 2);
        assertThatCode(() -> weights.requireFit("net")).doesNotThrowAnyException();
    }

    @Test
    void oneErrorListsEverything() {
        Weights weights =
                weights("a.weight", Shape.of(2, 3), "b.weight", Shape.of(4), "c.num_batches_tracked", Shape.SCALAR,
                        "head.fc.bias", Shape.of(7));
        weights.pp("a").get("weight", Initial.ZEROS, 3, 2);
        weights.pp("b").get("weight", Initial.ZEROS, 4);
        weights.pp("b").get("bias", Initial.ZEROS, 4);
        weights.pp("c").ignore("num_batches_tracked");
        assertThatThrownBy(() -> weights.requireFit("net")).isInstanceOf(WeightsException.class)
                .hasMessage(
                        "some.safetensors: weights do not fit net; 1 missing: b.bias [4]; 1 of another shape: a.weight"
                                + " is"
                                + " [2, 3], wanted [3, 2]; 1 unexpected: head.fc.bias [7]");
    }

    @Test
    void longListsAreCut() {
        Weights weights = weights();
        for (int i = 0; i < 9; i++) {
            weights.pp("m").pp(i).get("weight", Initial.ZEROS, 1);
        }
        assertThatThrownBy(() -> weights.requireFit("net"))
                .hasMessage("some.safetensors: weights do not fit net; 9 missing: m.0.weight [1], m.1.weight [1],"
                        + " m.2.weight [1], m.3.weight [1], m.4.weight [1], ...");
    }

    @Test
    void messagesAreSafeToPrint() {
        assertThatThrownBy(() -> weights("\u001b[31mred\n", Shape.of(1)).requireFit("net"))
                .hasMessage("some.safetensors: weights do not fit net; 1 unexpected: ?[31mred? [1]");
    }

    @Test
    void integersAreNoWeights() {
        Weights weights = Weights.of("ints", Map.of("w", Tensor.of(new long[] {1, 2}, 2)), Map.of());
        weights.get("w", Initial.ZEROS, 2);
        assertThatThrownBy(() -> weights.requireFit("net"))
                .hasMessageContaining("w holds I64, wanted floating-point numbers");
    }

    @Test
    void readsFilesOfAnyFloatingType() throws IOException {
        Path file = folder.resolve("half.safetensors");
        SafetensorsWriter.write(file, Map.of("w", Tensor.of(new float[] {0.5f, -2}, 2)), Map.of("note", "x"),
                DType.BF16);
        Weights weights = Weights.open(file);
        assertThat(weights.metadata()).containsEntry("note", "x");
        assertThat(weights.name()).isEqualTo(file.toString());
        Tensor w = weights.get("w", Initial.ZEROS, 2);
        assertThat(w.dtype()).isEqualTo(DType.F32);
        assertThat(w.toFloatArray()).containsExactly(0.5f, -2);
    }

    @Test
    void initialWeightsAreSeeded() {
        Tensor first = Weights.initialized(new Random(3)).get("w", Initial.HE_NORMAL, 64, 32, 3, 3);
        Tensor again = Weights.initialized(new Random(3)).get("w", Initial.HE_NORMAL, 64, 32, 3, 3);
        assertThat(first.toFloatArray()).isEqualTo(again.toFloatArray());
        double squares = 0;
        for (float value : first.toFloatArray()) {
            squares += value * value;
        }
        assertThat(squares / first.elements()).isBetween(0.95 * 2 / 288, 1.05 * 2 / 288);
        Weights weights = Weights.initialized(new Random(3));
        assertThat(weights.get("g", Initial.ONES, 2).toFloatArray()).containsOnly(1);
        assertThat(weights.get("b", Initial.ZEROS, 2).toFloatArray()).containsOnly(0);
        assertThatCode(() -> weights.requireFit("net")).doesNotThrowAnyException();
    }

    @Test
    void moreThanTheNetworkNeedsMayBeAllowed() {
        Weights weights = weights("w", Shape.of(2), "head.bias", Shape.of(7));
        weights.get("w", Initial.ZEROS, 2);
        assertThat(weights.fit()).isEqualTo(new Fit(List.of(), List.of(), List.of("head.bias [7]")));
        assertThat(weights.fit().isComplete()).isTrue();
        assertThat(weights.fit().isExact()).isFalse();
        assertThatCode(() -> weights.requireComplete("net")).doesNotThrowAnyException();
        assertThatThrownBy(() -> weights.requireFit("net")).hasMessageContaining("1 unexpected: head.bias [7]");
        weights.get("v", Initial.ZEROS, 3);
        assertThatThrownBy(() -> weights.requireComplete("net")).hasMessageContaining("1 missing: v [3]");
    }

    @Test
    void namesOfOneTensorShareIt() {
        Weights weights = weights("shared.weight", Shape.of(4, 2), "lm_head.weight", Shape.of(4, 2))
                .tied("shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight");
        Tensor shared = weights.get("shared.weight", Initial.ZEROS, 4, 2);
        assertThat(weights.get("encoder.embed_tokens.weight", Initial.ZEROS, 4, 2)).isSameAs(shared);
        assertThat(weights.fit().unexpected()).containsExactly("lm_head.weight [4, 2]");
        assertThat(weights("b", Shape.of(1)).tied("a", "b").get("a", Initial.ZEROS, 1)).isNotNull();
        assertThat(weights("c", Shape.of(1)).tied("a", "b").has("a")).isFalse();
    }

    @Test
    void filesAreReadWhenTheyAreNeeded() throws IOException {
        Path file = folder.resolve("mapped.safetensors");
        SafetensorsWriter.write(file, Map.of("w", Tensor.of(new float[] {1, 2}, 2)), Map.of());
        Tensor mapped = Weights.open(file).tensors().get("w");
        try (FileChannel content = FileChannel.open(file, StandardOpenOption.WRITE)) {
            content.write(ByteBuffer.wrap(new byte[] {0, 0, 0x40, 0x40}), Files.size(file) - 4);
        }
        assertThat(mapped.toFloatArray()).containsExactly(1, 3);
    }
}
