package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling over 1 to 3 spatial dimensions with the position of each maximum, a vector of neighbouring outputs at a time.
 *
 * <p>So that the cells which one tap of the window sees are neighbours too, each input row is first split into as many
 * phases as the stride has, with minus infinity where the window reaches over the edge. The common window of 2 by 2 with
 * stride 2 and no padding splits in registers.
 */
final class MaxPooling {
    private static final VectorSpecies<Float> F = Species.F;
    private static final VectorSpecies<Integer> I = Species.I;
    private static final int LANES = F.length();
    private static final int GRAIN = 8_192;
    private static final IntVector COUNTING = IntVector.zero(I).addIndex(1);

    private final WorkerPool pool;
    private final Buffers buffers;
    private final Relayout copies;

    MaxPooling(WorkerPool pool, Buffers buffers) {
        this.pool = pool;
        this.buffers = buffers;
        copies = new Relayout(pool);
    }

    /** Of an input with elements; {@code shape} is the shape of the result. Null if a window lies wholly in the padding. */
    Indexed maxPool(Tensor x, PoolSpec spec, Shape shape) {
        Relayout.Flat source = copies.flat(x);
        Geometry geometry = new Geometry(x.shape(), shape, spec);
        if (geometry.hasEmptyWindow()) {
            return null;
        }
        float[] values = buffers.take(shape.arrayLength());
        int[] indices = new int[values.length];
        int in = geometry.rows * geometry.width;
        int out = geometry.outRows * geometry.outWidth;
        boolean pairs = geometry.isPlainPair();
        boolean narrow = geometry.outWidth < LANES;
        int[] cells = pairs && narrow ? pairCells(geometry) : null;
        pool.forRange(values.length / out, Math.max(1, GRAIN / Math.max(in, out)), (from, to) -> {
            float[] split = pairs ? null : new float[geometry.rows * geometry.splitLength];
            if (!pairs) {
                Arrays.fill(split, Float.NEGATIVE_INFINITY);
            }
            for (int plane = from; plane < to; plane++) {
                int at = source.at() + plane * in;
                if (!pairs) {
                    split(source.array(), at, geometry, split);
                    poolPlane(split, geometry, values, indices, plane * out);
                } else if (narrow) {
                    poolNarrowPairs(source.array(), at, geometry, cells, values, indices, plane * out);
                } else {
                    poolPairs(source.array(), at, geometry, values, indices, plane * out);
                }
            }
        });
        return new Indexed(Buffers.result(values, shape), Tensor.of(indices, shape));
    }

    /** Sizes of one plane, with missing dimensions of size 1 in front. */
    private static final class Geometry {
        final int[] size = {1, 1, 1};
        final int[] out = {1, 1, 1};
        final int[] kernel = {1, 1, 1};
        final int[] stride = {1, 1, 1};
        final int[] padding = {0, 0, 0};
        final int[] dilation = {1, 1, 1};
        final int rows;
        final int width;
        final int outRows;
        final int outWidth;
        /** Length of one phase of a row, with room for a whole vector behind the last output. */
        final int phaseLength;
        /** Length of all phases of a row. */
        final int splitLength;

        Geometry(Shape x, Shape y, PoolSpec spec) {
            int missing = 3 - spec.spatial();
            for (int d = 0; d < spec.spatial(); d++) {
                size[missing + d] = x.size(2 + d);
                out[missing + d] = y.size(2 + d);
                kernel[missing + d] = spec.kernel().get(d);
                stride[missing + d] = spec.stride().get(d);
                padding[missing + d] = spec.padding().get(d);
                dilation[missing + d] = spec.dilation().get(d);
            }
            rows = size[0] * size[1];
            width = size[2];
            outRows = out[0] * out[1];
            outWidth = out[2];
            phaseLength = outWidth + (kernel[2] - 1) * dilation[2] / stride[2] + LANES;
            splitLength = phaseLength * stride[2];
        }

        boolean isPlainPair() {
            return size[0] == 1 && kernel[0] == 1 && kernel[1] == 2 && kernel[2] == 2 && stride[1] == 2
                    && stride[2] == 2
                    && padding[1] == 0 && padding[2] == 0 && dilation[1] == 1 && dilation[2] == 1
                    && 2 * outWidth <= width && 2 * outRows <= rows && LANES > 1;
        }

        boolean hasEmptyWindow() {
            for (int d = 0; d < 3; d++) {
                for (int o = 0; o < out[d]; o++) {
                    if (firstTap(d, o) >= endTap(d, o)) {
                        return true;
                    }
                }
            }
            return false;
        }

        /** First tap of the window of output {@code o} along {@code d} that lies inside. */
        int firstTap(int d, int o) {
            int start = o * stride[d] - padding[d];
            return start >= 0 ? 0 : (-start + dilation[d] - 1) / dilation[d];
        }

        /** One past the last tap of the window of output {@code o} along {@code d} that lies inside. */
        int endTap(int d, int o) {
            int room = size[d] - 1 - (o * stride[d] - padding[d]);
            return room < 0 ? 0 : Math.min(kernel[d], room / dilation[d] + 1);
        }
    }

    // ---- any window -----------------------------------------------------------------------------------------------

    /** {@code split[row][phase][i] = x[row][i stride + phase - padding]}; outside of the row nothing is written. */
    private static void split(float[] x, int at, Geometry g, float[] split) {
        int stride = g.stride[2];
        for (int phase = 0; phase < stride; phase++) {
            int shift = phase - g.padding[2];
            int first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
            int end = g.width <= shift ? first : Math.min(g.phaseLength, (g.width - 1 - shift) / stride + 1);
            int start = first * stride + shift;
            for (int row = 0; row < g.rows; row++) {
                int from = at + row * g.width + start;
                int to = row * g.splitLength + phase * g.phaseLength + first;
                switch (stride) {
                    case 1 -> System.arraycopy(x, from, split, to, end - first);
                    case 2 -> everySecond(x, from, g.width - start, split, to, end - first);
                    default -> {
                        for (int i = 0; i < end - first; i++) {
                            split[to + i] = x[from + i * stride];
                        }
                    }
                }
            }
        }
    }

    /** {@code to[i] = x[2 i]}, where {@code length} elements of x may be read. */
    private static void everySecond(float[] x, int from, int length, float[] split, int to, int count) {
        IntVector evens = COUNTING.mul(2);
        int i = 0;
        for (; i <= count - LANES && 2 * (i + LANES) <= length; i += LANES) {
            int here = from + 2 * i;
            pick(evens, FloatVector.fromArray(F, x, here), FloatVector.fromArray(F, x, here + LANES)).intoArray(split,
                    to + i);
        }
        for (; i < count; i++) {
            split[to + i] = x[from + 2 * i];
        }
    }

    private static void poolPlane(float[] split, Geometry g, float[] values, int[] indices, int to) {
        for (int od = 0; od < g.out[0]; od++) {
            for (int oh = 0; oh < g.out[1]; oh++) {
                for (int ow = 0; ow < g.outWidth; ow += LANES) {
                    poolVector(split, g, od, oh, ow, values, indices, to + (od * g.out[1] + oh) * g.outWidth + ow);
                }
            }
        }
    }

    /** Up to a vector of outputs of one row, from {@code ow} on. */
    private static void poolVector(float[] split, Geometry g, int od, int oh, int ow, float[] values, int[] indices,
            int to) {
        int firstD = g.firstTap(0, od);
        int endD = g.endTap(0, od);
        int firstH = g.firstTap(1, oh);
        int endH = g.endTap(1, oh);
        FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        // Distance of the best cell from the cell at the window's start in the first row of the plane.
        IntVector distance = IntVector.zero(I);
        for (int kd = firstD; kd < endD; kd++) {
            int d = od * g.stride[0] - g.padding[0] + kd * g.dilation[0];
            for (int kh = firstH; kh < endH; kh++) {
                int h = oh * g.stride[1] - g.padding[1] + kh * g.dilation[1];
                int row = d * g.size[1] + h;
                for (int kw = 0; kw < g.kernel[2]; kw++) {
                    int reach = kw * g.dilation[2];
                    int cell = row * g.splitLength + reach % g.stride[2] * g.phaseLength + reach / g.stride[2] + ow;
                    FloatVector v = FloatVector.fromArray(F, split, cell);
                    VectorMask<Float> better = VectorMath.beats(v, best);
                    best = best.blend(v, better);
                    distance = distance.blend(row * g.width + reach, better.cast(I));
                }
            }
        }
        VectorMask<Float> in = F.indexInRange(ow, g.outWidth);
        best.intoArray(values, to, in);
        COUNTING.mul(g.stride[2]).add(distance).intoArray(indices, to, in.cast(I));
        int firstRow = (od * g.stride[0] - g.padding[0] + firstD * g.dilation[0]) * g.size[1]
                + oh * g.stride[1] - g.padding[1] + firstH * g.dilation[1];
        int start = ow * g.stride[2] - g.padding[2];
        for (int i = 0; i < Math.min(LANES, g.outWidth - ow); i++) {
            // Where every cell is minus infinity the first one inside is the maximum.
            indices[to + i] = values[to + i] == Float.NEGATIVE_INFINITY
                    ? firstRow * g.width + start + i * g.stride[2] + g.firstTap(2, ow + i) * g.dilation[2]
                    : indices[to + i] + start;
        }
    }

    // ---- windows of 2 by 2 with stride 2 --------------------------------------------------------------------------

    /** A plane whose output rows are at least a vector long. */
    private static void poolPairs(float[] x, int at, Geometry g, float[] values, int[] indices, int to) {
        IntVector evens = COUNTING.mul(2);
        IntVector odds = evens.add(1);
        int last = g.outWidth - LANES;
        for (int oh = 0; oh < g.outRows; oh++) {
            for (int o = 0; o < g.outWidth; o += LANES) {
                // The last vector of a row may overlap the one before.
                int ow = Math.min(o, last);
                int cell = 2 * oh * g.width + 2 * ow;
                FloatVector a = FloatVector.fromArray(F, x, at + cell);
                FloatVector b = FloatVector.fromArray(F, x, at + cell + LANES);
                FloatVector best = pick(evens, a, b);
                FloatVector v = pick(odds, a, b);
                VectorMask<Float> better = VectorMath.beats(v, best);
                best = best.blend(v, better);
                IntVector distance = IntVector.zero(I).blend(1, better.cast(I));
                a = FloatVector.fromArray(F, x, at + cell + g.width);
                b = FloatVector.fromArray(F, x, at + cell + g.width + LANES);
                v = pick(evens, a, b);
                better = VectorMath.beats(v, best);
                best = best.blend(v, better);
                distance = distance.blend(g.width, better.cast(I));
                v = pick(odds, a, b);
                better = VectorMath.beats(v, best);
                best = best.blend(v, better);
                distance = distance.blend(g.width + 1, better.cast(I));
                int out = to + oh * g.outWidth + ow;
                best.intoArray(values, out);
                distance.add(evens).add(cell).intoArray(indices, out);
            }
        }
    }

    /** The upper left cell of each window of 2 by 2, with the last one repeated to fill a vector. */
    private static int[] pairCells(Geometry g) {
        int outputs = g.outRows * g.outWidth;
        int[] cells = new int[outputs + LANES];
        for (int o = 0; o < cells.length; o++) {
            int inside = Math.min(o, outputs - 1);
            cells[o] = 2 * (inside / g.outWidth) * g.width + 2 * (inside % g.outWidth);
        }
        return cells;
    }

    /** A plane with short rows: a vector of outputs spans several of them. */
    private static void poolNarrowPairs(float[] x, int at, Geometry g, int[] cells, float[] values, int[] indices,
            int to) {
        int outputs = g.outRows * g.outWidth;
        for (int o = 0; o < outputs; o += LANES) {
            FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
            IntVector distance = IntVector.zero(I);
            for (int tap = 0; tap < 4; tap++) {
                int reach = (tap >> 1) * g.width + (tap & 1);
                FloatVector v = FloatVector.fromArray(F, x, at + reach, cells, o);
                VectorMask<Float> better = VectorMath.beats(v, best);
                best = best.blend(v, better);
                distance = distance.blend(reach, better.cast(I));
            }
            VectorMask<Float> in = F.indexInRange(o, outputs);
            best.intoArray(values, to + o, in);
            distance.add(IntVector.fromArray(I, cells, o)).intoArray(indices, to + o, in.cast(I));
        }
    }

    /** The lanes {@code which} of two vectors in a row. */
    private static FloatVector pick(IntVector which, FloatVector a, FloatVector b) {
        return which.selectFrom(a.reinterpretAsInts(), b.reinterpretAsInts()).reinterpretAsFloats();
    }
}
