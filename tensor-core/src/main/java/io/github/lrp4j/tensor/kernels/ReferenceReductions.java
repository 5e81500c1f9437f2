package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Many numbers folded into one, and running sums. */
final class ReferenceReductions {
    private ReferenceReductions() {
    }

    static Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        List<Integer> folded = new ArrayList<>(dims);
        for (int d = 0; dims.isEmpty() && d < x.rank(); d++) {
            folded.add(d);
        }
        Shape shape = x.shape().reduced(dims, keepDims);
        Tensor lanes = Lanes.of(x, folded);
        int count = shape.arrayLength();
        int length = count == 0 ? 0 : (int) (x.elements() / count);
        return switch (reduction) {
            case SUM -> sum(lanes, count, length, countType(x)).toTensor(countType(x), shape);
            case MEAN -> mean(lanes, count, length, Operands.realType(x), shape);
            case PROD -> product(lanes, count, length, countType(x)).toTensor(countType(x), shape);
            case MAX, MIN -> {
                if (count > 0 && length == 0) {
                    throw new IllegalArgumentException(
                            "reduce " + reduction + ": no elements to choose from, " + x.shape() + " over " + folded);
                }
                Elements values = Elements.read(lanes);
                Elements chosen = Elements.zeros(x.dtype(), shape);
                for (int lane = 0; lane < count; lane++) {
                    chosen.set(lane, values, first(values, lane * length, length, reduction == Reduction.MAX));
                }
                yield chosen.toTensor(Operands.resultType(x), shape);
            }
        };
    }

    /** Integers are counted in int64, however small their own type. */
    private static DType countType(Tensor x) {
        DType type = Operands.resultType(x);
        return type.isFloating() ? type : DType.I64;
    }

    private static Elements sum(Tensor lanes, int count, int length, DType type) {
        Elements values = Elements.read(lanes, type);
        Elements sums = Elements.zeros(type, Shape.of(count));
        for (int lane = 0; lane < count; lane++) {
            for (int i = 0; i < length; i++) {
                sums.add(lane, values, lane * length + i);
            }
        }
        return sums;
    }

    private static Tensor mean(Tensor lanes, int count, int length, DType type, Shape shape) {
        double[] means = sum(lanes, count, length, DType.F64).toTensor(DType.F64, Shape.of(count)).toDoubleArray();
        for (int lane = 0; lane < count; lane++) {
            means[lane] /= length;
        }
        return Tensor.of(means, type, shape);
    }

    private static Elements product(Tensor lanes, int count, int length, DType type) {
        Elements values = Elements.read(lanes, type);
        Elements products = Elements.filled(1, type, Shape.of(count));
        for (int lane = 0; lane < count; lane++) {
            for (int i = 0; i < length; i++) {
                products.multiply(lane, values, lane * length + i);
            }
        }
        return products;
    }

    /** Position of the first extreme element among {@code length} elements from {@code start} on. */
    private static int first(Elements values, int start, int length, boolean largest) {
        int best = start;
        for (int i = start + 1; i < start + length; i++) {
            if (values.beats(i, best, largest)) {
                best = i;
            }
        }
        return best;
    }

    static Indexed extremum(Tensor x, int dim, boolean largest) {
        Shape shape = x.shape().without(dim);
        int length = x.size(dim);
        int count = shape.arrayLength();
        if (count > 0 && length == 0) {
            throw new IllegalArgumentException(
                    "extremum: no elements to choose from, " + x.shape() + " along dimension " + dim);
        }
        Elements values = Elements.read(Lanes.of(x, dim));
        Elements chosen = Elements.zeros(x.dtype(), shape);
        long[] indices = new long[count];
        for (int lane = 0; lane < count; lane++) {
            int best = first(values, lane * length, length, largest);
            chosen.set(lane, values, best);
            indices[lane] = (long) best - (long) lane * length;
        }
        return new Indexed(chosen.toTensor(Operands.resultType(x), shape), Tensor.of(indices, shape));
    }

    static Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        DType type = countType(x);
        int axis = x.shape().axis(dim);
        int length = x.size(axis);
        int inner = (int) x.shape().rowMajorStrides()[axis];
        Elements sums = Elements.read(x, type);
        int count = x.shape().arrayLength();
        for (int i = 0; i < count; i++) {
            int at = reversed ? count - 1 - i : i;
            int along = at / inner % length;
            if (along != (reversed ? length - 1 : 0)) {
                sums.add(at, sums, reversed ? at + inner : at - inner);
            }
        }
        return sums.toTensor(type, x.shape());
    }

    static double total(Tensor x) {
        double sum = 0;
        for (double value : x.toDoubleArray()) {
            sum += value;
        }
        return sum;
    }
}
