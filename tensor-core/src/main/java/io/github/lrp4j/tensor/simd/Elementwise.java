package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.concurrent.atomic.AtomicBoolean;

/** Elementwise kernels of one to three broadcast operands: the result is swept in blocks, each by one dense loop. */
final class Elementwise {
    /** Elements per part that are worth a thread: by memory speed, for long vector loops, and one by one. */
    private static final int GRAIN = 16_384;
    private static final int COSTLY_GRAIN = 8_192;
    private static final int SCALAR_GRAIN = 1_024;

    private final WorkerPool pool;
    private final Buffers buffers;

    Elementwise(WorkerPool pool, Buffers buffers) {
        this.pool = pool;
        this.buffers = buffers;
    }

    Tensor unary(UnaryFn f, Tensor x) {
        Shape shape = x.shape();
        Loops.One loop = UnaryLoops.of(f);
        float[] out = buffers.take(shape.arrayLength());
        pool.forRange(out.length, grain(f), (from, to) -> {
            Operand in = Operand.of(x, shape);
            for (int p = from; p < to;) {
                int count = in.reach(p, to - p);
                in.locate(p, count);
                loop.apply(in.array, in.at, out, p, count);
                p += count;
            }
        });
        return Buffers.result(out, shape);
    }

    Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        return sweep(x.shape(), grain(f), x, g, UnaryVjpLoops.of(f));
    }

    Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        return sweep(y.shape(), GRAIN, y, g, UnaryVjpLoops.ofOutput(f));
    }

    Tensor binary(BinaryFn f, Tensor a, Tensor b, Shape shape) {
        Loops.Two loop = BinaryLoops.of(f);
        if (f == BinaryFn.EQUAL || f == BinaryFn.GREATER) {
            return compare(shape, a, b, loop);
        }
        return sweep(shape, f == BinaryFn.POW ? SCALAR_GRAIN : GRAIN, a, b, loop);
    }

    Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return sweep(r.shape(), GRAIN, r, z, BinaryLoops.stabilizedQuotient((float) eps));
    }

    Tensor shiftedQuotient(Tensor r, Tensor z, double eps) {
        return sweep(r.shape(), GRAIN, r, z, RuleLoops.shiftedQuotient((float) eps));
    }

    Tensor weightedQuotient(double weight, Tensor r, Tensor z, double eps, boolean signed) {
        return sweep(r.shape(), GRAIN, r, z, RuleLoops.weightedQuotient((float) weight, (float) eps, signed));
    }

    Tensor signedShare(Tensor x, Tensor a, Tensor b) {
        return sweep(a.shape(), x, a, b, RuleLoops.signedShare());
    }

    Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        return sweep(r.shape(), r, a, b, BinaryLoops.absoluteShare((float) eps));
    }

    /** Two results in one pass. */
    Tensor[] gammaQuotients(Tensor r, Tensor z, Tensor m, double gamma, double eps, boolean skipZero) {
        Shape shape = r.shape();
        RuleLoops.GammaQuotients loop = new RuleLoops.GammaQuotients((float) gamma, (float) eps, skipZero);
        float[] s = buffers.take(shape.arrayLength());
        float[] t = buffers.take(s.length);
        pool.forRange(s.length, GRAIN, (from, to) -> {
            Operand first = Operand.of(r, shape);
            Operand second = Operand.of(z, shape);
            Operand third = Operand.of(m, shape);
            for (int p = from; p < to;) {
                int count = third.reach(p, second.reach(p, first.reach(p, to - p)));
                first.locate(p, count);
                second.locate(p, count);
                third.locate(p, count);
                loop.apply(first, second, third, s, t, p, count);
                p += count;
            }
        });
        return new Tensor[] {Buffers.result(s, shape), Buffers.result(t, shape)};
    }

    Tensor signedMix(Tensor x, Tensor s, double a, Tensor t, double b) {
        return sweep(s.shape(), x, s, t, RuleLoops.signedMix((float) a, (float) b));
    }

    /** Stops early where it is not. */
    boolean isZeroUnlessPositive(Tensor r, Tensor y) {
        Shape shape = r.shape();
        AtomicBoolean zero = new AtomicBoolean(true);
        pool.forRange(shape.arrayLength(), GRAIN, (from, to) -> {
            Operand first = Operand.of(r, shape);
            Operand second = Operand.of(y, shape);
            for (int p = from; p < to && zero.getPlain();) {
                int count = second.reach(p, first.reach(p, Math.min(to - p, Operand.BLOCK)));
                first.locate(p, count);
                second.locate(p, count);
                if (!RuleLoops.isZeroUnlessPositive(first.array, first.at, second.array, second.at, count)) {
                    zero.set(false);
                }
                p += count;
            }
        });
        return zero.get();
    }

    Tensor where(Tensor condition, Tensor a, Tensor b, Shape shape) {
        return sweep(shape, condition, a, b, BinaryLoops.where());
    }

    /** {@code x scale + shift} with broadcasting to the shape of x. */
    Tensor affine(Tensor x, Tensor scale, Tensor shift) {
        return sweep(x.shape(), x, scale, shift, BinaryLoops.affine());
    }

    private Tensor sweep(Shape shape, int grain, Tensor a, Tensor b, Loops.Two loop) {
        float[] out = buffers.take(shape.arrayLength());
        pool.forRange(out.length, grain, (from, to) -> {
            Operand first = Operand.of(a, shape);
            Operand second = Operand.of(b, shape);
            for (int p = from; p < to;) {
                int count = second.reach(p, first.reach(p, to - p));
                first.locate(p, count);
                second.locate(p, count);
                loop.apply(first.array, first.at, second.array, second.at, out, p, count);
                p += count;
            }
        });
        return Buffers.result(out, shape);
    }

    private Tensor sweep(Shape shape, Tensor a, Tensor b, Tensor c, Loops.Three loop) {
        float[] out = buffers.take(shape.arrayLength());
        pool.forRange(out.length, GRAIN, (from, to) -> {
            Operand first = Operand.of(a, shape);
            Operand second = Operand.of(b, shape);
            Operand third = Operand.of(c, shape);
            for (int p = from; p < to;) {
                int count = third.reach(p, second.reach(p, first.reach(p, to - p)));
                first.locate(p, count);
                second.locate(p, count);
                third.locate(p, count);
                loop.apply(first.array, first.at, second.array, second.at, third.array, third.at, out, p, count);
                p += count;
            }
        });
        return Buffers.result(out, shape);
    }

    /** A comparison, whose result is BOOL: the 1 and 0 of a block are narrowed while it is in the cache. */
    private Tensor compare(Shape shape, Tensor a, Tensor b, Loops.Two loop) {
        byte[] out = new byte[shape.arrayLength()];
        pool.forRange(out.length, GRAIN, (from, to) -> {
            Operand first = Operand.of(a, shape);
            Operand second = Operand.of(b, shape);
            float[] flags = new float[Operand.BLOCK];
            for (int p = from; p < to;) {
                int count = second.reach(p, first.reach(p, Math.min(to - p, flags.length)));
                first.locate(p, count);
                second.locate(p, count);
                loop.apply(first.array, first.at, second.array, second.at, flags, 0, count);
                for (int i = 0; i < count; i++) {
                    out[p + i] = (byte) flags[i];
                }
                p += count;
            }
        });
        return Tensor.of(out, DType.BOOL, shape);
    }

    private static int grain(UnaryFn f) {
        return switch (f.kind()) {
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ELU, GELU, GELU_TANH, SILU, SOFTPLUS, ERF, POW ->
                COSTLY_GRAIN;
            default -> GRAIN;
        };
    }
}
