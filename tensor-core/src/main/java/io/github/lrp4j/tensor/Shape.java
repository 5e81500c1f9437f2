package io.github.lrp4j.tensor;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Sizes of a tensor's dimensions, outermost first; rank 0 is a scalar, a size of 0 an empty tensor.
 *
 * <p>Immutable. Dimension arguments may be negative and then count from the end, as in {@code size(-1)}.
 */
public final class Shape {
    /** The shape of a scalar. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] sizes;

    private Shape(int[] sizes) {
        this.sizes = sizes;
    }

    /**
     * The shape with these sizes.
     *
     * @throws IllegalArgumentException if a size is negative or the number of elements exceeds a {@code long}
     */
    public static Shape of(int... sizes) {
        long elements = 1;
        for (int size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(sizes) + ": sizes must not be negative");
            }
            if (size != 0 && elements > Long.MAX_VALUE / size) {
                throw new IllegalArgumentException("shape " + Arrays.toString(sizes) + ": too many elements");
            }
            elements *= size;
        }
        return new Shape(sizes.clone());
    }

    /** The shape with these sizes. */
    public static Shape of(Collection<Integer> sizes) {
        return of(sizes.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Number of dimensions. */
    public int rank() {
        return sizes.length;
    }

    /** Size of dimension {@code dim}; negative counts from the end. */
    public int size(int dim) {
        return sizes[axis(dim)];
    }

    /** Number of elements: the product of the sizes, 1 for a scalar. */
    public long elements() {
        long elements = 1;
        for (int size : sizes) {
            elements *= size;
        }
        return elements;
    }

    /** Number of elements where an array must hold them all. */
    public int arrayLength() {
        long elements = elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("shape " + this + ": " + elements + " elements do not fit in one array");
        }
        return (int) elements;
    }

    /** Dimension {@code dim} counted from the front. */
    public int axis(int dim) {
        int axis = dim < 0 ? dim + sizes.length : dim;
        if (axis < 0 || axis >= sizes.length) {
            throw new IndexOutOfBoundsException("dimension " + dim + " of shape " + this);
        }
        return axis;
    }

    /** The sizes, a fresh array. */
    public int[] toArray() {
        return sizes.clone();
    }

    /** The sizes as an immutable list. */
    public List<Integer> toList() {
        return Arrays.stream(sizes).boxed().toList();
    }

    /** Strides, in elements, of a row-major tensor of this shape. */
    public long[] rowMajorStrides() {
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int d = sizes.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= Math.max(1, sizes[d]);
        }
        return strides;
    }

    /** This shape with dimension {@code dim} of size {@code size}. */
    public Shape with(int dim, int size) {
        int[] changed = sizes.clone();
        changed[axis(dim)] = size;
        return of(changed);
    }

    /** This shape without dimension {@code dim}. */
    public Shape without(int dim) {
        int axis = axis(dim);
        int[] rest = new int[sizes.length - 1];
        System.arraycopy(sizes, 0, rest, 0, axis);
        System.arraycopy(sizes, axis + 1, rest, axis, rest.length - axis);
        return new Shape(rest);
    }

    /** This shape with a new dimension of size {@code size} before dimension {@code dim} (0 .. rank, or negative from the end). */
    public Shape inserted(int dim, int size) {
        int axis = dim < 0 ? dim + sizes.length + 1 : dim;
        if (axis < 0 || axis > sizes.length) {
            throw new IndexOutOfBoundsException("new dimension " + dim + " of shape " + this);
        }
        int[] grown = new int[sizes.length + 1];
        System.arraycopy(sizes, 0, grown, 0, axis);
        grown[axis] = size;
        System.arraycopy(sizes, axis, grown, axis + 1, sizes.length - axis);
        return of(grown);
    }

    /** Shape after reducing {@code dims}; an empty list means all dimensions. */
    public Shape reduced(Collection<Integer> dims, boolean keepDims) {
        boolean[] gone = new boolean[sizes.length];
        if (dims.isEmpty()) {
            Arrays.fill(gone, true);
        }
        for (int dim : dims) {
            gone[axis(dim)] = true;
        }
        int[] kept = new int[sizes.length];
        int rank = 0;
        for (int d = 0; d < sizes.length; d++) {
            if (!gone[d]) {
                kept[rank++] = sizes[d];
            } else if (keepDims) {
                kept[rank++] = 1;
            }
        }
        return new Shape(Arrays.copyOf(kept, rank));
    }

    /**
     * The shape that {@code wanted} means for as many elements as this one has: one size may be -1.
     *
     * @throws IllegalArgumentException naming both if that size is no whole number
     */
    public Shape inferred(int... wanted) {
        int[] known = wanted.clone();
        int open = -1;
        long product = 1;
        for (int d = 0; d < known.length; d++) {
            if (known[d] == -1 && open < 0) {
                open = d;
            } else {
                product *= known[d];
            }
        }
        if (open >= 0) {
            if (product <= 0 || elements() % product != 0) {
                throw new IllegalArgumentException("view: " + this + " cannot be seen as " + Arrays.toString(wanted));
            }
            known[open] = Math.toIntExact(elements() / product);
        }
        return of(known);
    }

    /**
     * The shape to which {@code a} and {@code b} broadcast: aligned at the right, sizes of 1 stretch.
     *
     * @throws IllegalArgumentException naming both shapes if they do not
     */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] sizes = new int[rank];
        for (int d = 1; d <= rank; d++) {
            int m = d <= a.rank() ? a.sizes[a.rank() - d] : 1;
            int n = d <= b.rank() ? b.sizes[b.rank() - d] : 1;
            if (m != n && m != 1 && n != 1) {
                throw new IllegalArgumentException("shapes do not broadcast, lhs " + a + ", rhs " + b);
            }
            sizes[rank - d] = m == 1 ? n : m;
        }
        return of(sizes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** The sizes in brackets: {@code [2, 3, 224, 224]}. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
