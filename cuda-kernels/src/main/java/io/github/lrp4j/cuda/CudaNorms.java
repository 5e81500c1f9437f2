package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.Operands;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Softmax along a dimension; mean and variance over trailing dimensions or per channel; the adjoints: {@code norms.cu}. */
final class CudaNorms {
    private final DeviceTensors tensors;
    private final CudaLayout layout;
    private final CudaElementwise elementwise;

    CudaNorms(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
        elementwise = new CudaElementwise(tensors);
    }

    // ---- softmax ------------------------------------------------------------------------------------------------

    Tensor softmax(Tensor x, int dim) {
        return softmax(x, dim, false);
    }

    Tensor logSoftmax(Tensor x, int dim) {
        return softmax(x, dim, true);
    }

    private Tensor softmax(Tensor x, int dim, boolean logarithm) {
        DType type = Operands.realType(x);
        int axis = x.shape().axis(dim);
        Tensor from = layout.typed(x, type);
        Tensor y = tensors.allocate(type, x.shape());
        if (x.elements() == 0) {
            return y;
        }
        Lanes lanes = Lanes.of(List.of(axis), x.shape(), y, from);
        Lanes.Split split = lanes.whole();
        tensors.device().launch("softmax_" + CudaLayout.suffix(type), split.grid(),
                new Arguments().pointer(tensors.address(y)).pointer(tensors.address(from)).view(lanes.outer())
                        .i64(lanes.count()).i64(lanes.length()).i64(y.stride(axis)).i64(from.stride(axis))
                        .i32(split.width()).i32(split.across()).i32(logarithm ? 1 : 0));
        return y;
    }

    Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        Operands.requireSameShape("softmaxVjp", y.shape(), g.shape());
        return softmaxVjp(y, g, dim, false);
    }

    Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        Operands.requireSameShape("logSoftmaxVjp", y.shape(), g.shape());
        return softmaxVjp(y, g, dim, true);
    }

    private Tensor softmaxVjp(Tensor y, Tensor g, int dim, boolean logarithm) {
        DType type = Operands.realType(y, g);
        int axis = y.shape().axis(dim);
        Tensor output = layout.typed(y, type);
        Tensor upstream = layout.typed(g, type);
        Tensor x = tensors.allocate(type, y.shape());
        if (x.elements() == 0) {
            return x;
        }
        Lanes lanes = Lanes.of(List.of(axis), x.shape(), x, output, upstream);
        Lanes.Split split = lanes.whole();
        tensors.device().launch("softmax_vjp_" + CudaLayout.suffix(type), split.grid(),
                new Arguments().pointer(tensors.address(x)).pointer(tensors.address(output))
                        .pointer(tensors.address(upstream)).view(lanes.outer()).i64(lanes.count())
                        .i64(lanes.length()).i64(x.stride(axis)).i64(output.stride(axis))
                        .i64(upstream.stride(axis)).i32(split.width()).i32(split.across())
                        .i32(logarithm ? 1 : 0));
        return x;
    }

    // ---- mean and variance --------------------------------------------------------------------------------------

    Normalized standardize(Tensor x, int firstDim, double eps) {
        return standardize("standardize", x, null, null, firstDim, eps);
    }

    Normalized layerNorm(Tensor x, Tensor scale, Tensor shift, int firstDim, double eps) {
        Shape normalized = Shape.of(x.shape().toList().subList(firstDim, x.rank()));
        Operands.requireSameShape("layerNorm", normalized, scale.shape());
        Operands.requireSameShape("layerNorm", normalized, shift == null ? normalized : shift.shape());
        DType type = Operands.realType(x);
        DType promoted = shift == null ? Operands.realType(x, scale) : Operands.realType(x, scale, shift);
        if (type == promoted) {
            return standardize("layerNorm", x, tensors.dense(scale, type),
                    shift == null ? null : tensors.dense(shift, type), firstDim, eps);
        }
        Normalized standardized = standardize(x, firstDim, eps);
        Tensor scaled = elementwise.binary(BinaryFn.MUL, standardized.output(), scale);
        return new Normalized(shift == null ? scaled : elementwise.binary(BinaryFn.ADD, scaled, shift),
                standardized.mean(), standardized.inverseDeviation());
    }

    private Normalized standardize(String kernel, Tensor x, Tensor scale, Tensor shift, int firstDim, double eps) {
        Shape statistics = statisticsShape(kernel, x.shape(), firstDim);
        DType type = Operands.realType(x);
        Tensor from = layout.typed(x, type);
        Tensor y = tensors.allocate(type, x.shape());
        Tensor mean = tensors.allocate(type, statistics);
        Tensor inverseDeviation = tensors.allocate(type, statistics);
        Lanes lanes = Lanes.of(IntStream.range(firstDim, x.rank()).boxed().toList(), x.shape(), from).asRows();
        if (lanes.count() > 0) {
            Lanes.Split split = lanes.whole();
            tensors.device().launch("standardize_" + CudaLayout.suffix(type), split.grid(),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(mean))
                            .pointer(tensors.address(inverseDeviation)).pointer(tensors.address(from))
                            .pointer(scale == null ? 0 : tensors.address(scale))
                            .pointer(shift == null ? 0 : tensors.address(shift)).view(lanes.outer())
                            .view(lanes.inner()).i64(lanes.count()).i64(lanes.length()).i32(split.width()).f64(eps));
        }
        return new Normalized(y, mean, inverseDeviation);
    }

    Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        Operands.requireSameShape("standardizeVjp", g.shape(), x.shape());
        Shape statistics = statisticsShape("standardizeVjp", x.shape(), firstDim);
        Operands.requireSameShape("standardizeVjp statistics", mean.shape(), statistics);
        Operands.requireSameShape("standardizeVjp statistics", inverseDeviation.shape(), statistics);
        DType type = Operands.realType(g, x);
        Tensor y = tensors.allocate(type, x.shape());
        if (x.elements() == 0) {
            return y;
        }
        Lanes lanes = Lanes.of(IntStream.range(firstDim, x.rank()).boxed().toList(), x.shape(), y).asRows();
        Lanes.Split split = lanes.whole();
        tensors.device().launch("standardize_vjp_" + CudaLayout.suffix(type), split.grid(),
                new Arguments().pointer(tensors.address(y)).pointer(tensors.address(tensors.dense(g, type)))
                        .pointer(tensors.address(tensors.dense(x, type)))
                        .pointer(tensors.address(tensors.dense(mean, type)))
                        .pointer(tensors.address(tensors.dense(inverseDeviation, type))).i64(lanes.count())
                        .i64(lanes.length()).i32(split.width()));
        return y;
    }

    private static Shape statisticsShape(String kernel, Shape x, int firstDim) {
        if (firstDim < 0 || firstDim > x.rank()) {
            throw new IllegalArgumentException(kernel + ": first dimension " + firstDim + " of " + x);
        }
        int[] sizes = x.toArray();
        Arrays.fill(sizes, firstDim, sizes.length, 1);
        return Shape.of(sizes);
    }

    // ---- channels -----------------------------------------------------------------------------------------------

    Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        requireChannels("channelAffine", x.shape());
        Shape channels = Shape.of(x.size(1));
        if (!scale.shape().equals(channels) || (shift != null && !shift.shape().equals(channels))) {
            throw new IllegalArgumentException(
                    "channelAffine: input " + x.shape() + " needs a scale and shift of " + channels
                            + ", got " + scale.shape() + (shift == null ? "" : " and " + shift.shape()));
        }
        DType type = shift == null ? Operands.realType(x, scale) : Operands.realType(x, scale, shift);
        Tensor from = layout.typed(x, type);
        Tensor y = tensors.allocate(type, x.shape());
        if (x.elements() > 0) {
            int[] sizes = new int[x.rank() - 1];
            Arrays.fill(sizes, 1);
            sizes[0] = x.size(1);
            Tensor scales = tensors.dense(scale, type).reshape(sizes).expand(x.shape());
            tensors.device().launch("affine_" + CudaLayout.suffix(type), Grid.over(x.elements()),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(from))
                            .pointer(tensors.address(scales))
                            .pointer(shift == null ? 0 : tensors.address(tensors.dense(shift, type)))
                            .view(View.of(x.shape(), from, scales)).i64(x.elements()));
        }
        return y;
    }

    Normalized channelStatistics(Tensor x, double eps) {
        requireChannels("channelStatistics", x.shape());
        DType type = Operands.realType(x);
        Shape channels = Shape.of(x.size(1));
        Tensor from = layout.typed(x, type);
        Tensor variance = tensors.allocate(type, channels);
        Tensor mean = tensors.allocate(type, channels);
        Tensor inverseDeviation = tensors.allocate(type, channels);
        Lanes lanes = Lanes.of(IntStream.range(0, x.rank()).filter(d -> d != 1).boxed().toList(), x.shape(), from);
        if (lanes.count() > 0) {
            Lanes.Split split = lanes.whole();
            tensors.device().launch("statistics_" + CudaLayout.suffix(type), split.grid(),
                    new Arguments().pointer(tensors.address(variance)).pointer(tensors.address(mean))
                            .pointer(tensors.address(inverseDeviation)).pointer(tensors.address(from))
                            .view(lanes.outer()).view(lanes.inner()).i64(lanes.count()).i64(lanes.length())
                            .i32(split.width()).i32(split.across()).f64(eps));
        }
        return new Normalized(variance, mean, inverseDeviation);
    }

    private static void requireChannels(String kernel, Shape x) {
        if (x.rank() < 2) {
            throw new IllegalArgumentException(kernel + ": input must be [N, C, ...], got " + x);
        }
    }
}
