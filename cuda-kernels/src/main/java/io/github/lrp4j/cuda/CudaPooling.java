package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Operands;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Windows of {@code [N, C, in...]} folded to one number each, and the adjoints: {@code pooling.cu}. */
final class CudaPooling {
    /** As {@code SCATTER_CELLS} and {@code SCATTER_WARPS} of {@code pooling.cu}. */
    private static final int SCATTER_CELLS = 1024;
    private static final int SCATTER_WARPS = 4;
    private static final int WARP = 32;
    /** Windows of so many cells are shared by the threads of a warp. */
    private static final int LARGE_WINDOW = 64;

    private final DeviceTensors tensors;
    private final CudaLayout layout;
    private final RangeCheck range;
    /** The indices that a max pooling has made, with the size of a plane that they point into: these need no check. */
    private final Map<Storage, Long> madeHere = Collections.synchronizedMap(new WeakHashMap<>());

    CudaPooling(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
        range = new RangeCheck(tensors);
    }

    // ---- largest ------------------------------------------------------------------------------------------------

    Indexed maxPool(Tensor x, PoolSpec spec) {
        PoolGeometry geometry = PoolGeometry.of(spec, x.shape());
        DType type = Operands.realType(x);
        Tensor values = tensors.allocate(type, geometry.output());
        Tensor indices = tensors.allocate(DType.I32, geometry.output());
        if (values.elements() > 0) {
            if (!PoolGeometry.everyWindowHasCells(spec, x.shape())) {
                throw new IllegalArgumentException(
                        "maxPool: a window lies wholly in the padding, input " + x.shape() + ", " + spec);
            }
            tensors.device().launch("max_pool_" + CudaLayout.suffix(type), Grid.over(values.elements()),
                    new Arguments().pointer(tensors.address(values)).pointer(tensors.address(indices))
                            .pointer(tensors.address(tensors.dense(x, type))).ints(geometry.windows())
                            .i64(values.elements()));
            madeHere.put(indices.storage(), planeSize(x.shape()));
        }
        return new Indexed(values, indices);
    }

    // ---- at indices ---------------------------------------------------------------------------------------------

    Tensor planeGather(Tensor x, Tensor indices) {
        requirePlanes("planeGather", x.shape(), indices.shape());
        DType type = Operands.resultType(x);
        Tensor y = tensors.allocate(type, indices.shape());
        Tensor places = places("planeGather", indices, x.shape());
        if (y.elements() > 0) {
            tensors.device().launch("plane_gather_" + CudaLayout.width(type), Grid.over(y.elements()),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(tensors.dense(x, type)))
                            .pointer(tensors.address(places)).i32((int) planeSize(indices.shape()))
                            .i64(planeSize(x.shape())).i64(y.elements()));
        }
        return y;
    }

    Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        Operands.requireSameShape("planeScatter", g.shape(), indices.shape());
        requirePlanes("planeScatter", xShape, indices.shape());
        DType type = Operands.resultType(g);
        Tensor places = places("planeScatter", indices, xShape);
        DType summed = type.isFloating() ? type : DType.I64;
        Tensor x = tensors.allocate(summed, xShape);
        if (x.elements() > 0) {
            int plane = Math.toIntExact(planeSize(xShape));
            int tiles = Math.ceilDiv(plane, SCATTER_CELLS);
            long tasks = x.elements() / plane * tiles;
            int blocks = Math.toIntExact(Math.ceilDiv(tasks, SCATTER_WARPS));
            int shared = SCATTER_WARPS * SCATTER_CELLS * (summed.bytes() + 1);
            tensors.device().launch("plane_scatter_" + CudaLayout.suffix(summed),
                    Grid.rows(blocks, SCATTER_WARPS * WARP, shared),
                    new Arguments().pointer(tensors.address(x)).pointer(tensors.address(tensors.dense(g, summed)))
                            .pointer(tensors.address(places)).i32((int) planeSize(indices.shape())).i32(plane)
                            .i32(tiles).i64(tasks));
        }
        return layout.cast(x, type);
    }

    private static void requirePlanes(String kernel, Shape x, Shape indices) {
        if (x.rank() < 3 || indices.rank() < 3 || x.size(0) != indices.size(0) || x.size(1) != indices.size(1)) {
            throw new IllegalArgumentException(
                    kernel + ": input and indices must be [N, C, sizes] of the same N and C, input " + x + ", indices "
                            + indices);
        }
    }

    private static long planeSize(Shape shape) {
        long size = 1;
        for (int d = 2; d < shape.rank(); d++) {
            size *= shape.size(d);
        }
        return size;
    }

    /** The indices as contiguous int32, all of them inside of a plane of x. */
    private Tensor places(String kernel, Tensor indices, Shape x) {
        long plane = planeSize(x);
        Long known = madeHere.get(indices.storage());
        boolean checked = known != null && known <= plane;
        if (!checked && indices.elements() > 0 && range.leaves(layout.typed(indices, DType.I64), 0, plane - 1)) {
            for (long index : indices.toLongArray()) {
                if (index < 0 || index >= plane) {
                    throw new IndexOutOfBoundsException(
                            kernel + ": index " + index + " is outside of a plane of " + x);
                }
            }
        }
        return tensors.dense(indices, DType.I32);
    }

    // ---- average ------------------------------------------------------------------------------------------------

    Tensor avgPool(Tensor x, PoolSpec spec) {
        return average(x, PoolGeometry.ofAverage(spec, x.shape()));
    }

    Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        PoolGeometry geometry = PoolGeometry.ofAverage(spec, xShape);
        requireOutput("avgPoolAdjoint", g, geometry.output(), xShape);
        return averageAdjoint(g, geometry, xShape);
    }

    Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        return average(x, PoolGeometry.adaptive(x.shape(), outputSize));
    }

    Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        if (g.rank() < 3) {
            throw new IllegalArgumentException(
                    "adaptiveAvgPoolAdjoint: output must be [N, C, 1 to 3 sizes], input " + xShape + ", output "
                            + g.shape());
        }
        PoolGeometry geometry = PoolGeometry.adaptive(xShape, g.shape().toList().subList(2, g.rank()));
        requireOutput("adaptiveAvgPoolAdjoint", g, geometry.output(), xShape);
        return averageAdjoint(g, geometry, xShape);
    }

    private static void requireOutput(String kernel, Tensor g, Shape expected, Shape x) {
        if (!g.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    kernel + ": input " + x + " gives an output of " + expected + ", got " + g.shape());
        }
    }

    private Tensor average(Tensor x, PoolGeometry geometry) {
        DType type = Operands.realType(x);
        Tensor y = tensors.allocate(type, geometry.output());
        if (y.elements() > 0) {
            int lanes = geometry.mostCells() < LARGE_WINDOW ? 1 : WARP;
            tensors.device().launch("avg_pool_" + CudaLayout.suffix(type), Grid.over(y.elements() * lanes),
                    new Arguments().pointer(tensors.address(y)).pointer(tensors.address(tensors.dense(x, type)))
                            .ints(geometry.windows()).i32(lanes).i64(y.elements()));
        }
        return y;
    }

    private Tensor averageAdjoint(Tensor g, PoolGeometry geometry, Shape xShape) {
        DType type = Operands.realType(g);
        Tensor x = tensors.allocate(type, xShape);
        if (x.elements() > 0) {
            tensors.device().launch("avg_pool_adjoint_" + CudaLayout.suffix(type), Grid.over(x.elements()),
                    new Arguments().pointer(tensors.address(x)).pointer(tensors.address(tensors.dense(g, type)))
                            .ints(geometry.windows()).i64(x.elements()));
        }
        return x;
    }
}
