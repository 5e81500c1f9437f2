package io.github.lrp4j.zoo.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;
import java.util.stream.Stream;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisionModelsTest {
    /** Draws zeros: quick. */
    private static Weights blank() {
        return Weights.initialized(new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextGaussian() {
                return 0;
            }
        });
    }

    /** Numbers of parameters as torchvision's documentation has them. */
    @ParameterizedTest
    @CsvSource({"resnet18, 11689512", "resnet34, 21797672", "resnet50, 25557032", "resnext50_32x4d, 25028904",
        "wide_resnet50_2, 68883240", "vgg11_bn, 132868840", "efficientnet_v2_s, 21458488",
        "efficientnet_v2_m, 54139356", "efficientnet_v2_l, 118515272", "vit_b_16, 86567656", "vit_b_32, 88224232"})
    void numbersOfParameters(String name, long count) {
        Network network = VisionModels.load(name, blank());
        assertThat(network.parameters().values().stream().mapToLong(Tensor::elements).sum()).isEqualTo(count);
        assertThat(network.facts().classes()).hasSize(1000).contains("tench").doesNotHaveDuplicates();
        Weights stored = Weights.of("file", network.state(), Map.of());
        String family = Stream.of("vgg", "vit", "efficientnet_v2").filter(name::startsWith).findFirst()
                .orElse("resnet");
        Network inferred = VisionModels.load(family, stored);
        assertThat(inferred.state().keySet()).isEqualTo(network.state().keySet());
    }

    @Test
    void bookkeepingOfBatchNormIsIgnored() {
        Network network = VisionModels.load("resnet18", blank());
        Map<String, Tensor> state = network.state();
        state.put("bn1.num_batches_tracked", Tensor.of(new long[] {7}, Shape.SCALAR));
        assertThat(VisionModels.load("resnet18", Weights.of("file", state, Map.of())).parameters())
                .containsOnlyKeys(network.parameters().keySet());
        state.remove("layer3.1.bn2.running_var");
        assertThatThrownBy(() -> VisionModels.load("resnet18", Weights.of("file", state, Map.of())))
                .hasMessage("file: weights do not fit resnet18; 1 missing: layer3.1.bn2.running_var [256]");
    }

    @Test
    void unknownNamesListTheKnown() {
        assertThatThrownBy(() -> VisionModels.load("vgg17", blank()))
                .hasMessageStartingWith("no model vgg17; known: vgg11, vgg11_bn, ").hasMessageContaining("resnet152");
    }

    @Test
    void whatIsNoResNetIsRefused() {
        Map<String, Tensor> small = Map.of("conv1.weight", Tensor.zeros(DType.F32, Shape.of(8, 3, 3, 3)));
        assertThatThrownBy(() -> ResNet.fromWeights("net", Weights.of("file", small, Map.of())))
                .hasMessage(
                        "file: not the weights of a ResNet: conv1.weight is [8, 3, 3, 3], wanted a kernel of 7 x 7");
        assertThatThrownBy(() -> ResNet.fromWeights("net", Weights.of("file", Map.of(), Map.of())))
                .hasMessage("file: not the weights of a ResNet: there is no conv1.weight");
    }
}
