package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Elements chosen by index and their adjoints; tensors joined, padded and reversed. */
final class ReferenceSelection {
    private ReferenceSelection() {
    }

    static Tensor gather(Tensor x, int dim, Tensor index) {
        int axis = x.shape().axis(dim);
        requireInside("gather", index.shape(), x.shape(), axis);
        int[] from = Positions.indexed("gather", x.shape(), axis, index);
        return taken(x, from, index.shape());
    }

    static Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        int axis = base.shape().axis(dim);
        requireInside("scatterAdd", index.shape(), base.shape(), axis);
        requireInside("scatterAdd", index.shape(), source.shape(), -1);
        Tensor added = source;
        for (int d = 0; d < index.rank(); d++) {
            added = added.slice(d, 0, index.size(d));
        }
        int[] to = Positions.indexed("scatterAdd", base.shape(), axis, index);
        return sumAt(base, to, added);
    }

    static Tensor indexSelect(Tensor x, int dim, Tensor index) {
        requireVector("indexSelect", x.shape(), index.shape());
        Shape shape = x.shape().with(dim, index.size(0));
        Tensor spread = alongDim(index, dim, shape);
        return taken(x, Positions.indexed("indexSelect", x.shape(), x.shape().axis(dim), spread), shape);
    }

    static Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        requireVector("indexAdd", base.shape(), index.shape());
        Shape expected = base.shape().with(dim, index.size(0));
        if (!source.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "indexAdd: " + index.size(0) + " indices along dimension " + dim + " of " + base.shape()
                            + " need a source of " + expected + ", got " + source.shape());
        }
        Tensor spread = alongDim(index, dim, expected);
        return sumAt(base, Positions.indexed("indexAdd", base.shape(), base.shape().axis(dim), spread), source);
    }

    /** The vector {@code index} laid along {@code dim} and repeated over {@code shape}: an index for gather. */
    private static Tensor alongDim(Tensor index, int dim, Shape shape) {
        int[] sizes = new int[shape.rank()];
        Arrays.fill(sizes, 1);
        sizes[shape.axis(dim)] = index.size(0);
        return index.reshape(sizes).expand(shape);
    }

    private static Tensor taken(Tensor x, int[] from, Shape shape) {
        DType type = Operands.resultType(x);
        Elements values = Elements.read(x);
        Elements chosen = Elements.zeros(type, shape);
        for (int i = 0; i < from.length; i++) {
            chosen.set(i, values, from[i]);
        }
        return chosen.toTensor(type, shape);
    }

    private static Tensor sumAt(Tensor base, int[] to, Tensor source) {
        DType type = Operands.resultType(base, source);
        Elements sums = Elements.read(base, type);
        Elements values = Elements.read(source, type);
        for (int i = 0; i < to.length; i++) {
            sums.add(to[i], values, i);
        }
        return sums.toTensor(type, base.shape());
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

    static Tensor concat(List<Tensor> parts, int dim) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("concat: no tensors");
        }
        List<Tensor> kept = new ArrayList<>(parts);
        // A vector of no elements joins anything, whatever its rank.
        kept.removeIf(part -> part.rank() == 1 && part.size(0) == 0);
        if (kept.isEmpty()) {
            return parts.getFirst().to(Operands.resultType(parts.toArray(Tensor[]::new)));
        }
        Shape first = kept.getFirst().shape();
        int axis = first.axis(dim);
        int total = 0;
        for (Tensor part : kept) {
            requireSameBut(axis, first, part.shape());
            total = Math.addExact(total, part.size(axis));
        }
        Shape shape = first.with(axis, total);
        DType type = Operands.resultType(kept.toArray(Tensor[]::new));
        Elements joined = Elements.zeros(type, shape);
        long[] strides = shape.rowMajorStrides();
        long offset = 0;
        for (Tensor part : kept) {
            place(part, joined, type, Positions.strided(part.shape(), strides, offset));
            offset += part.size(axis) * strides[axis];
        }
        return joined.toTensor(type, shape);
    }

    private static void requireSameBut(int axis, Shape first, Shape other) {
        if (other.rank() != first.rank() || !other.with(axis, 0).equals(first.with(axis, 0))) {
            throw new IllegalArgumentException(
                    "concat: shapes differ outside of dimension " + axis + ", first " + first + ", other " + other);
        }
    }

    static Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        int rank = x.rank();
        if (before.size() != rank || after.size() != rank) {
            throw new IllegalArgumentException(
                    "pad: one number in front and one behind per dimension of " + x.shape() + ", got " + before
                            + " and " + after);
        }
        int[] sizes = x.shape().toArray();
        Tensor cropped = x;
        for (int d = 0; d < rank; d++) {
            sizes[d] = Math.addExact(sizes[d], Math.addExact(before.get(d), after.get(d)));
            if (sizes[d] < 0) {
                throw new IllegalArgumentException(
                        "pad: " + before + " and " + after + " crop more than there is of " + x.shape());
            }
            int from = Math.max(0, -before.get(d));
            int to = x.size(d) - Math.max(0, -after.get(d));
            cropped = cropped.slice(d, from, Math.max(from, to));
        }
        Shape shape = Shape.of(sizes);
        long[] strides = shape.rowMajorStrides();
        long offset = 0;
        for (int d = 0; d < rank; d++) {
            offset += Math.max(0, before.get(d)) * strides[d];
        }
        DType type = Operands.resultType(x);
        Elements padded = Elements.filled(value, type, shape);
        place(cropped, padded, type, Positions.strided(cropped.shape(), strides, offset));
        return padded.toTensor(type, shape);
    }

    private static void place(Tensor part, Elements target, DType type, int[] to) {
        Elements values = Elements.read(part, type);
        for (int i = 0; i < to.length; i++) {
            target.set(to[i], values, i);
        }
    }

    static Tensor flip(Tensor x, List<Integer> dims) {
        long[] strides = x.shape().rowMajorStrides();
        boolean[] flipped = new boolean[x.rank()];
        long offset = 0;
        for (int dim : dims) {
            int axis = x.shape().axis(dim);
            if (flipped[axis]) {
                throw new IllegalArgumentException("flip: " + dims + " names a dimension of " + x.shape() + " twice");
            }
            flipped[axis] = true;
            offset += (x.size(axis) - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }
        return taken(x, Positions.strided(x.shape(), strides, offset), x.shape());
    }
}
