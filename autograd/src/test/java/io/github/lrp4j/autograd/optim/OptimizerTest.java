package io.github.lrp4j.autograd.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Four steps on one function; numbers computed with PyTorch in float64. */
class OptimizerTest {
    private final Kernels kernels = new ReferenceKernels();

    private void assertTrajectory(Optimizer optimizer, double[] afterOne, double[] afterFour) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("p", Tensor.of(new double[] {1, -2, 0.5}, 3));
        parameters.put("q", Tensor.of(new double[] {0.3}, 1));
        for (int step = 1; step <= 4; step++) {
            Tape tape = new Tape(kernels);
            Value p = tape.parameter("p", parameters.get("p"));
            Value q = tape.parameter("q", parameters.get("q"));
            Value line = p.mul(tape.constant(Tensor.of(new double[] {1, 0.5, -2}, 3))).sum().add(q.sum());
            Gradients gradients = Gradients.ofScalar(line.square().add(p.pow(3).sum().scale(0.1)));
            parameters = optimizer.step(parameters, Map.of("p", gradients.of(p), "q", gradients.of(q)));
            if (step == 1) {
                assertNumbers(parameters, afterOne);
            }
        }
        assertNumbers(parameters, afterFour);
    }

    private static void assertNumbers(Map<String, Tensor> parameters, double... expected) {
        double[] numbers = Stream.of("p", "q")
                .flatMapToDouble(name -> DoubleStream.of(parameters.get(name).toDoubleArray())).toArray();
        assertThat(numbers).containsExactly(expected, within(1e-12));
    }

    @Test
    void gradientDescent() {
        assertTrajectory(new Sgd(kernels, LearningRate.constant(0.05)), new double[] {1.055, -2.025, 0.35625, 0.37},
                new double[] {1.0602545466124578, -2.1907368542347516, 0.2397385230263704, 0.4261399693480122});
    }

    @Test
    void momentumAndWeightDecay() {
        assertTrajectory(new Sgd(kernels, LearningRate.constant(0.05), 0.9, false, 0.01),
                new double[] {1.0545, -2.024, 0.356, 0.36985},
                new double[] {1.0788114415997816, -2.444979908212331, 0.009416628643368235, 0.5333984992451605});
    }

    @Test
    void nesterovMomentum() {
        assertTrajectory(new Sgd(kernels, LearningRate.constant(0.05), 0.9, true, 0.01),
                new double[] {1.10355, -2.0456, 0.2264, 0.432715},
                new double[] {0.9799766347893939, -2.7139100238200418, 0.0975148561345074, 0.48837797781881404});
    }

    @Test
    void adam() {
        assertTrajectory(new Adam(kernels, LearningRate.constant(0.1), 0.9, 0.999, 1e-8, 0.02),
                new double[] {1.099999999074074, -2.099999997826087, 0.4000000003466205, 0.39999999928263985},
                new double[] {1.2213279167536362, -2.3889548664572042, 0.1837085170365235, 0.6125235892723787});
    }

    @Test
    void adamW() {
        assertTrajectory(new AdamW(kernels, LearningRate.constant(0.1), 0.8, 0.95, 1e-6, 0.02),
                new double[] {1.0979999090909918, -2.0959998000004, 0.3990000347825966, 0.3993999285714796},
                new double[] {1.199835547900269, -2.379166538880281, 0.1935137017571895, 0.5980916686284605});
    }

    @Test
    void schedules() {
        assertTrajectory(new Sgd(kernels, LearningRate.cosine(0.05, 0.01, 4)),
                new double[] {1.055, -2.025, 0.35625, 0.37},
                new double[] {1.065780442294613, -2.118098097452531, 0.2710248768578242, 0.4111763789410333});
        assertTrajectory(new Sgd(kernels, LearningRate.steps(0.05, 2, 0.1)),
                new double[] {1.055, -2.025, 0.35625, 0.37},
                new double[] {1.0679532501692448, -2.0828820421000596, 0.28794529188799617, 0.40307196722473015});
        LearningRate warm = LearningRate.steps(1, 2, 0.5).afterWarmUp(4);
        assertThat(new double[] {warm.at(0), warm.at(3), warm.at(4), warm.at(6)}).containsExactly(0.25, 1, 1, 0.5);
        assertThat(LearningRate.cosine(1, 0.2, 10).at(50)).isEqualTo(0.2);
    }

    @Test
    void tensorsStayAsTheyWere() {
        Tensor p = Tensor.of(new double[] {1, 2}, 2);
        Tensor frozen = Tensor.of(new double[] {3}, 1);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("p", p);
        parameters.put("frozen", frozen);
        Map<String, Tensor> updated = new Adam(kernels, LearningRate.constant(0.1)).step(parameters,
                Map.of("p", Tensor.of(new double[] {1, 1}, 2)));
        assertThat(p.toDoubleArray()).containsExactly(1, 2);
        assertThat(updated.keySet()).containsExactly("p", "frozen");
        assertThat(updated.get("frozen")).isSameAs(frozen);
        assertThat(updated.get("p").toDoubleArray()).containsExactly(new double[] {0.9, 1.9}, within(1e-8));
    }

    @Test
    void mistakesAreNamed() {
        Sgd sgd = new Sgd(kernels, LearningRate.constant(0.1));
        Tensor p = Tensor.of(new double[] {1, 2}, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> sgd.step(Map.of("p", p), Map.of("q", p)))
                .withMessageContaining("q");
        assertThatIllegalArgumentException().isThrownBy(() -> sgd.step(Map.of("p", p), Map.of("p", p.reshape(1, 2))))
                .withMessageContaining("p").withMessageContaining("[2]").withMessageContaining("[1, 2]");
        assertThatIllegalArgumentException().isThrownBy(() -> new Sgd(kernels, LearningRate.constant(1), 0, true, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Adam(kernels, LearningRate.constant(1), 1, 0.9, 0, 0));
    }
}
