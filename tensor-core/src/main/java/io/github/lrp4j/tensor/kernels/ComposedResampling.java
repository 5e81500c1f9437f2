package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/** Resampling and its adjoint made of other kernels: per dimension and tap, cells named by an index, times a weight. */
final class ComposedResampling {
    private final Kernels kernels;
    private final Resampling spec;

    ComposedResampling(Kernels kernels, Resampling spec) {
        this.kernels = kernels;
        this.spec = spec;
    }

    Tensor forward(Tensor x) {
        spec.outputShape(x.shape());
        Tensor y = x;
        for (int d = 0; d < spec.size().size(); d++) {
            Resampling.Taps taps = spec.taps(d, x.size(d + 2));
            Tensor sum = null;
            for (int t = 0; t < taps.cells().length; t++) {
                Tensor cells = weighted(kernels.indexSelect(y, d + 2, index(taps.cells()[t])), d, taps.weights()[t]);
                sum = sum == null ? cells : kernels.binary(BinaryFn.ADD, sum, cells);
            }
            y = sum;
        }
        return y;
    }

    Tensor adjoint(Tensor g, Shape xShape) {
        Tensor y = g;
        for (int d = spec.size().size() - 1; d >= 0; d--) {
            Resampling.Taps taps = spec.taps(d, xShape.size(d + 2));
            DType type = y.dtype().isFloating() ? y.dtype() : DType.F32;
            Tensor sum = Tensor.zeros(type, y.shape().with(d + 2, xShape.size(d + 2)));
            for (int t = 0; t < taps.cells().length; t++) {
                sum = kernels.indexAdd(sum, d + 2, index(taps.cells()[t]), weighted(y, d, taps.weights()[t]));
            }
            y = sum;
        }
        return y;
    }

    private static Tensor index(int[] cells) {
        return Tensor.of(Arrays.stream(cells).asLongStream().toArray(), cells.length);
    }

    private Tensor weighted(Tensor x, int d, double[] weights) {
        if (spec.mode() == Resampling.Mode.NEAREST) {
            return x;
        }
        int[] sizes = new int[spec.size().size() - d];
        Arrays.fill(sizes, 1);
        sizes[0] = weights.length;
        DType type = Operands.realType(x);
        return kernels.binary(BinaryFn.MUL, x, Tensor.of(weights, type, Shape.of(sizes)));
    }
}
