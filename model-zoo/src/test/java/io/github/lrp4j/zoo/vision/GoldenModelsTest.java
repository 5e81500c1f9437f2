package io.github.lrp4j.zoo.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits, module outputs and input gradients of the reference networks, built from their configuration. */
@Tag("golden")
class GoldenModelsTest {
    private static final Kernels FAST = Backends.select().kernels();

    static List<GoldenModel> models() throws IOException {
        return GoldenModel.all();
    }

    /** Reference kernels in float64: only the order of summation differs. */
    @ParameterizedTest
    @MethodSource("models")
    void inFloat64(GoldenModel model) throws IOException {
        compare(model, new ReferenceKernels(), DType.F64, 1e-10);
    }

    /** The fastest kernels of this machine, in float32: gradients pass every rounding twice. */
    @ParameterizedTest
    @MethodSource("models")
    void inFloat32(GoldenModel model) throws IOException {
        compare(model, FAST, DType.F32, 2e-5);
    }

    private static void compare(GoldenModel model, Kernels kernels, DType dtype, double tolerance) throws IOException {
        Network network = model.network().to(dtype);
        for (String batch : List.of("b1", "b2")) {
            Map<String, Value> outputs = new HashMap<>();
            Tape tape = new Tape(kernels);
            Value input = tape.input("image", model.tensor("input." + batch).to(dtype));
            Value logits = network.forward(tape, input, Pass.evaluation().observedBy(outputs::put));
            assertClose(logits.tensor(), model.tensor("logits." + batch), tolerance, "logits." + batch);
            Tensor gradient = Gradients.vjp(logits, model.tensor("start." + batch).to(dtype)).of(input);
            assertClose(gradient, model.tensor("grad_top_logit." + batch), tolerance, "grad_top_logit." + batch);
            int compared = 0;
            for (String name : model.tensors().names()) {
                if (batch.equals("b1") && name.startsWith("activation.")) {
                    Value output = outputs.get(name.substring("activation.".length()));
                    assertThat(output).as("%s: module of %s", model, name).isNotNull();
                    assertClose(output.tensor(), model.tensor(name), tolerance, name);
                    compared++;
                }
            }
            assertThat(compared > 0).isEqualTo(batch.equals("b1"));
        }
    }

    private static void assertClose(Tensor got, Tensor want, double tolerance, String what) {
        assertThat(got.shape()).as(what).isEqualTo(want.shape());
        double[] g = got.toDoubleArray();
        double[] w = want.toDoubleArray();
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < w.length; i++) {
            largest = Math.max(largest, Math.abs(w[i]));
            worst = Math.max(worst, Math.abs(g[i] - w[i]));
        }
        assertThat(worst).as(what).isLessThanOrEqualTo(tolerance * largest);
    }

    /** What the configuration says can be read from the weights alone. */
    @ParameterizedTest
    @MethodSource("models")
    void shapesFollowFromWeights(GoldenModel model) throws IOException {
        Weights weights = model.weights();
        switch (model.config().architecture()) {
            case "vgg" -> {
                assertThat(VggInference.config(weights)).isEqualTo(model.config().vgg());
                assertThat(Vgg.fromWeights("inferred", weights).parameters())
                        .containsOnlyKeys(model.network().parameters().keySet());
            }
            case "resnet" -> {
                assertThat(ResNetInference.config(weights)).isEqualTo(model.config().resNet());
                assertThat(ResNet.fromWeights("inferred", weights).facts().classes())
                        .hasSize(model.config().resNet().classes());
            }
            case "vit" -> assertThat(VitInference.config(weights)).usingRecursiveComparison().ignoringFields("heads")
                    .isEqualTo(model.config().vit());
            default -> assertThat(EfficientNetV2Inference.config(weights).stages())
                    .usingRecursiveComparison().ignoringFields("stride")
                    .isEqualTo(model.config().efficientNet().stages());
        }
    }

    /** Folding batch norm changes nothing but the way of computing. */
    @ParameterizedTest
    @MethodSource("models")
    void foldedNetworksAreEqual(GoldenModel model) throws IOException {
        Network network = model.network();
        Map<String, Tensor> before = Map.copyOf(network.parameters());
        Network folded = BatchNormFolding.fold(network);
        Tape tape = new Tape(new ReferenceKernels());
        Value input = tape.constant(model.tensor("input.b2").to(DType.F64));
        // Weights are rounded to float32 once more.
        assertClose(folded.forward(tape, input).tensor(), model.tensor("logits.b2"), 2e-6, "folded logits");
        assertThat(network.parameters()).isEqualTo(before);
        assertThat(folded.buffers()).isEmpty();
        for (String key : folded.parameters().keySet()) {
            assertThat(key).doesNotContain("bn").doesNotContain("downsample.1");
            assertThat(folded.parameters()).containsKey(key.replaceFirst("\\.weight$", ".bias"));
        }
        network.buffers().keySet().forEach(key -> assertThat(folded.parameters())
                .doesNotContainKey(key.replaceFirst("running_\\w+$", "weight")));
    }

    /** With float64 weights the folded network is equal to rounding. */
    @ParameterizedTest
    @MethodSource("models")
    void foldingIsExactInFloat64(GoldenModel model) throws IOException {
        Network folded = BatchNormFolding.fold(model.network().to(DType.F64));
        Tape tape = new Tape(new ReferenceKernels());
        Value input = tape.constant(model.tensor("input.b1").to(DType.F64));
        assertClose(folded.forward(tape, input).tensor(), model.tensor("logits.b1"), 1e-12, "folded logits");
    }
}
