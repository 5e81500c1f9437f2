package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Operands;

/**
 * Convolution and its two adjoints: {@code convolution.cu} writes columns or sums them up, {@link Products} multiply.
 *
 * <p>Columns are made for as many samples, outputs or channels at a time as fit in a bounded piece of memory, small enough to
 * stay in the caches of a large device. Convolutions whose windows are one cell need none; those whose channels hardly mix have
 * kernels of their own. The same operands give the same bits each time.
 */
final class CudaConvolution {
    private static final long COLUMN_BYTES = 64L << 20;
    /** Groups of at most so many channels to sum over are no matrix products. */
    private static final int FEW_CHANNELS = 8;

    private final DeviceTensors tensors;
    private final MatrixProducts products;
    private final CudaEpilogue epilogues;
    private final long columnBytes;

    CudaConvolution(DeviceTensors tensors) {
        this(tensors, COLUMN_BYTES);
    }

    /** @param columnBytes about as many bytes may columns take */
    CudaConvolution(DeviceTensors tensors, long columnBytes) {
        this.tensors = tensors;
        this.columnBytes = columnBytes;
        products = new MatrixProducts(tensors);
        epilogues = new CudaEpilogue(tensors);
    }

    // ---- forward ------------------------------------------------------------------------------------------------

    Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        DType type = Operands.realType(x, w);
        ConvGeometry geometry = ConvGeometry.of(x.shape(), w.shape(), spec);
        Tensor y = tensors.allocate(type, spec.outputShape(x.shape(), w.shape()));
        Tensor input = tensors.dense(x, type);
        Tensor weight = tensors.dense(w, type);
        if (y.elements() == 0) {
            return y;
        }
        if (geometry.groups() > 1 && geometry.in() <= FEW_CHANNELS) {
            tensors.device().launch("conv_direct_" + CudaLayout.suffix(type), Grid.over(y.elements()),
                    pointers(y, input, weight).ints(geometry.window()).ints(geometry.channels()).i64(y.elements()));
        } else {
            product(geometry, input, weight, y);
        }
        return y;
    }

    Tensor fusedConv(Tensor x, Tensor w, ConvSpec spec, Epilogue epilogue) {
        epilogue.require("fusedConv", spec.outputShape(x.shape(), w.shape()), 1);
        return epilogues.finish(conv(x, w, spec), 1, epilogue);
    }

    /** {@code y = w columns(x)}. */
    private void product(ConvGeometry geometry, Tensor x, Tensor w, Tensor y) {
        Tensor weights = weights(geometry, w);
        Tensor result = outputs(geometry, y);
        if (geometry.pointwise() || geometry.terms() == 0) {
            products.multiply(1, stretched(weights, geometry.samples()), inputs(geometry, x), 0, result);
            return;
        }
        Pieces pieces = Pieces.of(geometry, x.dtype(), columnBytes);
        for (int n = 0; n < geometry.samples(); n += pieces.samples) {
            int samples = Math.min(pieces.samples, geometry.samples() - n);
            for (int p = 0; p < geometry.outputs(); p += pieces.outputs) {
                int count = Math.min(pieces.outputs, geometry.outputs() - p);
                Tensor columns = columns(geometry, x.slice(0, n, n + samples), p, count);
                products.multiply(1, stretched(weights, samples), columns, 0,
                        result.slice(0, n, n + samples).slice(-1, p, p + count));
                release(columns);
            }
        }
    }

    /** {@code [samples, groups, C / groups taps, count]}: what the outputs {@code first .. first + count - 1} are sums of. */
    private Tensor columns(ConvGeometry geometry, Tensor x, int first, int count) {
        Tensor columns = tensors.allocate(x.dtype(), Shape.of(x.size(0), geometry.groups(), geometry.terms(), count));
        if (columns.elements() > 0) {
            tensors.device().launch("im2col_" + CudaLayout.suffix(x.dtype()),
                    Grid.over(columns.elements() / geometry.rowOfTaps()),
                    pointers(columns, x).ints(geometry.window()).i64((long) x.size(0) * x.size(1)).i64(first)
                            .i32(count));
        }
        return columns;
    }

    // ---- to the input -------------------------------------------------------------------------------------------

    Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return inputAdjoint(g, w, xShape, spec, null);
    }

    Tensor fusedConvInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Tensor factor) {
        requireOutput("convInputAdjoint", g, spec.outputShape(xShape, w.shape()),
                "input " + xShape + ", weight " + w.shape());
        Epilogue.times(factor).require("fusedConvInputAdjoint", xShape, 1);
        if (Operands.realType(g, w) == Operands.realType(g, w, factor)) {
            return inputAdjoint(g, w, xShape, spec, factor);
        }
        return epilogues.finish(inputAdjoint(g, w, xShape, spec, null), 1, Epilogue.times(factor));
    }

    private Tensor inputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Tensor factor) {
        requireOutput("convInputAdjoint", g, spec.outputShape(xShape, w.shape()),
                "input " + xShape + ", weight " + w.shape());
        DType type = Operands.realType(g, w);
        ConvGeometry geometry = ConvGeometry.of(xShape, w.shape(), spec);
        Tensor x = tensors.allocate(type, xShape);
        if (x.elements() == 0) {
            return x;
        }
        Tensor upstream = tensors.dense(g, type);
        Tensor weight = tensors.dense(w, type);
        Tensor times = factor == null ? null : tensors.dense(factor, type);
        if (geometry.groups() > 1 && geometry.out() <= FEW_CHANNELS) {
            tensors.device().launch("conv_direct_to_input_" + CudaLayout.suffix(type), Grid.over(x.elements()),
                    pointers(x, upstream, weight).pointer(addressOrNull(times)).ints(geometry.window())
                            .ints(geometry.channels()).i64(x.elements()));
            return x;
        }
        if (geometry.pointwise() || geometry.out() == 0) {
            products.multiply(1, stretched(weights(geometry, weight).transpose(-2, -1), geometry.samples()),
                    outputs(geometry, upstream), 0, inputs(geometry, x));
            return times == null ? x : epilogues.finish(x, 1, Epilogue.times(times));
        }
        sumOfColumns(geometry, upstream, weight, times, x);
        return x;
    }

    /** {@code x = col2im(w^T g)}, some samples or some channels at a time. */
    private void sumOfColumns(ConvGeometry geometry, Tensor g, Tensor w, Tensor times, Tensor x) {
        int groups = geometry.groups();
        Tensor weights = w.reshape(groups, geometry.out(), geometry.in(), geometry.taps());
        Tensor upstream = outputs(geometry, g);
        Tensor result = x.reshape(geometry.samples(), groups, geometry.in(), geometry.inputs());
        Tensor factors = times == null ? null : times.reshape(result.shape());
        Pieces pieces = Pieces.of(geometry, x.dtype(), columnBytes);
        for (int n = 0; n < geometry.samples(); n += pieces.samples) {
            int to = Math.min(n + pieces.samples, geometry.samples());
            for (int first = 0; first < groups; first += pieces.groups) {
                int last = Math.min(first + pieces.groups, groups);
                for (int c = 0; c < geometry.in(); c += pieces.channels) {
                    int end = Math.min(c + pieces.channels, geometry.in());
                    int rows = (end - c) * geometry.taps();
                    Tensor columns = tensors.allocate(x.dtype(),
                            Shape.of(to - n, last - first, rows, geometry.outputs()));
                    // [groups, out, rows], whose rows lie apart where not all channels are taken.
                    Tensor part = weights.slice(0, first, last).slice(2, c, end)
                            .reshape(last - first, geometry.out(), rows);
                    products.multiply(1, stretched(part.transpose(-2, -1), to - n),
                            upstream.slice(0, n, to).slice(1, first, last), 0, columns);
                    col2im(geometry, columns, result.slice(0, n, to).slice(1, first, last).slice(2, c, end),
                            factors == null
                                    ? null
                                    : factors.slice(0, n, to).slice(1, first, last).slice(2, c, end));
                    release(columns);
                }
            }
        }
    }

    /** x and factor are as many planes as columns has, one after the other. */
    private void col2im(ConvGeometry geometry, Tensor columns, Tensor x, Tensor factor) {
        long planes = (long) x.size(0) * x.size(1) * x.size(2);
        tensors.device().launch("col2im_" + CudaLayout.suffix(x.dtype()), Grid.over(x.elements()),
                pointers(x, columns).pointer(addressOrNull(factor)).ints(geometry.window()).i64(planes));
    }

    // ---- to the weight ------------------------------------------------------------------------------------------

    Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        requireOutput("convWeightAdjoint", g, spec.outputShape(x.shape(), wShape),
                "input " + x.shape() + ", weight " + wShape);
        DType type = Operands.realType(g, x);
        ConvGeometry geometry = ConvGeometry.of(x.shape(), wShape, spec);
        Tensor w = tensors.allocate(type, wShape);
        Tensor upstream = tensors.dense(g, type);
        Tensor input = tensors.dense(x, type);
        if (w.elements() == 0) {
            return w;
        }
        if (g.elements() == 0) {
            tensors.device().zero(tensors.address(w), w.elements() * type.bytes());
        } else if (geometry.groups() > 1 && geometry.in() * geometry.out() <= FEW_CHANNELS * FEW_CHANNELS) {
            tensors.device().launch("conv_direct_to_weight_" + CudaLayout.suffix(type),
                    Grid.rows(Math.toIntExact(w.elements()), Grid.THREADS, 0),
                    pointers(w, upstream, input).ints(geometry.window()).ints(geometry.channels())
                            .i32(geometry.samples()));
        } else {
            weightProduct(geometry, upstream, input, w);
        }
        return w;
    }

    /** {@code w = sum over samples of g columns(x)^T}, in the order of the samples. */
    private void weightProduct(ConvGeometry geometry, Tensor g, Tensor x, Tensor w) {
        Tensor weights = w.reshape(geometry.groups(), geometry.out(), geometry.terms());
        Tensor upstream = outputs(geometry, g);
        Pieces pieces = Pieces.of(geometry, x.dtype(), columnBytes);
        double kept = 0;
        for (int n = 0; n < geometry.samples(); n += pieces.samples) {
            int samples = Math.min(pieces.samples, geometry.samples() - n);
            for (int p = 0; p < geometry.outputs(); p += pieces.outputs) {
                int count = geometry.pointwise()
                        ? geometry.outputs()
                        : Math.min(pieces.outputs, geometry.outputs() - p);
                Tensor columns = geometry.pointwise()
                        ? inputs(geometry, x.slice(0, n, n + samples))
                        : columns(geometry, x.slice(0, n, n + samples), p, count);
                for (int s = 0; s < samples; s++) {
                    products.multiply(1, upstream.select(0, n + s).slice(-1, p, p + count),
                            columns.select(0, s).transpose(-2, -1), kept, weights);
                    kept = 1;
                }
                if (geometry.pointwise()) {
                    break;
                }
                release(columns);
            }
        }
    }

    // ---- views --------------------------------------------------------------------------------------------------

    /**
     * How much of the columns is made at a time: all outputs and channels of several samples, or of one sample some outputs
     * (forward, all channels), or some groups, or some channels of one group (adjoint, all outputs).
     */
    private record Pieces(int samples, int outputs, int groups, int channels) {
        static Pieces of(ConvGeometry geometry, DType type, long bytes) {
            long most = Math.max(1, bytes / type.bytes());
            long perOutput = (long) geometry.groups() * geometry.terms();
            long perChannel = (long) geometry.taps() * geometry.outputs();
            long perGroup = perChannel * geometry.in();
            return new Pieces(pieces(most, perOutput * geometry.outputs(), geometry.samples()),
                    pieces(most, perOutput, geometry.outputs()), pieces(most, perGroup, geometry.groups()),
                    pieces(most, perChannel, geometry.in()));
        }

        private static int pieces(long most, long each, int all) {
            return Math.clamp(most / Math.max(1, each), 1, Math.max(1, all));
        }
    }

    /** {@code [1, groups, out, terms]}. */
    private static Tensor weights(ConvGeometry geometry, Tensor w) {
        return w.reshape(1, geometry.groups(), geometry.out(), geometry.terms());
    }

    /** The same matrices for each of several samples. */
    private static Tensor stretched(Tensor matrices, int samples) {
        Tensor grouped = matrices.rank() == 3 ? matrices.unsqueeze(0) : matrices;
        return grouped.expand(grouped.shape().with(0, samples));
    }

    /** {@code [samples, groups, out, outputs]}. */
    private static Tensor outputs(ConvGeometry geometry, Tensor y) {
        return y.reshape(y.size(0), geometry.groups(), geometry.out(), geometry.outputs());
    }

    /** {@code [samples, groups, in, inputs]}. */
    private static Tensor inputs(ConvGeometry geometry, Tensor x) {
        return x.reshape(x.size(0), geometry.groups(), geometry.in(), geometry.inputs());
    }

    private static void requireOutput(String kernel, Tensor g, Shape expected, String operands) {
        if (!g.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    kernel + ": " + operands + " give an output of " + expected + ", got " + g.shape());
        }
    }

    private Arguments pointers(Tensor... all) {
        Arguments call = new Arguments();
        for (Tensor x : all) {
            call.pointer(tensors.address(x));
        }
        return call;
    }

    private long addressOrNull(Tensor x) {
        return x == null ? 0 : tensors.address(x);
    }

    private static void release(Tensor temporary) {
        ((Storage.Device) temporary.storage()).release();
    }
}
