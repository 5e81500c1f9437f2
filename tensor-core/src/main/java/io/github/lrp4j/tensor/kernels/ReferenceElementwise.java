package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Locale;

/** Functions of one, two or three tensors, element by element. */
final class ReferenceElementwise {
    private ReferenceElementwise() {
    }

    static Tensor unary(UnaryFn f, Tensor x) {
        double[] values = x.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = f.apply(values[i]);
        }
        return Tensor.of(values, Operands.realType(x), x.shape());
    }

    static Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        Operands.requireSameShape(name(f.kind()) + " vjp", x.shape(), g.shape());
        double[] values = x.toDoubleArray();
        double[] upstream = g.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = f.derivative(values[i]) * upstream[i];
        }
        return Tensor.of(values, Operands.realType(x, g), x.shape());
    }

    static Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        Operands.requireSameShape(name(f.kind()) + " vjp", y.shape(), g.shape());
        double[] values = y.toDoubleArray();
        double[] upstream = g.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = f.derivativeFromOutput(values[i]) * upstream[i];
        }
        return Tensor.of(values, Operands.realType(y, g), y.shape());
    }

    static Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        Shape shape = Operands.broadcast(name(f), a.shape(), b.shape());
        DType type = Operands.resultType(a, b);
        boolean comparison = f == BinaryFn.EQUAL || f == BinaryFn.GREATER;
        if (!type.isFloating() && f != BinaryFn.DIV) {
            Tensor exact = Tensor.of(integers(f, a.expand(shape).toLongArray(), b.expand(shape).toLongArray()), shape);
            return exact.to(comparison ? DType.BOOL : type);
        }
        double[] values = a.expand(shape).toDoubleArray();
        double[] others = b.expand(shape).toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = f.apply(values[i], others[i]);
        }
        return comparison ? Tensor.of(values, shape).to(DType.BOOL) : Tensor.of(values, Operands.realType(a, b), shape);
    }

    private static long[] integers(BinaryFn f, long[] a, long[] b) {
        long[] values = new long[a.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (f) {
                case ADD -> a[i] + b[i];
                case SUB -> a[i] - b[i];
                case MUL -> a[i] * b[i];
                case POW -> power(a[i], b[i]);
                case MAXIMUM -> Math.max(a[i], b[i]);
                case MINIMUM -> Math.min(a[i], b[i]);
                case EQUAL -> a[i] == b[i] ? 1 : 0;
                case GREATER -> a[i] > b[i] ? 1 : 0;
                case DIV -> throw new AssertionError("a quotient of integers is real");
            };
        }
        return values;
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            throw new IllegalArgumentException("pow: integer " + base + " to the negative power " + exponent);
        }
        long result = 1;
        long square = base;
        for (long e = exponent; e > 0; e >>= 1) {
            if ((e & 1) == 1) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }

    static Tensor where(Tensor condition, Tensor a, Tensor b) {
        Shape shape = Operands.broadcast("where", condition.shape(), Operands.broadcast("where", a.shape(), b.shape()));
        DType type = Operands.resultType(a, b);
        double[] chosen = condition.expand(shape).toDoubleArray();
        Elements values = Elements.read(a.expand(shape), type);
        Elements others = Elements.read(b.expand(shape), type);
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] == 0) {
                values.set(i, others, i);
            }
        }
        return values.toTensor(type, shape);
    }

    static Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        double[] share = r.toDoubleArray();
        double[] own = Operands.expand("absoluteShare", a, r.shape()).toDoubleArray();
        double[] other = Operands.expand("absoluteShare", b, r.shape()).toDoubleArray();
        for (int i = 0; i < share.length; i++) {
            share[i] *= Math.abs(own[i]) / (Math.abs(own[i]) + Math.abs(other[i]) + eps);
        }
        return Tensor.of(share, Operands.realType(r, a, b), r.shape());
    }

    static Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        double[] quotient = r.toDoubleArray();
        double[] divisor = Operands.expand("stabilizedQuotient", z, r.shape()).toDoubleArray();
        for (int i = 0; i < quotient.length; i++) {
            quotient[i] /= divisor[i] < 0 ? divisor[i] - eps : divisor[i] + eps;
        }
        return Tensor.of(quotient, Operands.realType(r, z), r.shape());
    }

    private static String name(Enum<?> function) {
        return function.name().toLowerCase(Locale.ROOT);
    }
}
