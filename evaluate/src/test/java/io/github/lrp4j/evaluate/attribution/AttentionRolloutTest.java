package io.github.lrp4j.evaluate.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.layer.Form;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.vision.Vit;
import io.github.lrp4j.zoo.vision.VitConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;

/** Attention rollout of a small transformer equals what follows from its softmax values, token by token. */
class AttentionRolloutTest {
    private static final int LAYERS = 3;

    private static Network transformer(TokenPooling.Form pooling) {
        VitConfig config = new VitConfig(3, 6, 2, LAYERS, 2, 8, 12, 1e-6, pooling != TokenPooling.Form.MEAN,
                pooling, 0, 4);
        ModelFacts facts = ModelFacts.unnamed(
                new ImagePreprocessing(6, 6, Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0)), 4);
        Network drawn = Vit.of("vit", facts, config, Weights.initialized(new Random(5)));
        return drawn.to(DType.F64);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void isTheProductOfTheLayersAttention(Form form) {
        for (TokenPooling.Form pooling : TokenPooling.Form.values()) {
            check(pooling, form);
        }
    }

    private static void check(TokenPooling.Form pooling, Form form) {
        Network network = transformer(pooling);
        Classifier classifier = new Classifier(
                input -> network.forward(input.tape(), input, Pass.evaluation().withAttention(form)),
                new ReferenceKernels());
        Tensor inputs = TinyClassifier.normal(9, 2, 3, 6, 6);
        Batch batch = TinyClassifier.batch(classifier, inputs, 1, 3);
        Tensor got = new AttentionRollout().of(batch);

        List<double[][][]> probabilities = probabilities(network, inputs);
        assertThat(probabilities).hasSize(LAYERS);
        int first = pooling == TokenPooling.Form.MEAN ? 0 : 1;
        int tokens = 9 + first;
        int[] read = switch (pooling) {
            case CLASS_TOKEN -> new int[] {0};
            case MEAN_OF_OTHERS -> IntStream.range(1, tokens).toArray();
            case MEAN -> IntStream.range(0, tokens).toArray();
        };
        for (int n = 0; n < 2; n++) {
            double[] shares = new double[tokens];
            for (int start : read) {
                // Where a walker that stays or follows attention, from the top layer down, is found in the end.
                double[] at = new double[tokens];
                at[start] = 1.0 / read.length;
                for (int layer = LAYERS - 1; layer >= 0; layer--) {
                    double[] next = new double[tokens];
                    for (int i = 0; i < tokens; i++) {
                        next[i] += at[i] / 2;
                        for (int j = 0; j < tokens; j++) {
                            next[j] += at[i] * probabilities.get(layer)[n][i][j] / 2;
                        }
                    }
                    at = next;
                }
                for (int t = 0; t < tokens; t++) {
                    shares[t] += at[t];
                }
            }
            for (int row = 0; row < 6; row++) {
                for (int column = 0; column < 6; column++) {
                    assertThat(got.at(n, 0, row, column))
                            .isCloseTo(shares[first + row / 2 * 3 + column / 2], within(1e-12));
                }
            }
        }
    }

    /** The mean over heads, from queries and keys that are computed by hand from what each attention module reads. */
    private static List<double[][][]> probabilities(Network network, Tensor inputs) {
        Map<String, Tensor> outputs = new HashMap<>();
        new Classifier(input -> network.forward(input.tape(), input,
                Pass.evaluation().observedBy((path, value) -> outputs.put(path, value.tensor()))),
                new ReferenceKernels()).logits(inputs);
        List<double[][][]> layers = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            String path = "encoder.layers.encoder_layer_" + layer;
            Tensor x = outputs.get(path + ".ln_1");
            Tensor w = network.parameters().get(path + ".self_attention.in_proj_weight");
            Tensor b = network.parameters().get(path + ".self_attention.in_proj_bias");
            int tokens = x.size(1);
            double[][][] mean = new double[x.size(0)][tokens][tokens];
            for (int n = 0; n < x.size(0); n++) {
                for (int head = 0; head < 2; head++) {
                    for (int i = 0; i < tokens; i++) {
                        double[] scores = new double[tokens];
                        double sum = 0;
                        for (int j = 0; j < tokens; j++) {
                            for (int d = head * 4; d < head * 4 + 4; d++) {
                                scores[j] += projected(x, w, b, n, i, d) * projected(x, w, b, n, j, 8 + d) / 2;
                            }
                            scores[j] = Math.exp(scores[j]);
                            sum += scores[j];
                        }
                        for (int j = 0; j < tokens; j++) {
                            mean[n][i][j] += scores[j] / sum / 2;
                        }
                    }
                }
            }
            layers.add(mean);
        }
        return layers;
    }

    private static double projected(Tensor x, Tensor w, Tensor b, int n, int token, int row) {
        double sum = b.at(row);
        for (int d = 0; d < 8; d++) {
            sum += w.at(row, d) * x.at(n, token, d);
        }
        return sum;
    }

    @Test
    void aNetworkWithoutAttentionHasNone() {
        Batch batch = TinyClassifier.batch(TinyClassifier.mlp(1, 4, 3, 2), TinyClassifier.normal(2, 1, 1, 2, 2), 0);

        assertThatThrownBy(() -> new AttentionRollout().of(batch))
                .hasMessage("attention rollout: no convolution makes patches");
    }
}
