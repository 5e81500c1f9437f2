package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Operands;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.ArrayList;
import java.util.List;

/** Many numbers folded into one, and running sums: {@code reductions.cu}. */
final class CudaReductions {
    private final DeviceTensors tensors;
    private final CudaLayout layout;

    CudaReductions(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
    }

    Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        List<Integer> folded = new ArrayList<>();
        for (int d = 0; d < x.rank(); d++) {
            if (dims.isEmpty()) {
                folded.add(d);
            }
        }
        dims.forEach(dim -> folded.add(x.shape().axis(dim)));
        Shape shape = x.shape().reduced(dims, keepDims);
        return switch (reduction) {
            case SUM -> fold("sum_", layout.typed(x, countType(x)), folded, countType(x), 1, shape);
            case PROD -> fold("product_", layout.typed(x, countType(x)), folded, countType(x), 1, shape);
            case MEAN -> {
                DType type = Operands.realType(x);
                Tensor summed = layout.typed(x, x.dtype().isFloating() ? type : DType.F64);
                long count = shape.elements();
                yield fold("sum_", summed, folded, type, count == 0 ? 1 : (double) (x.elements() / count), shape);
            }
            case MAX, MIN -> {
                requireSome("reduce " + reduction, x, shape, " over " + folded);
                Tensor values = tensors.allocate(comparedType(x), shape);
                extremum(x, folded, reduction == Reduction.MAX, values, null);
                yield layout.cast(values, Operands.resultType(x));
            }
        };
    }

    double total(Tensor x) {
        List<Integer> all = new ArrayList<>();
        for (int d = 0; d < x.rank(); d++) {
            all.add(d);
        }
        Tensor summed = layout.typed(x, x.dtype().isFloating() ? Operands.resultType(x) : DType.F64);
        Tensor sum = fold("sum_", summed, all, DType.F64, 1, Shape.SCALAR);
        double total = sum.item();
        release(sum);
        return total;
    }

    /** Integers are counted in int64, however small their own type. */
    private static DType countType(Tensor x) {
        DType type = Operands.resultType(x);
        return type.isFloating() ? type : DType.I64;
    }

    /** {@code fold(lanes) / divisor}: in one step, or in two if there are few lanes. */
    private Tensor fold(String kernel, Tensor x, List<Integer> folded, DType type, double divisor, Shape shape) {
        Tensor y = tensors.allocate(type, shape);
        Lanes lanes = Lanes.of(folded, x.shape(), x);
        if (lanes.count() == 0) {
            return y;
        }
        Lanes.Split split = lanes.split();
        if (split.parts() == 1) {
            launchFold(kernel, lanes, split, x, y, divisor);
            return y;
        }
        DType wide = type.isFloating() ? DType.F64 : DType.I64;
        Tensor partial = tensors.allocate(wide, Shape.of((int) lanes.count(), split.parts()));
        launchFold(kernel, lanes, split, x, partial, 1);
        Lanes rows = Lanes.of(List.of(1), partial.shape(), partial);
        launchFold(kernel, rows, rows.whole(), partial, y, divisor);
        release(partial);
        return y;
    }

    private void launchFold(String kernel, Lanes lanes, Lanes.Split split, Tensor x, Tensor y, double divisor) {
        tensors.device().launch(
                kernel + CudaLayout.suffix(x.dtype()) + "_" + CudaLayout.suffix(y.dtype()), split.grid(),
                new Arguments().pointer(tensors.address(y)).pointer(tensors.address(x)).view(lanes.outer())
                        .view(lanes.inner()).i64(lanes.count()).i64(lanes.length()).i32(split.width())
                        .i32(split.across()).f64(divisor));
    }

    private static void release(Tensor temporary) {
        ((Storage.Device) temporary.storage()).release();
    }

    // ---- extrema ------------------------------------------------------------------------------------------------

    Indexed extremum(Tensor x, int dim, boolean largest) {
        Shape shape = x.shape().without(dim);
        requireSome("extremum", x, shape, " along dimension " + dim);
        Tensor values = tensors.allocate(comparedType(x), shape);
        Tensor positions = tensors.allocate(DType.I64, shape);
        extremum(x, List.of(x.shape().axis(dim)), largest, values, positions);
        return new Indexed(layout.cast(values, Operands.resultType(x)), positions);
    }

    private static void requireSome(String kernel, Tensor x, Shape shape, String where) {
        if (shape.elements() > 0 && x.elements() == 0) {
            throw new IllegalArgumentException(kernel + ": no elements to choose from, " + x.shape() + where);
        }
    }

    private static DType comparedType(Tensor x) {
        DType type = Operands.resultType(x);
        return type.isFloating() ? type : DType.I64;
    }

    private void extremum(Tensor x, List<Integer> folded, boolean largest, Tensor values, Tensor positions) {
        Tensor compared = layout.typed(x, values.dtype());
        Lanes lanes = Lanes.of(folded, x.shape(), compared);
        if (lanes.count() == 0) {
            return;
        }
        Lanes.Split split = lanes.split();
        if (split.parts() == 1) {
            launchExtremum(lanes, split, compared, null, values, positions, largest);
            return;
        }
        Shape parts = Shape.of((int) lanes.count(), split.parts());
        Tensor candidates = tensors.allocate(values.dtype(), parts);
        Tensor places = tensors.allocate(DType.I64, parts);
        launchExtremum(lanes, split, compared, null, candidates, places, largest);
        Lanes rows = Lanes.of(List.of(1), parts, candidates);
        launchExtremum(rows, rows.whole(), candidates, places, values, positions, largest);
        release(candidates);
        release(places);
    }

    private void launchExtremum(Lanes lanes, Lanes.Split split, Tensor x, Tensor places, Tensor values,
            Tensor positions, boolean largest) {
        tensors.device().launch("extremum_" + CudaLayout.suffix(x.dtype()), split.grid(),
                new Arguments().pointer(tensors.address(values)).pointer(addressOrNull(positions))
                        .pointer(tensors.address(x)).pointer(addressOrNull(places)).view(lanes.outer())
                        .view(lanes.inner()).i64(lanes.count()).i64(lanes.length()).i32(split.width())
                        .i32(split.across()).i32(largest ? 1 : 0));
    }

    private long addressOrNull(Tensor x) {
        return x == null ? 0 : tensors.address(x);
    }

    // ---- running sums -------------------------------------------------------------------------------------------

    Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        DType type = countType(x);
        int axis = x.shape().axis(dim);
        Tensor summed = layout.typed(x, type);
        Tensor y = tensors.allocate(type, x.shape());
        if (x.elements() == 0) {
            return y;
        }
        Lanes lanes = Lanes.of(List.of(axis), x.shape(), y, summed);
        // A block takes a row in turns; a thread takes a column, or a row so short that a block would idle.
        boolean rows = !lanes.across() && lanes.length() > Grid.THREADS / 8;
        int blocks = (int) Math.min(lanes.count(), 1 << 16);
        tensors.device().launch((rows ? "running_sum_of_row_" : "running_sum_") + CudaLayout.suffix(type),
                rows ? Grid.rows(blocks, Grid.THREADS, 0) : Grid.over(lanes.count()),
                new Arguments().pointer(tensors.address(y)).pointer(tensors.address(summed)).view(lanes.outer())
                        .i64(lanes.count()).i64(lanes.length()).i64(y.stride(axis)).i64(summed.stride(axis))
                        .i32(reversed ? 1 : 0));
        return y;
    }
}
