package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Averages over windows of 1 to 3 spatial dimensions and their adjoints. Windows and divisors are products over the
 * dimensions, so rows are summed first and then cut into windows.
 */
final class AveragePooling {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();
    private static final int GRAIN = 16_384;

    private final WorkerPool pool;
    private final Buffers buffers;
    private final Relayout copies;

    AveragePooling(WorkerPool pool, Buffers buffers) {
        this.pool = pool;
        this.buffers = buffers;
        copies = new Relayout(pool);
    }

    /**
     * The windows along one dimension: output {@code o} averages the cells {@code start[o] .. end[o] - 1} and divides by
     * {@code divisor[o]}.
     */
    private record Windows(int size, int[] start, int[] end, int[] divisor) {
        static final Windows ONE = new Windows(1, new int[] {0}, new int[] {1}, new int[] {1});

        static Windows fixed(int size, int out, PoolSpec spec, int d) {
            int[] start = new int[out];
            int[] end = new int[out];
            int[] divisor = new int[out];
            int padding = spec.padding().get(d);
            for (int o = 0; o < out; o++) {
                int from = o * spec.stride().get(d) - padding;
                int to = Math.min(from + spec.kernel().get(d), size + padding);
                start[o] = Math.max(from, 0);
                end[o] = Math.min(to, size);
                divisor[o] = spec.countIncludePad() ? to - from : end[o] - start[o];
            }
            return new Windows(size, start, end, divisor);
        }

        static Windows adaptive(int size, int out) {
            int[] start = new int[out];
            int[] end = new int[out];
            int[] divisor = new int[out];
            for (int o = 0; o < out; o++) {
                start[o] = (int) ((long) o * size / out);
                end[o] = (int) (((long) (o + 1) * size + out - 1) / out);
                divisor[o] = end[o] - start[o];
            }
            return new Windows(size, start, end, divisor);
        }

        int count() {
            return start.length;
        }

        boolean isWhole() {
            return count() == 1 && start[0] == 0 && end[0] == size;
        }
    }

    /** Windows of a plane: depth, height, width. */
    private record Plane(Windows depth, Windows height, Windows width) {
        static Plane of(Windows[] spatial) {
            int n = spatial.length;
            return new Plane(n > 2 ? spatial[n - 3] : Windows.ONE, n > 1 ? spatial[n - 2] : Windows.ONE,
                    spatial[n - 1]);
        }

        int inputs() {
            return depth.size * height.size * width.size;
        }

        int outputs() {
            return depth.count() * height.count() * width.count();
        }

        boolean isWhole() {
            return depth.isWhole() && height.isWhole() && width.isWhole();
        }

        double divisor(int d, int h, int w) {
            return (double) depth.divisor[d] * height.divisor[h] * width.divisor[w];
        }
    }

    private static Plane fixed(Shape x, Shape y, PoolSpec spec) {
        Windows[] spatial = new Windows[spec.spatial()];
        Arrays.setAll(spatial, d -> Windows.fixed(x.size(d + 2), y.size(d + 2), spec, d));
        return Plane.of(spatial);
    }

    private static Plane adaptive(Shape x, List<Integer> outputSize) {
        Windows[] spatial = new Windows[outputSize.size()];
        Arrays.setAll(spatial, d -> Windows.adaptive(x.size(d + 2), outputSize.get(d)));
        return Plane.of(spatial);
    }

    Tensor avgPool(Tensor x, PoolSpec spec, Shape shape) {
        return average(x, fixed(x.shape(), shape, spec), shape);
    }

    Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        return spread(g, fixed(xShape, g.shape(), spec), xShape);
    }

    Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize, Shape shape) {
        return average(x, adaptive(x.shape(), outputSize), shape);
    }

    Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        return spread(g, adaptive(xShape, g.shape().toList().subList(2, g.rank())), xShape);
    }

    private Tensor average(Tensor x, Plane plane, Shape shape) {
        Relayout.Flat source = copies.flat(x);
        float[] out = buffers.take(shape.arrayLength());
        int in = plane.inputs();
        pool.forRange(out.length / plane.outputs(), Math.max(1, GRAIN / in), (from, to) -> {
            double[] row = new double[plane.width.size];
            for (int p = from; p < to; p++) {
                int at = source.at() + p * in;
                if (plane.isWhole()) {
                    out[p] = (float) (Runs.sum(source.array(), at, in) / plane.divisor(0, 0, 0));
                } else {
                    averagePlane(source.array(), at, plane, row, out, p * plane.outputs());
                }
            }
        });
        return Buffers.result(out, shape);
    }

    private static void averagePlane(float[] x, int at, Plane plane, double[] row, float[] out, int to) {
        Windows width = plane.width;
        int next = to;
        for (int od = 0; od < plane.depth.count(); od++) {
            for (int oh = 0; oh < plane.height.count(); oh++) {
                Arrays.fill(row, 0);
                for (int d = plane.depth.start[od]; d < plane.depth.end[od]; d++) {
                    for (int h = plane.height.start[oh]; h < plane.height.end[oh]; h++) {
                        Runs.addTo(row, x, at + (d * plane.height.size + h) * width.size, width.size);
                    }
                }
                for (int ow = 0; ow < width.count(); ow++) {
                    double sum = 0;
                    for (int w = width.start[ow]; w < width.end[ow]; w++) {
                        sum += row[w];
                    }
                    out[next++] = (float) (sum / plane.divisor(od, oh, ow));
                }
            }
        }
    }

    private Tensor spread(Tensor g, Plane plane, Shape xShape) {
        Relayout.Flat source = copies.flat(g);
        float[] out = buffers.zeros(xShape.arrayLength());
        int in = plane.inputs();
        pool.forRange(out.length / in, Math.max(1, GRAIN / in), (from, to) -> {
            float[] row = new float[plane.width.size];
            for (int p = from; p < to; p++) {
                spreadPlane(source.array(), source.at() + p * plane.outputs(), plane, row, out, p * in);
            }
        });
        return Buffers.result(out, xShape);
    }

    private static void spreadPlane(float[] g, int at, Plane plane, float[] row, float[] out, int to) {
        Windows width = plane.width;
        int next = at;
        for (int od = 0; od < plane.depth.count(); od++) {
            for (int oh = 0; oh < plane.height.count(); oh++) {
                Arrays.fill(row, 0);
                for (int ow = 0; ow < width.count(); ow++) {
                    float share = (float) (g[next++] / plane.divisor(od, oh, ow));
                    for (int w = width.start[ow]; w < width.end[ow]; w++) {
                        row[w] += share;
                    }
                }
                for (int d = plane.depth.start[od]; d < plane.depth.end[od]; d++) {
                    for (int h = plane.height.start[oh]; h < plane.height.end[oh]; h++) {
                        increase(out, to + (d * plane.height.size + h) * width.size, row);
                    }
                }
            }
        }
    }

    private static void increase(float[] out, int at, float[] row) {
        int i = 0;
        for (; i <= row.length - LANES; i += LANES) {
            FloatVector.fromArray(F, out, at + i).add(FloatVector.fromArray(F, row, i)).intoArray(out, at + i);
        }
        if (i < row.length) {
            VectorMask<Float> in = F.indexInRange(i, row.length);
            FloatVector.fromArray(F, out, at + i, in).add(FloatVector.fromArray(F, row, i, in)).intoArray(out, at + i,
                    in);
        }
    }
}
