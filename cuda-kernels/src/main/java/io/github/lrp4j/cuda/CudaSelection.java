package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Operands;
import java.util.Arrays;
import java.util.List;

/**
 * Elements chosen by index and the adjoints: {@code selection.cu}.
 *
 * <p>An index that lies on the host is looked at there, before it is copied. One that was computed on the device is looked at on
 * the device, and the host waits for the answer; only if an index is out of range are they read back, to name it.
 */
final class CudaSelection {
    /** As many threads keep a device busy. */
    private static final long BUSY_THREADS = 1 << 16;
    /** So few indices are added by one thread per lane. */
    private static final int FEW = 8;

    private final DeviceTensors tensors;
    private final CudaLayout layout;
    private final RangeCheck range;

    CudaSelection(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
        range = new RangeCheck(tensors);
    }

    Tensor gather(Tensor x, int dim, Tensor index) {
        int axis = x.shape().axis(dim);
        requireInside("gather", index.shape(), x.shape(), axis);
        return taken(x, axis, checked("gather", index, x.shape(), axis));
    }

    Tensor indexSelect(Tensor x, int dim, Tensor index) {
        requireVector("indexSelect", x.shape(), index.shape());
        int axis = x.shape().axis(dim);
        Shape shape = x.shape().with(axis, index.size(0));
        return taken(x, axis, spread("indexSelect", index, x.shape(), axis, shape));
    }

    Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        int axis = base.shape().axis(dim);
        requireInside("scatterAdd", index.shape(), base.shape(), axis);
        requireInside("scatterAdd", index.shape(), source.shape(), -1);
        Tensor added = source;
        for (int d = 0; d < index.rank(); d++) {
            added = added.slice(d, 0, index.size(d));
        }
        return summed(base, axis, checked("scatterAdd", index, base.shape(), axis), added,
                Operands.resultType(base, source));
    }

    Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        requireVector("indexAdd", base.shape(), index.shape());
        int axis = base.shape().axis(dim);
        Shape expected = base.shape().with(axis, index.size(0));
        if (!source.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "indexAdd: " + index.size(0) + " indices along dimension " + dim + " of " + base.shape()
                            + " need a source of " + expected + ", got " + source.shape());
        }
        return summed(base, axis, spread("indexAdd", index, base.shape(), axis, expected), source,
                Operands.resultType(base, source));
    }

    /** The vector {@code index} laid along {@code axis} and repeated over {@code shape}. */
    private Tensor spread(String kernel, Tensor index, Shape x, int axis, Shape shape) {
        int[] sizes = new int[shape.rank()];
        Arrays.fill(sizes, 1);
        sizes[axis] = index.size(0);
        Tensor places = shape.elements() == 0
                ? layout.typed(integers(kernel, index, x), DType.I64)
                : checked(kernel, index, x, axis);
        return places.reshape(sizes).expand(shape);
    }

    private Tensor taken(Tensor x, int axis, Tensor index) {
        DType type = Operands.resultType(x);
        Tensor from = layout.typed(x, type);
        Shape shape = index.shape();
        Tensor y = tensors.allocate(type, shape);
        if (y.elements() > 0) {
            long[] places = new long[shape.rank()];
            long[] others = new long[shape.rank()];
            for (int d = 0; d < places.length; d++) {
                places[d] = index.stride(d);
                others[d] = d == axis ? 0 : from.stride(d);
            }
            tensors.device().launch("gather_" + CudaLayout.width(type), Grid.over(y.elements()),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(from))
                            .pointer(tensors.address(index)).view(View.of(shape, places, others))
                            .i64(from.stride(axis)).i64(x.size(axis)).i64(y.elements()));
        }
        return y;
    }

    private Tensor summed(Tensor base, int axis, Tensor index, Tensor source, DType type) {
        DType counted = type.isFloating() ? type : DType.I64;
        Tensor start = layout.typed(base, counted);
        Tensor added = layout.typed(source, counted);
        Tensor y = layout.copy(start);
        if (index.elements() > 0) {
            Lanes lanes = Lanes.of(List.of(axis), index.shape(), y, index, added);
            long parts = lanes.length() <= FEW
                    ? 1
                    : Math.clamp(BUSY_THREADS / lanes.count(), 1, base.size(axis));
            long power = Long.highestOneBit(parts);
            tensors.device().launch("scatter_add_" + CudaLayout.suffix(counted), Grid.over(lanes.count() * power),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(index))
                            .pointer(tensors.address(added)).view(lanes.outer()).i64(lanes.count())
                            .i64(lanes.length()).i64(base.size(axis)).i64(y.stride(axis)).i64(index.stride(axis))
                            .i64(added.stride(axis)).i64(power));
        }
        return layout.cast(y, type);
    }

    // ---- indices ------------------------------------------------------------------------------------------------

    /** {@code index} as I64 on the device, when every number of it is a place along {@code axis} of {@code shape}. */
    private Tensor checked(String kernel, Tensor index, Shape shape, int axis) {
        integers(kernel, index, shape);
        if (!index.isOnDevice()) {
            requirePlaces(kernel, index, shape, axis);
        }
        Tensor places = layout.typed(index, DType.I64);
        if (index.isOnDevice() && range.leaves(places, -shape.size(axis), shape.size(axis) - 1)) {
            requirePlaces(kernel, index, shape, axis);
        }
        return places;
    }

    private static Tensor integers(String kernel, Tensor index, Shape shape) {
        if (index.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    kernel + ": the index must hold integers, got " + index.dtype() + index.shape() + " for " + shape);
        }
        return index;
    }

    private static void requirePlaces(String kernel, Tensor index, Shape shape, int axis) {
        int size = shape.size(axis);
        for (long place : index.toLongArray()) {
            if (place < -size || place >= size) {
                throw new IndexOutOfBoundsException(
                        kernel + ": index " + place + " is outside of dimension " + axis + " of " + shape);
            }
        }
    }

    private static void requireVector(String kernel, Shape x, Shape index) {
        if (index.rank() != 1) {
            throw new IllegalArgumentException(
                    kernel + ": the index must be a vector, input " + x + ", index " + index);
        }
    }

    private static void requireInside(String kernel, Shape index, Shape x, int freeDim) {
        boolean inside = index.rank() == x.rank();
        for (int d = 0; inside && d < x.rank(); d++) {
            inside = d == freeDim || index.size(d) <= x.size(d);
        }
        if (!inside) {
            throw new IllegalArgumentException(
                    kernel + ": the index must not reach beyond the tensor, tensor " + x + ", index " + index);
        }
    }
}
