package io.github.lrp4j.evaluate.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.evaluate.baseline.GaussianBlur;
import io.github.lrp4j.evaluate.baseline.MeanColor;
import io.github.lrp4j.evaluate.baseline.Noise;
import io.github.lrp4j.evaluate.sanity.Repeatability;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.vision.ResNet;
import io.github.lrp4j.zoo.vision.ResNetConfig;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.vision.Vit;
import io.github.lrp4j.zoo.vision.VitConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method on every kind of network: a shape that fits, finite numbers, the same again, and each picture by itself.
 */
class AttributionContractTest {
    private static final ImagePreprocessing INPUT =
            new ImagePreprocessing(12, 12, Collections.nCopies(3, 0.4), Collections.nCopies(3, 0.3));
    private static final ModelFacts FACTS = ModelFacts.unnamed(INPUT, 4);
    private static final Tensor PICTURES = TinyClassifier.normal(17, 3, 3, 12, 12);

    private static Network network(String kind) {
        Weights weights = Weights.initialized(new Random(6));
        Network network = switch (kind) {
            case "vgg" -> Vgg.of(kind, FACTS,
                    new VggConfig(3, VggConfig.steps("4 M 6 6 M"), true, 2, 2, List.of(8), 4, 0.5), weights);
            case "resnet" -> ResNet.of(kind, FACTS, new ResNetConfig(3, 4, ResNetConfig.Block.BASIC, List.of(1, 1),
                    List.of(4, 6), 1, 1, 64, 4), weights);
            default -> Vit.of(kind, FACTS, new VitConfig(3, 12, 4, 2, 2, 8, 12, 1e-6, true,
                    TokenPooling.Form.CLASS_TOKEN, 0, 4), weights);
        };
        return network.to(DType.F64);
    }

    private static List<Attribution> methods(String kind) {
        List<Attribution> methods = new ArrayList<>(List.of(new Gradient(), new Saliency(), new InputXGradient(),
                new SmoothGrad(3, 0.1, 5), new IntegratedGradients(new GaussianBlur(3, 1), 4),
                new IntegratedGradients(new Noise(1, 2), 3), new ExpectedGradients(PICTURES, 3, 0.1, 5),
                new GuidedBackprop(), new GradCam(), new Occlusion(5, 4, new MeanColor(), 7), new RandomRelevance(3)));
        Arrays.stream(RulePreset.values()).forEach(preset -> methods.add(LrpAttribution.of(preset, INPUT)));
        if (kind.equals("vit")) {
            methods.add(new AttentionRollout());
        }
        return methods;
    }

    static Stream<Arguments> all() {
        return Stream.of("vgg", "resnet", "vit")
                .flatMap(kind -> methods(kind).stream().map(method -> Arguments.of(kind, method.name(), method)));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("all")
    void keepsTheContract(String kind, String name, Attribution method) {
        Classifier classifier = Classifier.of(network(kind), new ReferenceKernels());
        double[] before = PICTURES.toDoubleArray();
        Batch batch = new Batch(classifier, PICTURES, new int[] {1, 3, 0}, new long[] {40, 41, 42});

        Tensor relevance = method.of(batch);

        assertThat(name).matches("[a-z0-9-]+");
        assertThat(relevance.shape().toList()).isIn(List.of(3, 3, 12, 12), List.of(3, 1, 12, 12));
        assertThat(Arrays.stream(relevance.toDoubleArray())).allMatch(Double::isFinite);
        // Methods that keep what is positive may leave nothing of a single picture.
        assertThat(Arrays.stream(relevance.toDoubleArray()).distinct().count()).isGreaterThan(3);
        assertThat(PICTURES.toDoubleArray()).isEqualTo(before);
        Repeatability repeated = Repeatability.of(method, batch);
        assertThat(repeated.bitwise()).isTrue();
        assertThat(repeated.largestDifference()).isLessThan(1e-9);
    }
}
