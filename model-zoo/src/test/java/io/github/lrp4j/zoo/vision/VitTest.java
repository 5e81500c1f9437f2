package io.github.lrp4j.zoo.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.layer.Form;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VitTest {
    private static final VitConfig SMALL =
            new VitConfig(3, 16, 4, 2, 2, 12, 20, 1e-6, true, TokenPooling.Form.CLASS_TOKEN, 0, 5);

    private static ModelFacts facts(int classes) {
        return ModelFacts.unnamed(ImagePreprocessing.imageNet().withSize(16), classes);
    }

    private static Network network(VitConfig config) {
        Network drawn = Vit.of("vit", facts(config.classes()), config,
                Weights.initialized(new SplittableRandom(3)));
        // Biases and scales start at 0 and 1: draw them as well, so that a key that is read wrongly shows.
        Map<String, Tensor> state = new LinkedHashMap<>();
        drawn.parameters().forEach((key, tensor) -> state.put(key,
                TestTensors.normal(key.hashCode(), DType.F32, tensor.shape())));
        return drawn.with(state);
    }

    private static double[] logits(Network network, Pass pass) {
        Tape tape = new Tape(new ReferenceKernels());
        Tensor pixels = TestTensors.normal(9, DType.F32, Shape.of(2, 3, 16, 16));
        return network.forward(tape, tape.input("pixels", pixels), pass).tensor().toDoubleArray();
    }

    @ParameterizedTest
    @EnumSource
    void everyConventionHoldsTheSameNetwork(VitNames.Convention convention) {
        Network network = network(SMALL);
        Map<String, Tensor> state = VitNames.fromTorchvision(convention, network.state());
        Weights stored = Weights.of("file", state, Map.of());
        assertThat(VitNames.convention(stored)).contains(convention);
        Network read = Vit.of("vit", facts(5), SMALL, stored);
        assertThat(logits(read, Pass.evaluation())).isEqualTo(logits(network, Pass.evaluation()));
    }

    @Test
    void publishedKeys() {
        Map<String, Tensor> state = network(SMALL).state();
        assertThat(VitNames.fromTorchvision(VitNames.Convention.TIMM, state)).containsKeys("cls_token", "pos_embed",
                "patch_embed.proj.weight", "blocks.1.attn.qkv.weight", "blocks.1.attn.proj.bias",
                "blocks.0.mlp.fc2.bias",
                "norm.weight", "head.bias");
        assertThat(VitNames.fromTorchvision(VitNames.Convention.HUGGING_FACE, state)).containsKeys(
                "vit.embeddings.cls_token", "vit.embeddings.patch_embeddings.projection.bias",
                "vit.encoder.layer.1.attention.attention.value.bias",
                "vit.encoder.layer.0.attention.output.dense.weight", "vit.encoder.layer.0.layernorm_after.weight",
                "vit.layernorm.bias", "classifier.weight");
    }

    @Test
    void firstTorchvisionFilesAreRead() {
        Network network = network(SMALL);
        Map<String, Tensor> old = new LinkedHashMap<>();
        network.state().forEach((key, tensor) -> old.put(
                key.replace(".mlp.0.", ".mlp.linear_1.").replace(".mlp.3.", ".mlp.linear_2."), tensor));
        assertThat(logits(Vit.of("vit", facts(5), SMALL, Weights.of("file", old, Map.of())), Pass.evaluation()))
                .isEqualTo(logits(network, Pass.evaluation()));
    }

    @Test
    void bothFormsOfAttentionComputeTheSame() {
        Network network = network(SMALL).to(DType.F64);
        double[] fused = logits(network, Pass.evaluation());
        double[] explicit = logits(network, Pass.evaluation().withAttention(Form.EXPLICIT));
        for (int i = 0; i < fused.length; i++) {
            assertThat(explicit[i]).isCloseTo(fused[i], within(1e-5));
        }
    }

    @Test
    void meanPoolingHasItsOwnNorm() {
        VitConfig config = SMALL.withMeanPooling();
        Network network = network(config);
        assertThat(network.parameters()).containsKey("fc_norm.weight").doesNotContainKey("encoder.ln.weight");
        Map<String, Tensor> timm = VitNames.fromTorchvision(VitNames.Convention.TIMM, network.state());
        Weights stored = Weights.of("file", timm, Map.of());
        assertThat(VitInference.config(stored).pooling()).isEqualTo(TokenPooling.Form.MEAN_OF_OTHERS);
        assertThat(logits(Vit.of("vit", facts(5), config, stored), Pass.evaluation()))
                .isEqualTo(logits(network, Pass.evaluation()));
        assertThatThrownBy(() -> VitNames.fromTorchvision(VitNames.Convention.HUGGING_FACE, network.state()))
                .hasMessage("vit: HUGGING_FACE has no place for fc_norm.weight");
    }

    @Test
    void whatIsNoVisionTransformerIsRefused() {
        assertThatThrownBy(() -> Vit.fromWeights("vit", Weights.of("file", Map.of(), Map.of())))
                .isInstanceOf(WeightsException.class)
                .hasMessage("file: not the weights of a vision transformer: there is no conv_proj.weight");
        Map<String, Tensor> state = network(SMALL).state();
        state.put("encoder.pos_embedding", Tensor.zeros(DType.F32, Shape.of(1, 12, 12)));
        assertThatThrownBy(() -> Vit.fromWeights("vit", Weights.of("file", state, Map.of()))).hasMessage(
                "file: not the weights of a vision transformer: encoder.pos_embedding is [1, 12, 12]: 11 places are no square");
    }

    /** A table that is linear in the place stays so, and its corners stay where they are or follow the cells' centres. */
    @ParameterizedTest
    @EnumSource
    void tablesOfPositionsFollowThePictureSize(VitNames.Convention convention) {
        Network network = network(SMALL);
        Map<String, Tensor> state = network.state();
        int width = SMALL.width();
        float[] table = new float[17 * width];
        for (int place = 0; place < 16; place++) {
            table[(place + 1) * width] = place / 4;
            table[(place + 1) * width + 1] = place % 4;
        }
        table[0] = 9;
        state.put("encoder.pos_embedding", Tensor.of(table, 1, 17, width));
        Weights stored = Weights.of("file", VitNames.fromTorchvision(convention, state), Map.of());
        Network large = Vit.of("vit", facts(5), SMALL.withImage(28), stored);
        Tensor resized = large.parameters().get("encoder.pos_embedding");
        assertThat(resized.shape()).isEqualTo(Shape.of(1, 50, width));
        assertThat(resized.at(0, 0, 0)).isEqualTo(9);
        assertThat(resized.at(0, 1 + 3 * 7 + 3, 0)).isCloseTo(1.5, within(1e-6));
        assertThat(resized.at(0, 1 + 3 * 7 + 3, 1)).isCloseTo(1.5, within(1e-6));
        double step = convention == VitNames.Convention.TORCHVISION ? 0.5 : 4.0 / 7;
        assertThat(resized.at(0, 1 + 3 * 7 + 2, 1)).isCloseTo(1.5 - step, within(0.05));
    }
}
