package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.MappedNumbers;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import java.util.Optional;

/** Elements and rows chosen by index, and their adjoints, which add repeated indices up in float64. */
final class Selection {
    private static final int GRAIN = 16_384;

    private final WorkerPool pool;
    private final Relayout copies;

    Selection(WorkerPool pool) {
        this.pool = pool;
        copies = new Relayout(pool);
    }

    /** The numbers of {@code index} counted from the front of a dimension of {@code size}; null if one lies outside. */
    static int[] places(Tensor index, int size) {
        if (index.dtype().isFloating() || index.dtype() == DType.BOOL) {
            return null;
        }
        long[] given = index.toLongArray();
        int[] places = new int[given.length];
        for (int i = 0; i < given.length; i++) {
            long place = given[i] < 0 ? given[i] + size : given[i];
            if (place < 0 || place >= size) {
                return null;
            }
            places[i] = (int) place;
        }
        return places;
    }

    /** {@code y[o][i][c] = x[o][places[o][i][c]][c]}. */
    Tensor gather(Tensor x, int dim, int[] places, Shape shape) {
        Relayout.Flat source = copies.flat(x);
        Lines from = Lines.along(x.shape(), dim);
        Lines to = Lines.along(shape, dim);
        float[] out = new float[places.length];
        int slab = to.length() * to.inner();
        pool.forRange(to.outer(), Math.max(1, GRAIN / Math.max(1, slab)), (first, last) -> {
            for (int o = first; o < last; o++) {
                int base = source.at() + o * from.length() * from.inner();
                for (int i = 0, at = o * slab; i < to.length(); i++) {
                    for (int c = 0; c < to.inner(); c++, at++) {
                        out[at] = source.array()[base + places[at] * from.inner() + c];
                    }
                }
            }
        });
        return Tensor.of(out, shape);
    }

    /** {@code base[o][places[o][i][c]][c] += source[o][i][c]}. */
    Tensor scatterAdd(Tensor base, int dim, int[] places, Tensor source) {
        Relayout.Flat start = copies.flat(base);
        Relayout.Flat added = copies.flat(source);
        Lines to = Lines.along(base.shape(), dim);
        Lines from = Lines.along(source.shape(), dim);
        float[] out = new float[base.shape().arrayLength()];
        int slab = to.length() * to.inner();
        int pieces = from.length() * from.inner();
        pool.forRange(to.outer(), Math.max(1, GRAIN / Math.max(1, slab + pieces)), (first, last) -> {
            double[] sums = new double[slab];
            for (int o = first; o < last; o++) {
                for (int i = 0; i < slab; i++) {
                    sums[i] = start.array()[start.at() + o * slab + i];
                }
                for (int i = 0, at = o * pieces; i < from.length(); i++) {
                    for (int c = 0; c < from.inner(); c++, at++) {
                        sums[places[at] * to.inner() + c] += added.array()[added.at() + at];
                    }
                }
                for (int i = 0; i < slab; i++) {
                    out[o * slab + i] = (float) sums[i];
                }
            }
        });
        return Tensor.of(out, base.shape());
    }

    /** {@code y[o][i] = x[o][places[i]]}. */
    Tensor indexSelect(Tensor x, int dim, int[] places, Shape shape) {
        Lines lines = Lines.along(x.shape(), dim);
        int inner = lines.inner();
        float[] out = new float[shape.arrayLength()];
        Optional<MappedNumbers> file = x.isContiguous() ? x.mappedNumbers() : Optional.empty();
        if (file.isPresent()) {
            for (int row = 0; row < lines.outer() * places.length; row++) {
                long from = (long) (row / places.length) * lines.length() + places[row % places.length];
                file.get().read(x.offset() + from * inner, out, row * inner, inner);
            }
            return Tensor.of(out, shape);
        }
        Relayout.Flat source = copies.flat(x);
        pool.forRange(lines.outer() * places.length, Math.max(1, GRAIN / Math.max(1, inner)), (first, last) -> {
            for (int row = first; row < last; row++) {
                int from = row / places.length * lines.length() + places[row % places.length];
                System.arraycopy(source.array(), source.at() + from * inner, out, row * inner, inner);
            }
        });
        return Tensor.of(out, shape);
    }

    /** {@code base[o][places[i]] += source[o][i]}: each row of the result collects its own sources. */
    Tensor indexAdd(Tensor base, int dim, int[] places, Tensor source) {
        Relayout.Flat start = copies.flat(base);
        Relayout.Flat added = copies.flat(source);
        Lines lines = Lines.along(base.shape(), dim);
        int inner = lines.inner();
        int length = lines.length();
        // Counting sort: the sources of place p are order[ends[p - 1] .. ends[p] - 1].
        int[] ends = new int[length + 1];
        for (int place : places) {
            ends[place + 1]++;
        }
        for (int p = 0; p < length; p++) {
            ends[p + 1] += ends[p];
        }
        int[] next = ends.clone();
        int[] order = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            order[next[places[i]]++] = i;
        }
        float[] out = new float[base.shape().arrayLength()];
        pool.forRange(lines.outer() * length, Math.max(1, GRAIN / Math.max(1, inner)), (first, last) -> {
            double[] sums = new double[inner];
            for (int row = first; row < last; row++) {
                int place = row % length;
                int from = start.at() + row * inner;
                if (ends[place] == ends[place + 1]) {
                    System.arraycopy(start.array(), from, out, row * inner, inner);
                    continue;
                }
                Arrays.fill(sums, 0);
                Runs.addTo(sums, start.array(), from, inner);
                for (int i = ends[place]; i < ends[place + 1]; i++) {
                    int at = added.at() + (row / length * places.length + order[i]) * inner;
                    Runs.addTo(sums, added.array(), at, inner);
                }
                for (int c = 0; c < inner; c++) {
                    out[row * inner + c] = (float) sums[c];
                }
            }
        });
        return Tensor.of(out, base.shape());
    }
}
