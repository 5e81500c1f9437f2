package io.github.lrp4j.autograd.record;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Expand;
import io.github.lrp4j.autograd.op.IndexSelect;
import io.github.lrp4j.autograd.op.Permute;
import io.github.lrp4j.autograd.op.Slice;
import io.github.lrp4j.autograd.op.View;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A view of a tensor as ops of the tensor's value: View, Slice, Permute and Expand, or, for a pattern that these do not
 * make (a stride that does not divide the size), IndexSelect of its cells.
 *
 * <p>Strides are digits: cells at {@code offset + i s1 + j s2}, with {@code s2} dividing {@code s1} dividing the number of
 * cells, are the cells {@code [.., i, j, ..]} of the storage seen as {@code [N / s1, s1 / s2, s2]}.
 */
final class ViewOps {
    private final Tape tape;
    private final Tensor view;
    /** Dimensions of the view with more than one cell in the storage, the longest stride first. */
    private final List<Integer> dims;

    private ViewOps(Tape tape, Tensor view) {
        this.tape = tape;
        this.view = view;
        this.dims = IntStream.range(0, view.rank()).filter(d -> !DenseOrder.single(view, d)).boxed()
                .sorted(Comparator.comparingLong((Integer d) -> -view.stride(d))).toList();
    }

    /**
     * The value of {@code view}.
     *
     * @param value of {@code whole}
     * @param whole a tensor whose cells have no gaps
     * @param view of the same storage, made from {@code whole}
     */
    static Value of(Value value, Tensor whole, Tensor view) {
        if (sameCells(whole, view)) {
            return value;
        }
        if (view.elements() == 0) {
            return value.tape().constant(view);
        }
        return new ViewOps(value.tape(), view).from(stored(value, whole), view.offset() - whole.offset());
    }

    private static boolean sameCells(Tensor a, Tensor b) {
        if (!a.shape().equals(b.shape()) || a.offset() != b.offset()) {
            return false;
        }
        for (int d = 0; d < a.rank(); d++) {
            if (a.size(d) != 1 && a.stride(d) != b.stride(d)) {
                return false;
            }
        }
        return true;
    }

    /** The value with its cells in the order of the storage, each once. */
    private static Value stored(Value value, Tensor whole) {
        Value cells = value;
        for (int d = 0; d < whole.rank(); d++) {
            if (whole.size(d) > 1 && whole.stride(d) == 0) {
                cells = value.tape().apply(new Slice(d, 0, 1, 1), cells);
            }
        }
        return permuted(cells, DenseOrder.of(whole));
    }

    private Value from(Value cells, long start) {
        int[] stretched = view.shape().toArray();
        for (int d = 0; d < stretched.length; d++) {
            stretched[d] = DenseOrder.single(view, d) ? 1 : stretched[d];
        }
        Value found = isDigits(cells.tensor().elements(), start) ? sliced(cells, start) : selected(cells, start);
        Value shaped = seen(found, Shape.of(stretched));
        return shaped.shape().equals(view.shape()) ? shaped : tape.apply(new Expand(view.shape()), shaped);
    }

    private boolean isDigits(long count, long start) {
        long above = count;
        long rest = start;
        for (int d : dims) {
            long stride = view.stride(d);
            if (above % stride != 0 || rest / stride + view.size(d) > above / stride) {
                return false;
            }
            rest %= stride;
            above = stride;
        }
        return true;
    }

    /** The cells through slices of digits, in the order of the view's dimensions. */
    private Value sliced(Value cells, long start) {
        int[] digits = new int[dims.size() + 1];
        long above = cells.tensor().elements();
        for (int i = 0; i < dims.size(); i++) {
            digits[i] = (int) (above / view.stride(dims.get(i)));
            above = view.stride(dims.get(i));
        }
        digits[dims.size()] = (int) above;
        Value found = seen(cells, Shape.of(above == 1 ? Arrays.copyOf(digits, dims.size()) : digits));
        long rest = start;
        for (int i = 0; i < dims.size(); i++) {
            long stride = view.stride(dims.get(i));
            int from = (int) (rest / stride);
            int size = view.size(dims.get(i));
            if (size != digits[i]) {
                found = tape.apply(new Slice(i, from, from + size, 1), found);
            }
            rest %= stride;
        }
        if (above != 1) {
            found = tape.apply(new Slice(dims.size(), (int) rest, (int) rest + 1, 1), found);
            found = seen(found, found.shape().without(dims.size()));
        }
        List<Integer> order = new ArrayList<>();
        for (int d = 0; d < view.rank(); d++) {
            if (dims.contains(d)) {
                order.add(dims.indexOf(d));
            }
        }
        return permuted(found, order);
    }

    /** The cells by their positions, in the order of the view. */
    private Value selected(Value cells, long start) {
        long[] positions = {start};
        for (int d = 0; d < view.rank(); d++) {
            int size = DenseOrder.single(view, d) ? 1 : view.size(d);
            long[] more = new long[positions.length * size];
            for (int i = 0; i < more.length; i++) {
                more[i] = positions[i / size] + i % size * view.stride(d);
            }
            positions = more;
        }
        Value flat = seen(cells, Shape.of(Math.toIntExact(cells.tensor().elements())));
        return tape.apply(new IndexSelect(0), flat, tape.constant(Tensor.of(positions, positions.length)));
    }

    private static Value seen(Value value, Shape shape) {
        return value.shape().equals(shape) ? value : value.tape().apply(new View(shape), value);
    }

    private static Value permuted(Value value, List<Integer> order) {
        boolean moves = false;
        for (int i = 0; i < order.size(); i++) {
            moves |= order.get(i) != i;
        }
        return moves ? value.tape().apply(new Permute(order), value) : value;
    }
}
