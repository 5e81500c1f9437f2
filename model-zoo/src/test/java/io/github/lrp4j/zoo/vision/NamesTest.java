package io.github.lrp4j.zoo.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights under any house's keys are the same network, to the last bit. */
class NamesTest {
    static List<GoldenModel> models() throws IOException {
        return GoldenModel.all();
    }

    private static double[] logits(Network network, Tensor pixels) {
        Tape tape = new Tape(new ReferenceKernels());
        return network.forward(tape, tape.input("pixels", pixels)).tensor().toDoubleArray();
    }

    private static List<Map<String, Tensor>> renamings(GoldenModel golden, Map<String, Tensor> state) {
        List<Map<String, Tensor>> renamings = new ArrayList<>();
        switch (golden.config().architecture()) {
            case "vgg" -> {
                if (golden.config().vgg().hidden().size() == 2) {
                    renamings.add(VggNames.toTimm(golden.config().vgg(), state));
                } else {
                    assertThatThrownBy(() -> VggNames.toTimm(golden.config().vgg(), state))
                            .hasMessageContaining("two hidden layers");
                    renamings.add(state);
                }
            }
            case "resnet" -> renamings.add(ResNetNames.toHuggingFace(state));
            case "efficientnet_v2" -> renamings.add(EfficientNetV2Names.toTimm(state));
            default -> {
                for (VitNames.Convention convention : VitNames.Convention.values()) {
                    renamings.add(VitNames.fromTorchvision(convention, state));
                }
            }
        }
        return renamings;
    }

    @ParameterizedTest
    @MethodSource("models")
    void renamedWeightsAreTheSameNetwork(GoldenModel golden) throws IOException {
        Network network = golden.network();
        Tensor pixels = golden.tensor("input.b1");
        double[] expected = logits(network, pixels);
        for (Map<String, Tensor> renamed : renamings(golden, network.state())) {
            Network read = golden.config().network("renamed", Weights.of("file", renamed, Map.of()));
            assertThat(read.state().keySet()).isEqualTo(network.state().keySet());
            assertThat(logits(read, pixels)).isEqualTo(expected);
        }
    }

    @Test
    void patternsCountFromZeroOrOne() {
        KeyPattern pattern = new KeyPattern("layer{S+1}.{B}.conv{K+1}.");
        KeyPattern.Match match = pattern.match("layer12.0.conv3.weight").orElseThrow();
        assertThat(match).isEqualTo(new KeyPattern.Match(Map.of("S", 11, "B", 0, "K", 2), "weight"));
        assertThat(pattern.key(match)).isEqualTo("layer12.0.conv3.weight");
        assertThat(pattern.match("layer0.0.conv3.weight")).isEmpty();
        assertThat(pattern.match("layer1.01.conv3.weight")).isEmpty();
        assertThat(pattern.match("xlayer1.0.conv3.weight")).isEmpty();
    }

    @Test
    void whatHasNoPlaceIsRefused() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("layer1.0.se.fc1.weight", Tensor.zeros(DType.F32, Shape.of(1)));
        assertThatThrownBy(() -> ResNetNames.toHuggingFace(state))
                .hasMessage("resnet: Hugging Face has no place for layer1.0.se.fc1.weight");
        assertThatThrownBy(() -> EfficientNetV2Names.toTimm(state))
                .hasMessage("efficientnet_v2: timm has no place for layer1.0.se.fc1.weight");
    }
}
