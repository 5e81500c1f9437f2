package io.github.lrp4j.zoo.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What differs between training and evaluation. */
class PassTest {
    private static Tensor noise(int... sizes) {
        Random random = new Random(4);
        int length = 1;
        for (int size : sizes) {
            length *= size;
        }
        return Tensor.of(random.doubles(length).toArray(), sizes);
    }

    @Test
    void dropoutDropsInTrainingOnly() {
        Dropout dropout = new Dropout(0.5);
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", noise(100));
        assertThat(dropout.forward(x, Pass.evaluation())).isSameAs(x);
        double[] dropped = dropout.forward(x, Pass.training(new SplittableRandom(1))).tensor().toDoubleArray();
        double[] all = x.tensor().toDoubleArray();
        int zeros = 0;
        for (int i = 0; i < all.length; i++) {
            zeros += dropped[i] == 0 ? 1 : 0;
            assertThat(dropped[i]).isIn(0.0, 2 * all[i]);
        }
        assertThat(zeros).isBetween(30, 70);
        assertThatThrownBy(() -> new Dropout(1)).hasMessage("dropout: probability 1.0 is not in [0, 1)");
    }

    /** Statistics of the batch normalise; the running ones move by a tenth, with the unbiased variance. */
    @Test
    void batchNormUsesTheBatch() {
        BatchNorm2d norm = BatchNorm2d.of(Weights.initialized(new Random(1)).pp("bn"), 1);
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(new double[] {1, 2, 3, 6}, 2, 1, 1, 2));
        Pass pass = Pass.training(new SplittableRandom(1));
        double[] y = norm.forward(x, pass).tensor().toDoubleArray();
        double deviation = Math.sqrt(3.5 + 1e-5);
        assertThat(y[3]).isCloseTo(3 / deviation, within(1e-6));
        assertThat(pass.buffers().get("bn.running_mean").item()).isCloseTo(0.3, within(1e-6));
        assertThat(pass.buffers().get("bn.running_var").item()).isCloseTo(0.9 + 0.1 * 14 / 3, within(1e-6));
        norm.forward(x, pass);
        assertThat(pass.buffers().get("bn.running_mean").item()).isCloseTo(0.3 * 0.9 + 0.3, within(1e-6));
        assertThat(norm.mean().item()).isZero();
        assertThat(norm.with(pass.buffers()).mean().item()).isCloseTo(0.57, within(1e-6));
        assertThat(norm.forward(x, Pass.evaluation()).tensor().at(1, 0, 0, 1)).isCloseTo(6, within(1e-4));
    }

    @Test
    void observersSeeModulesInOrder() {
        Sequential layers = new Sequential.Builder().add("", new Flatten()).add("a",
                new Sequential.Builder().add(new Relu()).add(new Relu()).build()).build();
        List<String> paths = new ArrayList<>();
        Tape tape = new Tape(new ReferenceKernels());
        layers.forward(tape.input("x", noise(1, 2, 3)), Pass.evaluation().observedBy((path, value) -> paths.add(path)));
        assertThat(paths).containsExactly("a.0", "a.1", "a");
    }

    /** A module that occurs twice is one parameter. */
    @Test
    void sharedLayersShareTheirLeaf() {
        Linear linear = new Linear("fc", noise(3, 3), noise(3));
        Sequential twice = new Sequential.Builder().add("first", linear).add("second", linear).build();
        Tape tape = new Tape(new ReferenceKernels());
        Value y = twice.forward(tape.input("x", noise(1, 3)), Pass.evaluation());
        assertThat(tape.parameter("fc.weight", linear.weight()).node()).isNotNull();
        assertThat(y.shape().toList()).containsExactly(1, 3);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        twice.collectParameters(parameters);
        assertThat(parameters).containsOnlyKeys("fc.weight", "fc.bias");
    }
}
