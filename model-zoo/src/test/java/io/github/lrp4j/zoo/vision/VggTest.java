package io.github.lrp4j.zoo.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.data.FashionMnist;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VggTest {
    private static final VggConfig TINY =
            new VggConfig(1, VggConfig.steps("4 M 6 6 M"), false, 2, 2, List.of(10, 8), 5, 0.5);

    private static ModelFacts facts(VggConfig config) {
        return ModelFacts.unnamed(FashionMnist.preprocessing(), config.classes());
    }

    private static Network network(VggConfig config) {
        return Vgg.of("tiny", facts(config), config, Weights.initialized(new Random(1)));
    }

    private static Weights stored(Map<String, Tensor> tensors) {
        return Weights.of("file", tensors, Map.of());
    }

    private static float[] logits(Network network, Tensor image) {
        Tape tape = new Tape(new ReferenceKernels());
        return network.forward(tape, tape.constant(image)).tensor().toFloatArray();
    }

    @Test
    void keysAreTorchvisions() {
        assertThat(network(TINY).parameters().keySet()).containsExactly("features.0.weight", "features.0.bias",
                "features.3.weight", "features.3.bias", "features.5.weight", "features.5.bias", "classifier.0.weight",
                "classifier.0.bias", "classifier.3.weight", "classifier.3.bias", "classifier.6.weight",
                "classifier.6.bias");
        Network norm = network(TINY.withBatchNorm());
        assertThat(norm.buffers().keySet()).containsExactly("features.1.running_mean", "features.1.running_var",
                "features.5.running_mean", "features.5.running_var", "features.8.running_mean",
                "features.8.running_var");
        assertThat(norm.parameters()).containsKeys("features.7.weight", "features.8.weight", "features.8.bias");
    }

    @Test
    void scopesAreModulePaths() {
        Network network = network(TINY);
        Tape tape = new Tape(new ReferenceKernels());
        Value logits = network.forward(tape, tape.input("image", Tensor.zeros(DType.F32, Shape.of(1, 1, 8, 8))));
        List<String> scopes = Graph.of(logits).nodes().stream().map(node -> node.scope()).distinct().toList();
        assertThat(scopes).contains("features.0", "features.1", "features.2", "features.5", "avgpool", "classifier.0",
                "classifier.6");
        assertThat(logits.node().scope()).isEqualTo("classifier.6");
    }

    @Test
    void publishedSizes() {
        assertThat(List.of(VggConfig.vgg11(), VggConfig.vgg13(), VggConfig.vgg16(), VggConfig.vgg19()))
                .extracting(config -> config.features().stream().filter(VggConfig.Conv.class::isInstance).count())
                .containsExactly(8L, 10L, 13L, 16L);
    }

    @Test
    void timmNamesGoBothWays() {
        Network network = network(TINY);
        Map<String, Tensor> timm = VggNames.toTimm(TINY, network.state());
        assertThat(timm.keySet()).contains("features.5.bias", "pre_logits.fc1.weight", "pre_logits.fc2.bias",
                "head.fc.weight");
        assertThat(timm.get("pre_logits.fc1.weight").shape()).isEqualTo(Shape.of(10, 6, 2, 2));
        assertThat(timm.get("pre_logits.fc2.weight").shape()).isEqualTo(Shape.of(8, 10, 1, 1));
        assertThat(timm.get("head.fc.weight").shape()).isEqualTo(Shape.of(5, 8));
        Network back = Vgg.fromWeights("back", stored(timm));
        assertThat(back.parameters().keySet()).isEqualTo(network.parameters().keySet());
        Tensor image = Tensor.of(new Random(2).doubles(2 * 64).toArray(), DType.F32, Shape.of(2, 1, 8, 8));
        assertThat(logits(back, image)).isEqualTo(logits(network, image));
        assertThatThrownBy(
                () -> VggNames.toTimm(new VggConfig(1, TINY.features(), false, 2, 2, List.of(3), 5, 0), Map.of()))
                .hasMessageContaining("two hidden layers");
    }

    @Test
    void shapeFollowsFromWeights() {
        for (VggConfig config : List.of(TINY, TINY.withBatchNorm(),
                new VggConfig(3, VggConfig.steps("M 4 M M 6 M"), false, 3, 3, List.of(), 7, 0.5))) {
            assertThat(VggInference.config(stored(network(config).state()))).isEqualTo(config);
        }
    }

    @Test
    void errorsListKeys() {
        Map<String, Tensor> state = new LinkedHashMap<>(network(TINY).state());
        state.remove("features.3.bias");
        state.put("classifier.6.weight", Tensor.zeros(DType.F32, Shape.of(9, 8)));
        state.put("extra", Tensor.zeros(DType.F32, Shape.of(1)));
        assertThatThrownBy(() -> Vgg.of("vgg", facts(TINY), TINY, stored(state))).isInstanceOf(WeightsException.class)
                .hasMessage("file: weights do not fit vgg; 1 missing: features.3.bias [6]; 1 of another shape:"
                        + " classifier.6.weight is [9, 8], wanted [5, 8]; 1 unexpected: extra [1]");
    }

    @Test
    void whatIsNoVggIsRefused() {
        assertThatThrownBy(() -> Vgg.fromWeights("vgg", stored(Map.of("w", Tensor.zeros(DType.F32, Shape.of(1))))))
                .isInstanceOf(WeightsException.class)
                .hasMessage("file: not the weights of a VGG: there is no convolution under features");
        Map<String, Tensor> state = new LinkedHashMap<>(network(TINY).state());
        state.put("features.9000.weight", Tensor.zeros(DType.F32, Shape.of(4, 6, 3, 3)));
        assertThatThrownBy(() -> Vgg.fromWeights("vgg", stored(state)))
                .hasMessageContaining("features.9000 is a convolution");
        Map<String, Tensor> oblong = new LinkedHashMap<>(network(TINY).state());
        oblong.put("classifier.0.weight", Tensor.zeros(DType.F32, Shape.of(10, 12)));
        assertThatThrownBy(() -> Vgg.fromWeights("vgg", stored(oblong)))
                .hasMessageContaining("no square of 6 channels");
        assertThatThrownBy(() -> VggConfig.steps("64 N")).hasMessage("vgg: N is neither a width nor M, in: 64 N");
    }

    @Test
    void inputsAreChecked() {
        Network network = network(TINY);
        Tape tape = new Tape(new ReferenceKernels());
        assertThatThrownBy(() -> network.forward(tape, tape.constant(Tensor.zeros(DType.F32, Shape.of(1, 3, 8, 8)))))
                .hasMessage("tiny: the input must be [N, 1, height, width], got [1, 3, 8, 8]");
        assertThatThrownBy(() -> network.forward(tape, tape.constant(Tensor.zeros(DType.F32, Shape.of(1, 1, 2, 2)))))
                .hasMessageContaining("features.7");
    }

    @Test
    void factsTravelWithTheWeights() {
        ModelFacts facts = new ModelFacts(FashionMnist.preprocessing(), List.of("a", "b c", "d", "e", "f"));
        Weights weights = Weights.of("file", network(TINY).state(), facts.toMetadata());
        assertThat(Vgg.fromWeights("vgg", weights).facts()).isEqualTo(facts);
        Map<String, String> fewer = new ModelFacts(FashionMnist.preprocessing(), List.of("a")).toMetadata();
        assertThatThrownBy(() -> Vgg.fromWeights("vgg", Weights.of("file", network(TINY).state(), fewer)))
                .hasMessage("file: metadata speaks of 1 channels and 1 classes, the weights of 1 and 5");
        Map<String, String> broken = new LinkedHashMap<>(facts.toMetadata());
        broken.put("image.mean", "x");
        assertThatThrownBy(() -> Vgg.fromWeights("vgg", Weights.of("file", network(TINY).state(), broken)))
                .isInstanceOf(WeightsException.class).hasMessageStartingWith("file: metadata: ");
    }
}
