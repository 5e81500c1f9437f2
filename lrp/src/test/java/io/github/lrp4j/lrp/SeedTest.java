package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Every seed against its formula. */
class SeedTest {
    private final Kernels kernels = new ReferenceKernels();
    private final Tensor y = Tensor.of(new double[] {1, 3, -2, 3, 0, -1, -4, 2}, 2, 4);

    private double[] start(Seed seed) {
        return seed.start(kernels, y).toDoubleArray();
    }

    private static double[] softmax(double... row) {
        double sum = DoubleStream.of(row).map(Math::exp).sum();
        return DoubleStream.of(row).map(v -> Math.exp(v) / sum).toArray();
    }

    @Test
    void ranksGoDownAndEqualValuesByPosition() {
        assertThat(start(Seed.top1())).containsExactly(0, 1, 0, 0, 0, 0, 0, 1);
        assertThat(start(Seed.rank(1))).containsExactly(0, 0, 0, 1, 1, 0, 0, 0);
        assertThat(start(Seed.rank(3))).containsExactly(0, 0, 1, 0, 0, 0, 1, 0);
        List<Seed> all = Seed.top(4);
        double[] sum = new double[8];
        for (Seed seed : all) {
            double[] one = start(seed);
            Arrays.setAll(sum, i -> sum[i] + one[i]);
        }
        assertThat(sum).containsOnly(1);
    }

    @Test
    void targetsAreOneForAllOrOneEach() {
        assertThat(start(Seed.target(2))).containsExactly(0, 0, 1, 0, 0, 0, 1, 0);
        assertThat(start(Seed.target(2, 0))).containsExactly(0, 0, 1, 0, 1, 0, 0, 0);
        List<Seed> two = Seed.targets(2, 0);
        assertThat(start(two.get(1))).containsExactly(1, 0, 0, 0, 1, 0, 0, 0);
    }

    @Test
    void contrastsSubtract() {
        assertThat(start(Seed.target(0).minus(Seed.target(3)))).containsExactly(1, 0, 0, -1, 1, 0, 0, -1);
        assertThat(start(Seed.target(0).plus(Seed.target(3).times(2)))).containsExactly(1, 0, 0, 2, 1, 0, 0, 2);
        assertThat(start(Seed.top1().againstStrongestOther())).containsExactly(0, 1, 0, -1, -1, 0, 0, 1);
        assertThat(start(Seed.target(3).againstStrongestOther())).containsExactly(0, -1, 0, 1, -1, 0, 0, 1);
        assertThat(start(Seed.target(3).timesOutput().againstStrongestOther()))
                .containsExactly(0, -3, 0, 3, -2, 0, 0, 2);
        double third = 1 / 3.0;
        assertThat(start(Seed.target(3).times(2).againstOthers()))
                .containsExactly(new double[] {-2 * third, -2 * third, -2 * third, 2, -2 * third, -2 * third,
                    -2 * third, 2}, within(1e-15));
    }

    @Test
    void relevanceStartsAtValueProbabilityOrItsGradient() {
        assertThat(start(Seed.target(0).timesOutput())).containsExactly(1, 0, 0, 0, 0, 0, 0, 0);
        Tensor masked = Tensor.of(new double[] {2, Double.NEGATIVE_INFINITY}, 1, 2);
        assertThat(Seed.top1().timesOutput().start(kernels, masked).toDoubleArray()).containsExactly(2, 0);
        assertThat(start(Seed.output())).containsExactly(y.toDoubleArray());
        assertThat(start(Seed.everywhere())).containsOnly(1);
        double[] p = softmax(0, -1, -4, 2);
        assertThat(Arrays.copyOfRange(start(Seed.target(3).timesSoftmax()), 4, 8))
                .containsExactly(new double[] {0, 0, 0, p[3]}, within(1e-15));
        assertThat(Arrays.copyOfRange(start(Seed.target(3).throughSoftmax()), 4, 8)).containsExactly(
                new double[] {-p[3] * p[0], -p[3] * p[1], -p[3] * p[2], p[3] * (1 - p[3])}, within(1e-15));
    }

    @Test
    void positionsAreAlongTheDimensionBeforeTheLast() {
        Tensor tokens = TestTensors.normal(3, DType.F64, Shape.of(2, 5, 4));
        Tensor expected = Seed.target(1, 3).start(kernels, tokens.select(1, 4));
        for (int position : new int[] {4, -1}) {
            Tensor start = Seed.target(1, 3).atPosition(position).start(kernels, tokens);
            assertThat(start.shape()).isEqualTo(tokens.shape());
            assertThat(start.select(1, 4).contiguous().toDoubleArray()).containsExactly(expected.toDoubleArray());
            assertThat(kernels.total(start)).isEqualTo(2);
        }
        Seed last = Seed.top1().atPosition(-1).againstStrongestOther();
        Seed inside = Seed.top1().againstStrongestOther().atPosition(-1);
        assertThat(last.start(kernels, tokens).toDoubleArray()).containsExactly(
                inside.start(kernels, tokens).toDoubleArray());
        List<Seed> several = Seed.top1().atPositions(0, 2);
        assertThat(kernels.total(several.get(1).start(kernels, tokens).select(1, 2))).isEqualTo(2);
        assertThat(Seed.top1().atPosition(1).start(kernels, y).toDoubleArray())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void relevanceIsFloat64OnlyForFloat64() {
        for (Seed seed : List.of(Seed.top1(), Seed.everywhere(), Seed.output(), Seed.target(1).againstOthers(),
                Seed.target(1).throughSoftmax())) {
            assertThat(seed.start(kernels, y).dtype()).isEqualTo(DType.F64);
            assertThat(seed.start(kernels, y.to(DType.F32)).dtype()).isEqualTo(DType.F32);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        requireMessage(Seed.rank(4), "seed: rank 4 of output [2, 4], which has 4 classes");
        requireMessage(Seed.target(-1), "seed: class -1 of output [2, 4]");
        requireMessage(Seed.target(), "seed: 0 target classes for 2 samples of output [2, 4]");
        requireMessage(Seed.top1().atPosition(2), "seed: position 2 of output [2, 4], whose positions are along the "
                + "dimension before the last");
        requireMessage(Seed.top1().atPosition(-3), "seed: position -3 of output [2, 4]");
        requireMessage(Seed.everywhere().againstOthers(), "relevance starts at every class");
        requireMessage(Seed.everywhere().againstStrongestOther(), "relevance starts at every class");
        assertThatIllegalArgumentException().isThrownBy(() -> Seed.rank(-1)).withMessageContaining("rank -1");
        Tensor scalar = Tensor.scalar(1, DType.F64);
        for (Seed seed : List.of(Seed.top1(), Seed.everywhere().throughSoftmax(), Seed.target(0))) {
            assertThatIllegalArgumentException().isThrownBy(() -> seed.start(kernels, scalar))
                    .withMessage("seed: output [] has no classes along its last dimension");
        }
    }

    private void requireMessage(Seed seed, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> seed.start(kernels, y)).withMessageContaining(message);
    }
}
