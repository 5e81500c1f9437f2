package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of stacks of matrices as they lie in memory: as few calls of {@link Products} as their strides allow.
 *
 * <p>A matrix is read in place if its rows or its columns are runs of memory. Leading dimensions that all three operands walk
 * over as one are one; a stack of left matrices that meets one right matrix is one tall matrix where it lies so.
 */
final class MatrixProducts {
    /** A matrix in memory: its numbers as rows of a row-major matrix with distance {@code ld}, transposed or not. */
    private record Layout(boolean transposed, int ld) {
        /** How a matrix lies, or null if neither its rows nor its columns are runs of memory. */
        static Layout of(long rows, long columns, long rowStride, long columnStride) {
            if ((columns == 1 || columnStride == 1) && (rows == 1 || isRun(rowStride, columns))) {
                return new Layout(false, (int) (rows == 1 ? Math.max(1, columns) : rowStride));
            }
            if ((rows == 1 || rowStride == 1) && (columns == 1 || isRun(columnStride, rows))) {
                return new Layout(true, (int) (columns == 1 ? Math.max(1, rows) : columnStride));
            }
            return null;
        }

        private static boolean isRun(long stride, long length) {
            return stride >= Math.max(1, length) && stride <= Integer.MAX_VALUE;
        }

        static Layout of(Tensor x) {
            return of(x.size(-2), x.size(-1), x.stride(-2), x.stride(-1));
        }
    }

    /** A leading dimension: its size, and the distance of neighbours in a, b and c. */
    private record Dimension(long size, long a, long b, long c) {
        /** This and {@code inner} as one dimension, or null if an operand does not walk over them as one. */
        Dimension joined(Dimension inner) {
            boolean joins = a == inner.a * inner.size && b == inner.b * inner.size && c == inner.c * inner.size;
            return joins ? new Dimension(size * inner.size, inner.a, inner.b, inner.c) : null;
        }
    }

    private final DeviceTensors tensors;
    private final CudaLayout layout;

    MatrixProducts(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
    }

    /**
     * {@code c = alpha a b + beta c} for every leading index: a {@code [lead, m, k]}, b {@code [lead, k, n]}, c
     * {@code [lead, m, n]}, all of c's type and on the device; the rows of c are runs of memory.
     */
    void multiply(double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        if (c.elements() == 0) {
            return;
        }
        if (a.size(-1) == 0) {
            if (beta != 0 || !c.isContiguous()) {
                throw new IllegalArgumentException("cuda: a product of nothing, " + a.shape() + " and " + b.shape());
            }
            tensors.device().zero(tensors.address(c), c.elements() * c.dtype().bytes());
            return;
        }
        Tensor left = readable(a);
        Tensor right = readable(b);
        run(alpha, left, right, beta, c);
        releaseCopy(left, a);
        releaseCopy(right, b);
    }

    /** x, or a copy whose matrices can be read in place; leading dimensions that are stretched stay so. */
    private Tensor readable(Tensor x) {
        if (Layout.of(x) != null) {
            return x;
        }
        Tensor once = x;
        for (int d = 0; d < x.rank() - 2; d++) {
            once = x.stride(d) == 0 ? once.slice(d, 0, 1) : once;
        }
        return layout.copy(once).expand(x.shape());
    }

    private static void releaseCopy(Tensor used, Tensor given) {
        if (used != given) {
            ((Storage.Device) used.storage()).release();
        }
    }

    private void run(double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        List<Dimension> lead = lead(a, b, c);
        long m = c.size(-2);
        int n = c.size(-1);
        int k = a.size(-1);
        Layout left = Layout.of(a);
        Layout right = Layout.of(b);
        Layout result = Layout.of(m, n, c.stride(-2), c.stride(-1));
        if (!lead.isEmpty() && lead.getLast().b == 0) {
            // One right matrix for a stack of left ones: their rows are one matrix's if they follow one another.
            Dimension stack = lead.getLast();
            long rowsOfA = m == 1 ? stack.a : a.stride(-2);
            long rowsOfC = m == 1 ? stack.c : c.stride(-2);
            Layout tall = Layout.of(m * stack.size, k, rowsOfA, a.stride(-1));
            Layout tallResult = Layout.of(m * stack.size, n, rowsOfC, c.stride(-1));
            boolean follow = stack.a == rowsOfA * m && stack.c == rowsOfC * m && m * stack.size <= Integer.MAX_VALUE;
            if (follow && tall != null && tallResult != null && !tallResult.transposed) {
                m *= stack.size;
                left = tall;
                result = tallResult;
                lead.removeLast();
            }
        }
        if (result == null || result.transposed) {
            throw new IllegalArgumentException("cuda: the rows of a product are no runs of memory, " + c.shape());
        }
        Dimension batch = takeLargest(lead);
        int bytes = c.dtype().bytes();
        long calls = 1;
        for (Dimension dimension : lead) {
            calls *= dimension.size;
        }
        for (long call = 0; call < calls; call++) {
            long atA = 0;
            long atB = 0;
            long atC = 0;
            long rest = call;
            for (Dimension dimension : lead) {
                long index = rest % dimension.size;
                rest /= dimension.size;
                atA += index * dimension.a;
                atB += index * dimension.b;
                atC += index * dimension.c;
            }
            tensors.device().products().gemm(c.dtype(), left.transposed, right.transposed, (int) m, n, k, alpha,
                    tensors.address(a) + atA * bytes, left.ld, batch.a, tensors.address(b) + atB * bytes, right.ld,
                    batch.b, beta, tensors.address(c) + atC * bytes, result.ld, batch.c, (int) batch.size);
        }
    }

    private static List<Dimension> lead(Tensor a, Tensor b, Tensor c) {
        List<Dimension> lead = new ArrayList<>();
        Shape shape = c.shape();
        for (int d = 0; d < shape.rank() - 2; d++) {
            if (shape.size(d) == 1) {
                continue;
            }
            Dimension next = new Dimension(shape.size(d), a.stride(d), b.stride(d), c.stride(d));
            Dimension joined = lead.isEmpty() ? null : lead.getLast().joined(next);
            if (joined != null) {
                lead.removeLast();
            }
            lead.add(joined == null ? next : joined);
        }
        return lead;
    }

    /** The dimension that one call walks over, taken out of the list. */
    private static Dimension takeLargest(List<Dimension> lead) {
        if (lead.isEmpty()) {
            return new Dimension(1, 0, 0, 0);
        }
        Dimension largest = lead.getFirst();
        for (Dimension dimension : lead) {
            largest = dimension.size > largest.size ? dimension : largest;
        }
        lead.remove(largest);
        return largest;
    }
}
