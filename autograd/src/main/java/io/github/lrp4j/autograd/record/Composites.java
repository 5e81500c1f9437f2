package io.github.lrp4j.autograd.record;

import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;
import static io.github.lrp4j.tensor.kernels.BinaryFn.POW;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Kernels that fuse others, as what they fuse: their formulas over the elementary kernels, which are recorded. */
final class Composites {
    private final Kernels kernels;
    private final Kernels inner;

    /**
     * @param kernels what the formulas are written over
     * @param inner where constants are computed
     */
    Composites(Kernels kernels, Kernels inner) {
        this.kernels = kernels;
        this.inner = inner;
    }

    // ---- derivatives of elementwise functions -------------------------------------------------------------------

    /** {@code f'(x)}: recorded if x is traced and f' is not piecewise constant, else a constant. */
    Tensor slope(UnaryFn f, Tensor x, boolean traced) {
        return traced && !Slopes.isStep(f) ? Slopes.of(kernels, f, x) : inner.unaryVjp(f, x, ones(x));
    }

    /** {@code f'} from the output. */
    Tensor slopeFromOutput(UnaryFn f, Tensor y, boolean traced) {
        return traced && !Slopes.isStep(f)
                ? Slopes.fromOutput(kernels, f, y)
                : inner.unaryVjpFromOutput(f, y, ones(y));
    }

    private static Tensor ones(Tensor x) {
        return Tensor.full(1, x.dtype() == DType.F64 ? DType.F64 : DType.F32, x.shape());
    }

    // ---- arithmetic ---------------------------------------------------------------------------------------------

    /** {@code a^b = s e^(b ln |a|)} for a other than 0, where s is the sign, a constant. */
    Tensor power(Tensor a, Tensor b) {
        Tensor log = kernels.unary(UnaryFn.of(UnaryFn.Kind.LOG), kernels.unary(UnaryFn.of(UnaryFn.Kind.ABS), a));
        Tensor size = kernels.unary(UnaryFn.of(UnaryFn.Kind.EXP), kernels.binary(MUL, b, log));
        Tensor sign = inner.unary(UnaryFn.of(UnaryFn.Kind.SIGN), inner.binary(POW, a, b));
        return kernels.binary(MUL, sign, size);
    }

    /** The product along some dimensions, halving one of them at a time. */
    Tensor product(Tensor x, List<Integer> dims, boolean keepDims) {
        List<Integer> folded = dims.isEmpty() ? IntStream.range(0, x.rank()).boxed().toList() : dims;
        Tensor product = x;
        for (int d : folded) {
            if (x.size(d) == 0) {
                product = Tensor.full(1, x.dtype(), product.shape().with(d, 1));
            }
            while (product.size(d) > 1) {
                int half = product.size(d) / 2;
                Tensor pairs = kernels.binary(MUL, product.slice(d, 0, half), product.slice(d, half, 2 * half));
                Tensor odd = product.slice(d, 2 * half, product.size(d));
                product = odd.size(d) == 0 ? pairs : kernels.concat(List.of(pairs, odd), d);
            }
        }
        return product.reshape(x.shape().reduced(folded, keepDims));
    }

    // ---- pooling ------------------------------------------------------------------------------------------------

    Tensor planeGather(Tensor x, Tensor indices) {
        Tensor flat = kernels.gather(x.reshape(planes(x.shape())), 2, positions(indices));
        return flat.reshape(indices.shape());
    }

    Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        Tensor zeros = Tensor.zeros(g.dtype(), planes(xShape));
        return kernels.scatterAdd(zeros, 2, positions(indices), g.reshape(planes(g.shape()))).reshape(xShape);
    }

    private Tensor positions(Tensor indices) {
        return inner.cast(indices, DType.I64).reshape(planes(indices.shape()));
    }

    /** {@code [N, C, cells]}. */
    private static Shape planes(Shape x) {
        long cells = 1;
        for (int d = 2; d < x.rank(); d++) {
            cells *= x.size(d);
        }
        return Shape.of(x.size(0), x.size(1), Math.toIntExact(cells));
    }

    // ---- normalisation ------------------------------------------------------------------------------------------

    Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        Tensor sum = kernels.reduce(Reduction.SUM, kernels.binary(MUL, g, y), List.of(dim), true);
        return kernels.binary(MUL, y, kernels.binary(SUB, g, sum));
    }

    Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        Tensor probabilities = kernels.unary(UnaryFn.of(UnaryFn.Kind.EXP), y);
        Tensor sum = kernels.reduce(Reduction.SUM, g, List.of(dim), true);
        return kernels.binary(SUB, g, kernels.binary(MUL, probabilities, sum));
    }

    Normalized standardize(Tensor x, int firstDim, double eps) {
        return standardized(x, IntStream.range(firstDim, x.rank()).boxed().toList(), eps);
    }

    Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        List<Integer> dims = IntStream.range(firstDim, x.rank()).boxed().toList();
        Tensor xhat = kernels.binary(MUL, kernels.binary(SUB, x, mean), inverseDeviation);
        Tensor along = kernels.binary(MUL, xhat, mean(kernels.binary(MUL, g, xhat), dims));
        return kernels.binary(MUL, inverseDeviation,
                kernels.binary(SUB, kernels.binary(SUB, g, mean(g, dims)), along));
    }

    Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        int[] aligned = new int[x.rank()];
        Arrays.fill(aligned, 1);
        aligned[1] = x.size(1);
        Tensor scaled = kernels.binary(MUL, x, scale.reshape(aligned));
        return shift == null ? scaled : kernels.binary(ADD, scaled, shift.reshape(aligned));
    }

    Normalized channelStatistics(Tensor x, double eps) {
        List<Integer> dims = new ArrayList<>();
        for (int d = 0; d < x.rank(); d++) {
            if (d != 1) {
                dims.add(d);
            }
        }
        Shape channels = Shape.of(x.size(1));
        Tensor mean = mean(x, dims);
        Tensor variance = mean(square(kernels.binary(SUB, x, mean)), dims);
        return new Normalized(variance.reshape(channels), mean.reshape(channels),
                inverseDeviation(variance, eps).reshape(channels));
    }

    private Normalized standardized(Tensor x, List<Integer> dims, double eps) {
        Tensor mean = mean(x, dims);
        Tensor centred = kernels.binary(SUB, x, mean);
        Tensor inverse = inverseDeviation(mean(square(centred), dims), eps);
        return new Normalized(kernels.binary(MUL, centred, inverse), mean, inverse);
    }

    /** Over no dimension at all, a mean is what it is of. */
    private Tensor mean(Tensor x, List<Integer> dims) {
        return dims.isEmpty() ? x : kernels.reduce(Reduction.MEAN, x, dims, true);
    }

    private Tensor square(Tensor x) {
        return kernels.unary(UnaryFn.of(UnaryFn.Kind.SQUARE), x);
    }

    private Tensor inverseDeviation(Tensor variance, double eps) {
        return kernels.unary(UnaryFn.of(UnaryFn.Kind.RSQRT),
                kernels.unary(new UnaryFn(UnaryFn.Kind.SHIFT, eps, 0), variance));
    }
}
