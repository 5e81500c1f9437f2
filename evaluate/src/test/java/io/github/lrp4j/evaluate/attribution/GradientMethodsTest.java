package io.github.lrp4j.evaluate.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.baseline.MeanColor;
import io.github.lrp4j.evaluate.baseline.Zero;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods made of gradients: against difference quotients, closed forms, and their own axioms. */
class GradientMethodsTest {
    private static final int[] TARGETS = {2, 0};

    /** {@code logits = W2 tanh(W1 x)}: smooth, so that sums over steps converge. */
    private final Tensor w1 = TinyClassifier.normal(1, 5, 12);
    private final Tensor w2 = TinyClassifier.normal(2, 3, 5);
    private final Classifier smooth = new Classifier(input -> input.reshape(input.shape().size(0), 12)
            .linear(input.tape().parameter("w1", w1), null).scale(0.3).tanh()
            .linear(input.tape().parameter("w2", w2), null), new ReferenceKernels());
    private final Batch batch = TinyClassifier.batch(smooth, TinyClassifier.normal(3, 2, 3, 2, 2), TARGETS);

    private double logit(Tensor inputs, int n) {
        return smooth.logits(inputs).at(n, TARGETS[n]);
    }

    @Test
    void gradientsAreDifferenceQuotients() {
        Tensor gradient = new Gradient().of(batch);
        Tensor product = new InputXGradient().of(batch);
        Tensor saliency = new Saliency().of(batch);
        double[] cells = batch.inputs().toDoubleArray();
        double[] largest = new double[8];
        for (int i = 0; i < cells.length; i++) {
            double h = 1e-5;
            double quotient = (logit(moved(cells, i, h), i / 12) - logit(moved(cells, i, -h), i / 12)) / (2 * h);
            assertThat(gradient.toDoubleArray()[i]).isCloseTo(quotient, within(1e-8));
            assertThat(product.toDoubleArray()[i]).isCloseTo(cells[i] * quotient, within(1e-8));
            int pixel = i / 12 * 4 + i % 4;
            largest[pixel] = Math.max(largest[pixel], Math.abs(quotient));
        }
        assertThat(saliency.shape().toList()).containsExactly(2, 1, 2, 2);
        assertThat(saliency.toDoubleArray()).containsExactly(largest, within(1e-8));
    }

    private static Tensor moved(double[] cells, int at, double by) {
        double[] others = cells.clone();
        others[at] += by;
        return Tensor.of(others, 2, 3, 2, 2);
    }

    /** Completeness, better with every step: the error of the midpoint rule falls with the square of their number. */
    @Test
    void integratedGradientsAreComplete() {
        for (var baseline : new Baseline[] {new Zero(), new MeanColor()}) {
            Tensor start = baseline.of(batch);
            double before = Double.POSITIVE_INFINITY;
            for (int steps : new int[] {4, 16, 64}) {
                Tensor relevance = new IntegratedGradients(baseline, steps).of(batch);
                double error = 0;
                for (int n = 0; n < 2; n++) {
                    double difference = logit(batch.inputs(), n) - logit(start, n);
                    error += Math.abs(sum(relevance.select(0, n)) - difference);
                }
                assertThat(error).isLessThan(before / 8);
                before = error;
            }
            assertThat(before).isLessThan(1e-3);
        }
    }

    /** Along a line through a linear function the gradient is the same everywhere: one step is exact. */
    @Test
    void allPathMethodsAgreeOnALinearClassifier() {
        Tensor weight = TinyClassifier.normal(5, 3, 12);
        Classifier linear = TinyClassifier.linear(weight, TinyClassifier.normal(6, 3));
        Batch of = TinyClassifier.batch(linear, batch.inputs(), TARGETS);
        double[] want = new InputXGradient().of(of).toDoubleArray();
        Tensor black = Tensor.zeros(batch.inputs().dtype(), batch.inputs().shape().with(0, 1));

        assertThat(new IntegratedGradients(1).of(of).toDoubleArray()).containsExactly(want, within(1e-12));
        assertThat(new ExpectedGradients(black, 3, 0, 9).of(of).toDoubleArray()).containsExactly(want, within(1e-12));
        assertThat(new SmoothGrad(3, 0.2, 9).of(of).toDoubleArray())
                .containsExactly(new Gradient().of(of).toDoubleArray(), within(1e-12));
    }

    /** In expectation they are complete against the mean logit of the references. */
    @Test
    void expectedGradientsSumToTheDifferenceFromTheReferences() {
        Tensor references = TinyClassifier.normal(12, 4, 3, 2, 2);
        Tensor relevance = new ExpectedGradients(references, 3000, 0, 5).of(batch);
        for (int n = 0; n < 2; n++) {
            double mean = 0;
            for (int m = 0; m < 4; m++) {
                mean += smooth.logits(references).at(m, TARGETS[n]) / 4;
            }
            assertThat(sum(relevance.select(0, n))).isCloseTo(logit(batch.inputs(), n) - mean, within(0.15));
        }
        assertThatThrownBy(() -> new ExpectedGradients(TinyClassifier.normal(1, 2, 3, 2, 1), 3, 0, 1).of(batch))
                .hasMessage("expected gradients: inputs [2, 3, 2, 2] and references [2, 3, 2, 1] differ in more than "
                        + "their number");
    }

    /** Many draws approach the gradient of the smoothed function, here of {@code tanh} in one cell. */
    @Test
    void smoothGradIsTheGradientOfTheSmoothedLogit() {
        Classifier one = new Classifier(input -> input.reshape(1, 2).tanh(), new ReferenceKernels());
        Tensor input = Tensor.of(new double[] {0.3, 1.3}, 1, 1, 1, 2);
        double got = new SmoothGrad(4000, 0.5, 3).of(TinyClassifier.batch(one, input, 0)).at(0, 0, 0, 0);

        // The range is 1, so the deviation 0.5: the mean of 1 - tanh^2 over N(0.3, 0.25), by a sum over a grid.
        double want = 0;
        double weights = 0;
        for (double e = -3; e <= 3; e += 1e-3) {
            double weight = Math.exp(-e * e / 0.5);
            weights += weight;
            want += weight * (1 - Math.pow(Math.tanh(0.3 + e), 2));
        }
        assertThat(got).isCloseTo(want / weights, within(0.02));
        assertThat(new SmoothGrad(5, 0, 3).of(batch).toDoubleArray())
                .containsExactly(new Gradient().of(batch).toDoubleArray(), within(1e-12));
    }

    @Test
    void gradientRulesGiveTheGradient() {
        assertThat(new LrpAttribution("g", Presets.gradient()).of(batch).toDoubleArray())
                .containsExactly(new Gradient().of(batch).toDoubleArray());
        assertThat(new LrpAttribution("ig", Presets.gradient(), true).of(batch).toDoubleArray())
                .containsExactly(new InputXGradient().of(batch).toDoubleArray());
    }

    static Stream<Attribution> methodsThatDraw() {
        return Stream.of(new SmoothGrad(3, 0.2, 7),
                new ExpectedGradients(TinyClassifier.normal(12, 4, 3, 2, 2), 3, 0.1, 7),
                new RandomRelevance(7));
    }

    /** What is said of a picture does not depend on the others in the batch, and is the same when it is asked again. */
    @ParameterizedTest
    @MethodSource("methodsThatDraw")
    void drawnNumbersBelongToThePicture(Attribution method) {
        Tensor whole = method.of(batch);
        Batch second = new Batch(smooth, batch.inputs().slice(0, 1, 2), new int[] {0}, new long[] {1});
        Batch moved = new Batch(smooth, batch.inputs().slice(0, 1, 2), new int[] {0}, new long[] {5});

        assertThat(method.of(batch).toDoubleArray()).containsExactly(whole.toDoubleArray());
        assertThat(method.of(second).toDoubleArray()).containsExactly(whole.select(0, 1).toDoubleArray());
        assertThat(method.of(moved).toDoubleArray()).isNotEqualTo(whole.select(0, 1).toDoubleArray());
    }

    private static double sum(Tensor tensor) {
        return new ReferenceKernels().total(tensor);
    }
}
