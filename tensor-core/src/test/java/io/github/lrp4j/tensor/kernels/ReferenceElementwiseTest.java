package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn.Kind;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceElementwiseTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private final Kernels kernels = new ReferenceKernels();

    private static Tensor vector(double... values) {
        return Tensor.of(values, values.length);
    }

    @ParameterizedTest
    @EnumSource
    void unaryAppliesTheFunctionToEveryElement(Kind kind) {
        UnaryFn f = new UnaryFn(kind, 0.5, 2);
        for (Shape shape : List.of(Shape.of(3, 4), Shape.SCALAR, Shape.of(2, 0))) {
            Tensor x = TestTensors.uniform(1, 0.1, 3, DType.F64, shape);
            Tensor g = TestTensors.normal(2, DType.F64, shape);
            double[] values = x.toDoubleArray();
            double[] vjp = g.toDoubleArray();
            for (int i = 0; i < values.length; i++) {
                vjp[i] *= f.derivative(values[i]);
                values[i] = f.apply(values[i]);
            }
            Tensor y = kernels.unary(f, x);
            TensorAssert.assertSame(y, Tensor.of(values, shape));
            TensorAssert.assertSame(kernels.unaryVjp(f, x, g), Tensor.of(vjp, shape));
            if (f.derivativeNeedsOnlyOutput()) {
                TensorAssert.assertClose(kernels.unaryVjpFromOutput(f, y, g), Tensor.of(vjp, shape), 1e-13, 1e-15);
            }
        }
    }

    @Test
    void resultsAreRoundedOnceToTheTypeOfTheOperand() {
        Tensor x = Tensor.of(new float[] {0.1f, 3}, 2);
        Tensor y = kernels.unary(UnaryFn.of(Kind.EXP), x);
        assertThat(y.dtype()).isEqualTo(DType.F32);
        assertThat(y.toFloatArray()).containsExactly((float) Math.exp(0.1f), (float) Math.exp(3));
        assertThat(kernels.unary(UnaryFn.of(Kind.EXP), x.to(DType.F64)).toDoubleArray()).containsExactly(Math.exp(0.1f),
                Math.exp(3));
        assertThat(kernels.unary(UnaryFn.of(Kind.SQRT), Tensor.of(new long[] {4, 9}, 2)).toFloatArray())
                .containsExactly(2, 3);
        assertThat(kernels.binary(BinaryFn.ADD, x, vector(1, 1)).dtype()).isEqualTo(DType.F64);
    }

    @Test
    void binaryFunctionsByHand() {
        Tensor a = vector(1, -2, 9, 0, -0.0);
        Tensor b = vector(4, 3, 0.5, 0, 2);
        assertThat(kernels.binary(BinaryFn.ADD, a, b).toDoubleArray()).containsExactly(5, 1, 9.5, 0, 2);
        assertThat(kernels.binary(BinaryFn.SUB, a, b).toDoubleArray()).containsExactly(-3, -5, 8.5, 0, -2);
        assertThat(kernels.binary(BinaryFn.MUL, a, b).toDoubleArray()).containsExactly(4, -6, 4.5, 0, -0.0);
        assertThat(kernels.binary(BinaryFn.DIV, a, b).toDoubleArray()).containsExactly(0.25, -2.0 / 3, 18, NAN, -0.0);
        assertThat(kernels.binary(BinaryFn.POW, a, b).toDoubleArray()).containsExactly(1, -8, 3, 1, 0);
        assertThat(kernels.binary(BinaryFn.MAXIMUM, a, b).toDoubleArray()).containsExactly(4, 3, 9, 0, 2);
        assertThat(kernels.binary(BinaryFn.MINIMUM, a, b).toDoubleArray()).containsExactly(1, -2, 0.5, 0, -0.0);
        TensorAssert.assertSame(kernels.binary(BinaryFn.GREATER, a, b),
                Tensor.of(new byte[] {0, 0, 1, 0, 0}, DType.BOOL, Shape.of(5)));
        TensorAssert.assertSame(kernels.binary(BinaryFn.EQUAL, a, vector(1, 1, 9, -0.0, 1)),
                Tensor.of(new byte[] {1, 0, 1, 1, 0}, DType.BOOL, Shape.of(5)));
    }

    @Test
    void nanWinsAndEqualsNothing() {
        Tensor a = vector(NAN, 1, INF);
        Tensor b = vector(1, NAN, NAN);
        assertThat(kernels.binary(BinaryFn.MAXIMUM, a, b).toDoubleArray()).containsOnly(NAN);
        assertThat(kernels.binary(BinaryFn.MINIMUM, a, b).toDoubleArray()).containsOnly(NAN);
        assertThat(kernels.binary(BinaryFn.EQUAL, a, a).toLongArray()).containsExactly(0, 1, 1);
        assertThat(kernels.binary(BinaryFn.GREATER, a, b).toLongArray()).containsOnly(0);
    }

    @Test
    void operandsBroadcastBothWays() {
        Tensor column = vector(10, 20).reshape(2, 1);
        Tensor row = vector(1, 2, 3);
        Tensor sum = kernels.binary(BinaryFn.ADD, column, row);
        TensorAssert.assertSame(sum, Tensor.of(new double[] {11, 12, 13, 21, 22, 23}, 2, 3));
        TensorAssert.assertSame(kernels.binary(BinaryFn.SUB, row, Tensor.scalar(1, DType.F64)), vector(0, 1, 2));
        assertThat(kernels.binary(BinaryFn.MUL, TestTensors.normal(1, 0, 3), TestTensors.normal(2, 3)).shape())
                .isEqualTo(Shape.of(0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.binary(BinaryFn.MUL, column, row.reshape(3, 1)))
                .withMessageContaining("mul").withMessageContaining("[2, 1]").withMessageContaining("[3, 1]");
    }

    @Test
    void integersStayExact() {
        long big = (1L << 60) + 1;
        Tensor a = Tensor.of(new long[] {big, -7, 3}, 3);
        Tensor b = Tensor.of(new long[] {2, 2, 3}, 3);
        TensorAssert.assertSame(kernels.binary(BinaryFn.ADD, a, b), Tensor.of(new long[] {big + 2, -5, 6}, 3));
        TensorAssert.assertSame(kernels.binary(BinaryFn.SUB, a, b), Tensor.of(new long[] {big - 2, -9, 0}, 3));
        TensorAssert.assertSame(kernels.binary(BinaryFn.MUL, a, b), Tensor.of(new long[] {2 * big, -14, 9}, 3));
        TensorAssert.assertSame(kernels.binary(BinaryFn.POW, b, Tensor.of(new long[] {60, 0, 5}, 3)),
                Tensor.of(new long[] {1L << 60, 1, 243}, 3));
        TensorAssert.assertSame(kernels.binary(BinaryFn.MAXIMUM, a, Tensor.of(new long[] {big - 1}, 1)),
                Tensor.of(new long[] {big, big - 1, big - 1}, 3));
        assertThat(kernels.binary(BinaryFn.EQUAL, a, Tensor.of(new long[] {big - 1, -7, 3}, 3)).toLongArray())
                .containsExactly(0, 1, 1);
        TensorAssert.assertSame(kernels.binary(BinaryFn.DIV, Tensor.of(new long[] {7}, 1), b.slice(0, 0, 1)),
                Tensor.of(new float[] {3.5f}, 1));
        assertThat(kernels.binary(BinaryFn.ADD, b, Tensor.of(new float[] {0.5f}, 1)).dtype()).isEqualTo(DType.F32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.binary(BinaryFn.POW, b, Tensor.of(new long[] {-1}, 1)))
                .withMessageContaining("-1");
    }

    @Test
    void masksCombineLikeTruthValues() {
        Tensor a = Tensor.of(new byte[] {0, 0, 1, 1}, DType.BOOL, Shape.of(4));
        Tensor b = Tensor.of(new byte[] {0, 1, 0, 1}, DType.BOOL, Shape.of(4));
        TensorAssert.assertSame(kernels.binary(BinaryFn.MUL, a, b),
                Tensor.of(new byte[] {0, 0, 0, 1}, DType.BOOL, Shape.of(4)));
        TensorAssert.assertSame(kernels.binary(BinaryFn.MAXIMUM, a, b),
                Tensor.of(new byte[] {0, 1, 1, 1}, DType.BOOL, Shape.of(4)));
        TensorAssert.assertSame(kernels.binary(BinaryFn.ADD, a, b),
                Tensor.of(new byte[] {0, 1, 1, 1}, DType.BOOL, Shape.of(4)));
    }

    @Test
    void whereChoosesAndNeverTouchesTheOther() {
        Tensor condition = Tensor.of(new byte[] {1, 0}, DType.BOOL, Shape.of(2, 1));
        Tensor chosen = kernels.where(condition, vector(1, 2), Tensor.scalar(NAN, DType.F64));
        TensorAssert.assertSame(chosen, Tensor.of(new double[] {1, 2, NAN, NAN}, 2, 2));
        long big = (1L << 60) + 1;
        TensorAssert.assertSame(kernels.where(condition, Tensor.of(new long[] {big}, 1), Tensor.of(new long[] {5}, 1)),
                Tensor.of(new long[] {big, 5}, 2, 1));
        assertThat(kernels.where(condition, Tensor.of(new float[] {1}, 1), Tensor.of(new long[] {5}, 1)).dtype())
                .isEqualTo(DType.F32);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.where(condition, vector(1, 2, 3), vector(1, 2)))
                .withMessageContaining("where").withMessageContaining("[3]").withMessageContaining("[2]");
    }

    @Test
    void sharesOfRelevanceAreTheFormula() {
        Tensor r = vector(2, 2, 2);
        Tensor a = vector(1, -3, 0);
        Tensor b = vector(1, 1, 0);
        TensorAssert.assertClose(kernels.absoluteShare(r, a, b, 1e-11), vector(1, 1.5, 0), 1e-10, 0);
        TensorAssert.assertClose(kernels.absoluteShare(r, vector(3), b, 1), vector(1.2, 1.2, 1.5), 1e-15, 0);
        TensorAssert.assertClose(kernels.stabilizedQuotient(vector(1, 1, 1, 1), vector(4, -4, 0, -0.0), 1),
                vector(0.2, -0.2, 1, 1), 1e-15, 0);
        Tensor wide = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
        TensorAssert.assertClose(kernels.stabilizedQuotient(wide, vector(1, 3), 1),
                Tensor.of(new double[] {0.5, 0.5, 1.5, 1}, 2, 2), 1e-15, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.stabilizedQuotient(vector(1), vector(1, 2), 1))
                .withMessageContaining("[2]").withMessageContaining("[1]");
    }

    @Test
    void theDefaultsOfTheSeamAgreeWithTheReference() {
        Kernels defaults =
                (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                        (proxy, method, arguments) -> method.isDefault()
                                ? InvocationHandler.invokeDefault(proxy, method, arguments)
                                : method.invoke(kernels, arguments));
        Tensor r = TestTensors.normal(1, DType.F64, Shape.of(3, 5));
        Tensor a = TestTensors.normal(2, DType.F64, Shape.of(5));
        Tensor b = TestTensors.coarse(3, DType.F64, Shape.of(3, 5));
        TensorAssert.assertClose(defaults.absoluteShare(r, a, b, 1e-6), kernels.absoluteShare(r, a, b, 1e-6), 1e-14, 0);
        TensorAssert.assertClose(defaults.stabilizedQuotient(r, b, 1e-6), kernels.stabilizedQuotient(r, b, 1e-6), 1e-14,
                0);
    }

    /** {@code z_p = z + gamma z+ = 3 + 0.5 * 4} for contributions 4 and -1, {@code z_n = -3 - 0.5 * 4} for -4 and 1. */
    @Test
    void gammaQuotientsFavourTheSignOfTheOutput() {
        Tensor[] s = kernels.gammaQuotients(vector(10, 10, 10), vector(3, -3, 0), vector(5, 5, 5), 0.5, 0, true);
        TensorAssert.assertClose(s[0], vector(2, -2, 0), 1e-15, 0);
        TensorAssert.assertClose(s[1], vector(2, 2, 0), 1e-15, 0);
        TensorAssert.assertClose(
                kernels.gammaQuotients(vector(10), vector(0), vector(4), 0.5, 0, false)[0], vector(-10), 1e-15, 0);
        TensorAssert.assertClose(kernels.signedMix(vector(3, -3), vector(1, 1), 2, vector(1, 1), 0.5),
                vector(7.5, -4.5), 1e-15, 0);
    }
}
