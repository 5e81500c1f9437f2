package io.github.lrp4j.evaluate.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import org.junit.jupiter.api.Test;

/** Guided backpropagation lets only positive gradients through rectifiers. */
class GuidedBackpropTest {
    @Test
    void isTheSweepOfTheTextbook() {
        Tensor w1 = TinyClassifier.normal(1, 6, 4);
        Tensor w2 = TinyClassifier.normal(2, 5, 6);
        Tensor w3 = TinyClassifier.normal(3, 3, 5);
        Classifier classifier = new Classifier(input -> input.reshape(1, 4)
                .linear(input.tape().parameter("w1", w1), null).relu()
                .linear(input.tape().parameter("w2", w2), null).relu()
                .linear(input.tape().parameter("w3", w3), null), new ReferenceKernels());
        Batch batch = TinyClassifier.batch(classifier, TinyClassifier.normal(4, 1, 1, 2, 2), 1);

        double[] h1 = product(w1, batch.inputs().toDoubleArray());
        double[] h2 = product(w2, rectified(h1));
        double[] g2 = new double[5];
        for (int i = 0; i < 5; i++) {
            g2[i] = h2[i] > 0 ? Math.max(0, w3.at(1, i)) : 0;
        }
        double[] g1 = adjoint(w2, g2);
        for (int i = 0; i < 6; i++) {
            g1[i] = h1[i] > 0 ? Math.max(0, g1[i]) : 0;
        }

        double[] got = new GuidedBackprop().of(batch).toDoubleArray();

        assertThat(got).containsExactly(adjoint(w1, g1), within(1e-12));
        assertThat(got).isNotEqualTo(new Gradient().of(batch).toDoubleArray());
    }

    /** Without a rectifier nothing is guided; a smooth one is. */
    @Test
    void leavesEverythingElseToTheGradient() {
        Tensor weight = TinyClassifier.normal(1, 3, 4);
        Tensor inputs = TinyClassifier.normal(4, 1, 1, 2, 2);
        Classifier tanh = new Classifier(input -> input.reshape(1, 4).tanh()
                .linear(input.tape().parameter("w", weight), null), new ReferenceKernels());
        Classifier gelu = new Classifier(input -> input.reshape(1, 4).gelu()
                .linear(input.tape().parameter("w", weight), null), new ReferenceKernels());

        assertThat(new GuidedBackprop().of(TinyClassifier.batch(tanh, inputs, 1)).toDoubleArray())
                .containsExactly(new Gradient().of(TinyClassifier.batch(tanh, inputs, 1)).toDoubleArray());
        double[] guided = new GuidedBackprop().of(TinyClassifier.batch(gelu, inputs, 1)).toDoubleArray();
        double[] gradient = new Gradient().of(TinyClassifier.batch(gelu, inputs, 1)).toDoubleArray();
        for (int i = 0; i < 4; i++) {
            assertThat(guided[i]).isEqualTo(weight.at(1, i) > 0 ? gradient[i] : 0);
        }
    }

    private static double[] product(Tensor weight, double[] x) {
        double[] y = new double[weight.size(0)];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += weight.at(i, j) * x[j];
            }
        }
        return y;
    }

    private static double[] adjoint(Tensor weight, double[] g) {
        double[] x = new double[weight.size(1)];
        for (int i = 0; i < g.length; i++) {
            for (int j = 0; j < x.length; j++) {
                x[j] += weight.at(i, j) * g[i];
            }
        }
        return x;
    }

    private static double[] rectified(double[] x) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(0, y[i]);
        }
        return y;
    }
}
