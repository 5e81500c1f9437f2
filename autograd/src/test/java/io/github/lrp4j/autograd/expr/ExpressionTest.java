package io.github.lrp4j.autograd.expr;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.check.GradientCheck;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Expressions that are made of several ops. */
class ExpressionTest {
    private final Kernels kernels = new ReferenceKernels();
    private final Tape tape = new Tape(kernels);

    private static Tensor normal(int... sizes) {
        return TestTensors.normal(4, DType.F64, Shape.of(sizes));
    }

    @Test
    void gradientsAgreeWithDifferences() {
        Tensor x = normal(3, 4);
        Stream.<UnaryOperator<Value>>of(
                v -> Moments.variance(v, List.of(1), false, 1), v -> Moments.deviation(v, List.of(), true, 0),
                v -> Moments.norm(v, List.of(0), false), v -> Moments.normalized(v, -1, 1e-12),
                v -> Moments.logSumExp(v, List.of(-1), true), v -> Scan.cumulativeProduct(v, 1),
                v -> Scan.product(v, 0, true),
                v -> Scan.cumulativeSum(v, -1), v -> Rearrange.repeat(v, 2, 1, 3),
                v -> Rearrange.repeatInterleave(v, 2, -1),
                v -> Rearrange.padReflecting(v, 1, 3, 2), v -> Rearrange.padReplicating(v, 0, 2, 0),
                v -> Rearrange.lowerTriangle(v, 1), v -> Rearrange.upperTriangle(v, -1), v -> Rearrange.roll(v, -3, 1),
                v -> Rearrange.flip(v, 0, 1), v -> Ordered.sort(v, 1, true).values(),
                v -> Ordered.topK(v, 2, 0, false).values(),
                v -> Extrema.max(v, List.of(), false), v -> Extrema.minimum(v, v.scale(-1)))
                .forEach(f -> new GradientCheck(kernels).require(values -> List.of(f.apply(values.get(0))), x));
        new GradientCheck(kernels).require(v -> List.of(WeightNorm.of(v.get(0), v.get(1), 0)), normal(3, 2, 2),
                normal(3, 1, 1));
        new GradientCheck(kernels).require(v -> List.of(Loss.meanSquaredError(v.get(0), v.get(1))), x, normal(3, 4));
        new GradientCheck(kernels).require(
                v -> List.of(Loss.binaryCrossEntropyWithLogits(v.get(0), v.get(1).sigmoid())), x,
                TestTensors.normal(9, DType.F64, Shape.of(3, 4)));
    }

    @Test
    void shapesThatRepeat() {
        Value x = tape.input("x", Tensor.of(new double[] {1, 2, 3}, 3));
        assertThat(Rearrange.repeat(x, 2, 2).tensor().toDoubleArray()).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2,
                3);
        assertThat(Rearrange.repeat(x, 2, 2).shape()).isEqualTo(Shape.of(2, 6));
        assertThat(Rearrange.repeatInterleave(x, 2, 0).tensor().toDoubleArray()).containsExactly(1, 1, 2, 2, 3, 3);
        assertThat(Rearrange.padReflecting(x, 0, 2, 1).tensor().toDoubleArray()).containsExactly(3, 2, 1, 2, 3, 2);
        assertThat(Rearrange.padReplicating(x, 0, 2, 1).tensor().toDoubleArray()).containsExactly(1, 1, 1, 2, 3, 3);
        assertThat(Rearrange.roll(x, 1, 0).tensor().toDoubleArray()).containsExactly(3, 1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> Rearrange.padReflecting(x, 0, 3, 0))
                .withMessageContaining("[3]");
        assertThatIllegalArgumentException().isThrownBy(() -> Rearrange.repeat(x)).withMessageContaining("[3]");
    }

    @Test
    void aLengthOfZeroHasNoGradient() {
        Value x = tape.input("x", Tensor.of(new double[] {3, 4, 0, 0}, 2, 2));
        Value norm = Moments.norm(x, List.of(1), false);
        assertThat(norm.tensor().toDoubleArray()).containsExactly(5, 0);
        assertClose(Gradients.ofScalar(norm.sum()).of(x), Tensor.of(new double[] {0.6, 0.8, 0, 0}, 2, 2), 1e-15, 0);
    }

    @Test
    void logSumExpOfLargeAndOfInfiniteNumbers() {
        double inf = Double.POSITIVE_INFINITY;
        Value x = tape.input("x", Tensor.of(new double[] {1000, 1000, -inf, -inf, inf, 0, -inf, 2}, 4, 2));
        assertThat(Moments.logSumExp(x, List.of(1), false).tensor().toDoubleArray()).containsExactly(1000 + Math.log(2),
                -inf, inf, 2);
    }

    @Test
    void nothingHasAProductAndOneNumberNoVariance() {
        Value nothing = tape.input("x", Tensor.of(new double[0], 0, 2));
        assertThat(Scan.product(nothing, 0, false).tensor().toDoubleArray()).containsExactly(1, 1);
        assertThat(Scan.cumulativeProduct(nothing, 0).shape()).isEqualTo(Shape.of(0, 2));
        Value one = tape.input("x", normal(2, 1));
        assertThat(Moments.variance(one, List.of(1), false, 1).tensor().toDoubleArray()).containsOnly(Double.NaN);
        assertThat(Moments.variance(one, List.of(1), false, 0).tensor().toDoubleArray()).containsOnly(0);
    }

    @Test
    void orderKeepsEqualsInPlace() {
        Value x = tape.input("x", Tensor.of(new double[] {2, 1, 2, Double.NaN, 1}, 5));
        assertThat(Ordered.sort(x, 0, false).indices().toLongArray()).containsExactly(1, 4, 0, 2, 3);
        assertThat(Ordered.sort(x, 0, true).indices().toLongArray()).containsExactly(3, 0, 2, 1, 4);
        assertThat(Ordered.topK(x, 2, 0, false).values().tensor().toDoubleArray()).containsExactly(1, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> Ordered.topK(x, 6, 0, true)).withMessageContaining("[5]");
    }

    @Test
    void positionsAndMasksNameElements() {
        Value x = tape.input("x", Tensor.of(new double[] {0, 1, 2, 3, 4, 5}, 3, 2));
        Tensor rows = Tensor.of(new long[] {-1, 0}, 2, 1);
        Tensor columns = Tensor.of(new long[] {1, 0, 1}, 3);
        assertThat(Indexing.at(x, rows, columns).tensor().toDoubleArray()).containsExactly(5, 4, 5, 1, 0, 1);
        assertThat(Indexing.at(x, rows).shape()).isEqualTo(Shape.of(2, 1, 2));
        Tensor mask = Tensor.of(new byte[] {1, 0, 1}, DType.BOOL, Shape.of(3));
        assertThat(Indexing.masked(x, mask).tensor().toDoubleArray()).containsExactly(0, 1, 4, 5);
        assertThatIllegalArgumentException().isThrownBy(() -> Indexing.at(x, columns, Tensor.of(new long[] {2}, 1)))
                .withMessageContaining("2 lies outside dimension 1 of [3, 2]");
        assertThatIllegalArgumentException().isThrownBy(() -> Indexing.masked(x, mask.slice(0, 0, 2)))
                .withMessageContaining("[2]");
        assertThatIllegalArgumentException().isThrownBy(() -> Indexing.masked(x, columns))
                .withMessageContaining("BOOL");
    }

    /** A convolution is a matrix product with the patches that it reads. */
    @Test
    void unfoldedPatchesMakeAConvolution() {
        Value x = tape.input("x", normal(2, 3, 6, 7));
        Value w = tape.input("w", normal(4, 3, 2, 3));
        ConvSpec spec = new ConvSpec(List.of(2, 1), List.of(1, 2), List.of(1, 2), 1);
        Value direct = x.conv(w, spec);
        Value product = w.reshape(4, -1).matmul(Windows.unfold(x, 2, 3, spec)).reshape(direct.shape());
        assertClose(product.tensor(), direct.tensor(), 1e-13, 1e-14);
        assertClose(Gradients.ofScalar(product.square().sum()).of(x), Gradients.ofScalar(direct.square().sum()).of(x),
                1e-12, 1e-13);
    }

    @Test
    void lossesDoNotBroadcast() {
        Value x = tape.input("x", normal(3, 1));
        Value y = tape.input("y", normal(3));
        assertThatIllegalArgumentException().isThrownBy(() -> Loss.meanSquaredError(x, y))
                .withMessageContaining("[3, 1]")
                .withMessageContaining("[3]");
    }
}
