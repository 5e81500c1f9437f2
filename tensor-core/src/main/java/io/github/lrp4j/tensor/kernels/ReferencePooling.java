package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Windows of {@code [N, C, in...]} folded to one number each, and the adjoints. */
final class ReferencePooling {
    private ReferencePooling() {
    }

    static Indexed maxPool(Tensor x, PoolSpec spec) {
        Shape shape = spec.outputShape(x.shape());
        double[] values = x.toDoubleArray();
        double[] best = new double[shape.arrayLength()];
        int[] indices = new int[best.length];
        Arrays.fill(indices, -1);
        PoolWindows.of(spec, x.shape()).forEachPair((out, in, planeStart) -> {
            double value = values[in];
            boolean first = indices[out] < 0;
            if (first || (!Double.isNaN(best[out]) && (value > best[out] || Double.isNaN(value)))) {
                best[out] = value;
                indices[out] = in - planeStart;
            }
        });
        for (int index : indices) {
            if (index < 0) {
                throw new IllegalArgumentException(
                        "maxPool: a window lies wholly in the padding, input " + x.shape() + ", " + spec);
            }
        }
        return new Indexed(Tensor.of(best, Operands.realType(x), shape), Tensor.of(indices, shape));
    }

    static Tensor planeGather(Tensor x, Tensor indices) {
        requirePlanes("planeGather", x.shape(), indices.shape());
        DType type = Operands.resultType(x);
        Elements values = Elements.read(x);
        Elements selected = Elements.zeros(type, indices.shape());
        int[] cells = cells("planeGather", indices, x.shape());
        for (int i = 0; i < cells.length; i++) {
            selected.set(i, values, cells[i]);
        }
        return selected.toTensor(type, indices.shape());
    }

    static Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        Operands.requireSameShape("planeScatter", g.shape(), indices.shape());
        requirePlanes("planeScatter", xShape, indices.shape());
        DType type = Operands.resultType(g);
        Elements values = Elements.read(g);
        Elements sums = Elements.zeros(type, xShape);
        int[] cells = cells("planeScatter", indices, xShape);
        for (int i = 0; i < cells.length; i++) {
            sums.add(cells[i], values, i);
        }
        return sums.toTensor(type, xShape);
    }

    private static void requirePlanes(String kernel, Shape x, Shape indices) {
        if (x.rank() < 3 || indices.rank() < 3 || x.size(0) != indices.size(0) || x.size(1) != indices.size(1)) {
            throw new IllegalArgumentException(
                    kernel + ": input and indices must be [N, C, sizes] of the same N and C, input " + x + ", indices "
                            + indices);
        }
    }

    /** Positions in the whole of {@code x} of the cells that {@code indices} name within their planes. */
    private static int[] cells(String kernel, Tensor indices, Shape x) {
        int[] cells = indices.toIntArray();
        int planes = x.size(0) * x.size(1);
        for (int i = 0; i < cells.length; i++) {
            int perPlane = cells.length / planes;
            int size = x.arrayLength() / planes;
            if (cells[i] < 0 || cells[i] >= size) {
                throw new IndexOutOfBoundsException(kernel + ": index " + cells[i] + " is outside of a plane of " + x);
            }
            cells[i] += i / perPlane * size;
        }
        return cells;
    }

    static Tensor avgPool(Tensor x, PoolSpec spec) {
        return average(x, requireNoDilation(spec, x.shape()), spec.outputShape(x.shape()));
    }

    static Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        PoolWindows windows = requireNoDilation(spec, xShape);
        requireOutput("avgPoolAdjoint", g, spec.outputShape(xShape), xShape);
        return averageAdjoint(g, windows, xShape);
    }

    static Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        PoolWindows windows = PoolWindows.adaptive(x.shape(), outputSize);
        int[] sizes = x.shape().toArray();
        for (int d = 0; d < outputSize.size(); d++) {
            sizes[d + 2] = outputSize.get(d);
        }
        return average(x, windows, Shape.of(sizes));
    }

    static Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        if (g.rank() < 3) {
            throw new IllegalArgumentException(
                    "adaptiveAvgPoolAdjoint: output must be [N, C, 1 to 3 sizes], input " + xShape + ", output "
                            + g.shape());
        }
        PoolWindows windows = PoolWindows.adaptive(xShape, g.shape().toList().subList(2, g.rank()));
        requireOutput("adaptiveAvgPoolAdjoint", g, g.shape().with(0, xShape.size(0)).with(1, xShape.size(1)), xShape);
        return averageAdjoint(g, windows, xShape);
    }

    private static PoolWindows requireNoDilation(PoolSpec spec, Shape x) {
        for (int dilation : spec.dilation()) {
            if (dilation != 1) {
                throw new IllegalArgumentException("avgPool: averages have no dilation, input " + x + ", " + spec);
            }
        }
        return PoolWindows.of(spec, x);
    }

    private static void requireOutput(String kernel, Tensor g, Shape expected, Shape x) {
        if (!g.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    kernel + ": input " + x + " gives an output of " + expected + ", got " + g.shape());
        }
    }

    private static Tensor average(Tensor x, PoolWindows windows, Shape shape) {
        double[] values = x.toDoubleArray();
        double[] averages = new double[shape.arrayLength()];
        windows.forEachPair((out, in, planeStart) -> averages[out] += values[in]);
        double[] divisors = windows.divisors();
        for (int i = 0; i < averages.length; i++) {
            averages[i] /= divisors[i];
        }
        return Tensor.of(averages, Operands.realType(x), shape);
    }

    private static Tensor averageAdjoint(Tensor g, PoolWindows windows, Shape xShape) {
        double[] shares = g.toDoubleArray();
        double[] divisors = windows.divisors();
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= divisors[i];
        }
        double[] sums = new double[xShape.arrayLength()];
        windows.forEachPair((out, in, planeStart) -> sums[in] += shares[out]);
        return Tensor.of(sums, Operands.realType(g), xShape);
    }
}
