package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Operands;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers moved to other places and other types: copies between strides, casts, tensors joined, padded and reversed
 * ({@code copy.cu}, {@code cast.cu}).
 */
final class CudaLayout {
    private final DeviceTensors tensors;
    private final RangeCheck range;

    CudaLayout(DeviceTensors tensors) {
        this.tensors = tensors;
        range = new RangeCheck(tensors);
    }

    /** What the names of kernels call a type: {@code f32}. BOOL is a byte. */
    static String suffix(DType dtype) {
        return switch (dtype) {
            case F64 -> "f64";
            case F32 -> "f32";
            case I64 -> "i64";
            case I32 -> "i32";
            case I8 -> "i8";
            case U8, BOOL -> "u8";
            case F16, BF16, I16 -> throw new IllegalArgumentException("cuda: " + dtype + " is a storage type");
        };
    }

    /** What the names of kernels that only move numbers call a type: {@code b4}. */
    static String width(DType dtype) {
        return "b" + dtype.bytes();
    }

    /** x on the device, of any strides, as {@code dtype}. */
    Tensor typed(Tensor x, DType dtype) {
        Tensor placed = tensors.place(x);
        return placed.dtype() == dtype ? placed : converted(placed, dtype);
    }

    Tensor contiguous(Tensor x) {
        Tensor placed = tensors.place(x);
        return placed.isContiguous() ? placed : copy(placed);
    }

    Tensor cast(Tensor x, DType dtype) {
        return contiguous(typed(x, dtype));
    }

    /** A fresh contiguous tensor with the numbers of x, which is on the device. */
    Tensor copy(Tensor x) {
        Tensor y = tensors.allocate(x.dtype(), x.shape());
        copy(x, y);
        return y;
    }

    /** {@code to = x}: views of the same shape. */
    private void copy(Tensor x, Tensor to) {
        copy(x, tensors.address(to), View.of(x.shape(), to, x));
    }

    private void copy(Tensor x, long to, View view) {
        if (x.elements() > 0) {
            tensors.device().launch("copy_" + suffix(x.dtype()), Grid.over(x.elements()),
                    new Arguments().pointer(to).pointer(tensors.address(x)).view(view).i64(x.elements()));
        }
    }

    private Tensor converted(Tensor x, DType dtype) {
        if (dtype == DType.F16 || dtype == DType.BF16 || dtype == DType.I16) {
            throw new IllegalArgumentException(dtype + " is a storage type; tensors are not converted to it");
        }
        Tensor source = x;
        if (dtype == DType.I32 && (x.dtype().isFloating() || x.dtype() == DType.I64)) {
            source = typed(x, DType.I64);
            if (range.leaves(source, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
                throw new ArithmeticException("cast: " + x.dtype() + x.shape() + " has numbers beyond those of I32");
            }
        }
        Tensor y = tensors.allocate(dtype, x.shape());
        if (x.elements() > 0) {
            tensors.device().launch("cast_" + (dtype == DType.BOOL ? "bool" : suffix(dtype)),
                    Grid.over(x.elements()),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(source))
                            .view(View.of(x.shape(), source)).i32(sourceNumber(source.dtype())).i64(x.elements()));
        }
        return y;
    }

    /** As {@code enum Source} of {@code cast.cu}. */
    private static int sourceNumber(DType dtype) {
        return switch (dtype) {
            case F64 -> 0;
            case F32 -> 1;
            case I64 -> 2;
            case I32 -> 3;
            case I8 -> 4;
            case U8, BOOL -> 5;
            case F16, BF16, I16 -> throw new IllegalArgumentException("cuda: " + dtype + " is a storage type");
        };
    }

    Tensor concat(List<Tensor> parts, int dim) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("concat: no tensors");
        }
        List<Tensor> kept = new ArrayList<>(parts);
        // A vector of no elements joins anything, whatever its rank.
        kept.removeIf(part -> part.rank() == 1 && part.size(0) == 0);
        if (kept.isEmpty()) {
            return cast(parts.getFirst(), Operands.resultType(parts.toArray(Tensor[]::new)));
        }
        Shape first = kept.getFirst().shape();
        int axis = first.axis(dim);
        int total = 0;
        for (Tensor part : kept) {
            requireSameBut(axis, first, part.shape());
            total = Math.addExact(total, part.size(axis));
        }
        DType type = Operands.resultType(kept.toArray(Tensor[]::new));
        Tensor joined = tensors.allocate(type, first.with(axis, total));
        int start = 0;
        for (Tensor part : kept) {
            int end = start + part.size(axis);
            copy(typed(part, type), joined.slice(axis, start, end));
            start = end;
        }
        return joined;
    }

    private static void requireSameBut(int axis, Shape first, Shape other) {
        if (other.rank() != first.rank() || !other.with(axis, 0).equals(first.with(axis, 0))) {
            throw new IllegalArgumentException(
                    "concat: shapes differ outside of dimension " + axis + ", first " + first + ", other " + other);
        }
    }

    Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        int rank = x.rank();
        if (before.size() != rank || after.size() != rank) {
            throw new IllegalArgumentException(
                    "pad: one number in front and one behind per dimension of " + x.shape() + ", got " + before
                            + " and " + after);
        }
        int[] sizes = x.shape().toArray();
        for (int d = 0; d < rank; d++) {
            sizes[d] = Math.addExact(sizes[d], Math.addExact(before.get(d), after.get(d)));
            if (sizes[d] < 0) {
                throw new IllegalArgumentException(
                        "pad: " + before + " and " + after + " crop more than there is of " + x.shape());
            }
        }
        DType type = Operands.resultType(x);
        Tensor padded = tensors.allocate(type, Shape.of(sizes));
        fill(padded, value);
        Tensor cropped = typed(x, type);
        Tensor middle = padded;
        for (int d = 0; d < rank; d++) {
            int from = Math.max(0, -before.get(d));
            int to = Math.max(from, x.size(d) - Math.max(0, -after.get(d)));
            cropped = cropped.slice(d, from, to);
            if (cropped.size(d) == 0) {
                return padded;
            }
            int start = Math.max(0, before.get(d));
            middle = middle.slice(d, start, start + to - from);
        }
        copy(cropped, middle);
        return padded;
    }

    private void fill(Tensor y, double value) {
        double stored = switch (y.dtype()) {
            case BOOL -> (long) value != 0 ? 1 : 0;
            case U8 -> (int) value & 0xff;
            case I8 -> (byte) (int) value;
            default -> value;
        };
        if (y.elements() > 0) {
            tensors.device().launch("fill_" + suffix(y.dtype()), Grid.over(y.elements()),
                    new Arguments().pointer(tensors.address(y)).f64(stored).i64(y.elements()));
        }
    }

    Tensor flip(Tensor x, List<Integer> dims) {
        Tensor source = typed(x, Operands.resultType(x));
        Tensor y = tensors.allocate(source.dtype(), x.shape());
        // What is written in order is read in order, and put down backwards.
        long[] backwards = x.shape().rowMajorStrides();
        long[] strides = new long[x.rank()];
        boolean[] flipped = new boolean[x.rank()];
        long last = 0;
        for (int dim : dims) {
            int axis = x.shape().axis(dim);
            if (flipped[axis]) {
                throw new IllegalArgumentException("flip: " + dims + " names a dimension of " + x.shape() + " twice");
            }
            flipped[axis] = true;
            last += (x.size(axis) - 1) * backwards[axis];
            backwards[axis] = -backwards[axis];
        }
        for (int d = 0; d < strides.length; d++) {
            strides[d] = source.stride(d);
        }
        copy(source, tensors.address(y) + last * y.dtype().bytes(), View.of(x.shape(), backwards, strides));
        return y;
    }
}
