package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.List;

/**
 * The kernels for float32 on vector registers and several threads.
 *
 * <p>What is not float32 (half precision weights count as float32), what is empty, and what is wrong in shape or index
 * goes to {@link ReferenceKernels}, which computes it, or says what is wrong with it. Results do not depend on the number
 * of threads. Thread-safe; a second thread that calls while the pool is busy works alone.
 */
public final class SimdKernels implements Kernels, AutoCloseable {
    private final Kernels reference = new ReferenceKernels();
    private final WorkerPool pool;
    private final boolean ownsPool;
    private final Buffers buffers = new Buffers();
    private final Elementwise elementwise;
    private final Reductions reductions;
    private final Extrema extrema;
    private final RunningSums runningSums;
    private final LinearKernels linear;
    private final MaxPooling maxPooling;
    private final PlaneIndexing planeIndexing;
    private final AveragePooling averagePooling;
    private final Softmaxes softmaxes;
    private final Normalizations normalizations;
    private final Selection selection;
    private final Layouts layouts;

    /** With one thread per available processor. */
    public SimdKernels() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /** With {@code threads} threads, the caller included. */
    public SimdKernels(int threads) {
        this(new WorkerPool(threads), true);
    }

    /** On a pool that stays the caller's. */
    public SimdKernels(WorkerPool pool) {
        this(pool, false);
    }

    private SimdKernels(WorkerPool pool, boolean ownsPool) {
        this.pool = pool;
        this.ownsPool = ownsPool;
        elementwise = new Elementwise(pool, buffers);
        reductions = new Reductions(pool);
        extrema = new Extrema(pool);
        runningSums = new RunningSums(pool);
        linear = new LinearKernels(pool, buffers);
        maxPooling = new MaxPooling(pool, buffers);
        planeIndexing = new PlaneIndexing(pool, buffers);
        averagePooling = new AveragePooling(pool, buffers);
        softmaxes = new Softmaxes(pool, buffers);
        normalizations = new Normalizations(pool, buffers, elementwise);
        selection = new Selection(pool);
        layouts = new Layouts(pool, buffers);
    }

    @Override
    public String name() {
        return "simd-" + Species.F.vectorBitSize();
    }

    /** Ends the threads if they belong to these kernels. */
    @Override
    public void close() {
        if (ownsPool) {
            pool.close();
        }
    }

    @Override
    public void release(Tensor x) {
        buffers.release(x);
    }

    // ---- elementwise --------------------------------------------------------------------------------------------

    @Override
    public Tensor unary(UnaryFn f, Tensor x) {
        return FastPath.single(x) ? elementwise.unary(f, x) : reference.unary(f, x);
    }

    @Override
    public Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        return FastPath.single(x, g) && x.shape().equals(g.shape())
                ? elementwise.unaryVjp(f, x, g)
                : reference.unaryVjp(f, x, g);
    }

    @Override
    public Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        return FastPath.single(y, g) && y.shape().equals(g.shape()) && f.derivativeNeedsOnlyOutput()
                ? elementwise.unaryVjpFromOutput(f, y, g)
                : reference.unaryVjpFromOutput(f, y, g);
    }

    @Override
    public Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        Shape shape = FastPath.single(a, b) ? FastPath.broadcast(a, b) : null;
        return shape != null ? elementwise.binary(f, a, b, shape) : reference.binary(f, a, b);
    }

    @Override
    public Tensor where(Tensor condition, Tensor a, Tensor b) {
        Shape shape =
                condition.dtype() == DType.BOOL && FastPath.single(a, b) ? FastPath.broadcast(condition, a, b) : null;
        return shape != null ? elementwise.where(condition, a, b, shape) : reference.where(condition, a, b);
    }

    @Override
    public Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        return FastPath.single(r, a, b) && r.shape().equals(FastPath.broadcast(r, a, b))
                ? elementwise.absoluteShare(r, a, b, eps)
                : reference.absoluteShare(r, a, b, eps);
    }

    @Override
    public Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return FastPath.single(r, z) && r.shape().equals(FastPath.broadcast(r, z))
                ? elementwise.stabilizedQuotient(r, z, eps)
                : reference.stabilizedQuotient(r, z, eps);
    }

    @Override
    public Tensor shiftedQuotient(Tensor r, Tensor z, double eps) {
        return FastPath.single(r, z) && r.shape().equals(FastPath.broadcast(r, z))
                ? elementwise.shiftedQuotient(r, z, eps)
                : reference.shiftedQuotient(r, z, eps);
    }

    @Override
    public Tensor weightedQuotient(double weight, Tensor r, Tensor z, double eps, boolean signed) {
        return FastPath.single(r, z) && r.shape().equals(FastPath.broadcast(r, z))
                ? elementwise.weightedQuotient(weight, r, z, eps, signed)
                : reference.weightedQuotient(weight, r, z, eps, signed);
    }

    @Override
    public Tensor signedShare(Tensor x, Tensor a, Tensor b) {
        return FastPath.single(x, a, b) && a.shape().equals(b.shape()) && a.shape().equals(FastPath.broadcast(x, a))
                ? elementwise.signedShare(x, a, b)
                : reference.signedShare(x, a, b);
    }

    @Override
    public Tensor[] gammaQuotients(Tensor r, Tensor z, Tensor m, double gamma, double eps, boolean skipZero) {
        return FastPath.single(r, z, m) && r.shape().equals(FastPath.broadcast(r, z, m))
                ? elementwise.gammaQuotients(r, z, m, gamma, eps, skipZero)
                : reference.gammaQuotients(r, z, m, gamma, eps, skipZero);
    }

    @Override
    public Tensor signedMix(Tensor x, Tensor s, double a, Tensor t, double b) {
        return FastPath.single(x, s, t) && s.shape().equals(t.shape()) && s.shape().equals(FastPath.broadcast(x, s))
                ? elementwise.signedMix(x, s, a, t, b)
                : reference.signedMix(x, s, a, t, b);
    }

    @Override
    public boolean isZeroUnlessPositive(Tensor r, Tensor y) {
        return FastPath.single(r, y) && r.shape().equals(FastPath.broadcast(r, y))
                ? elementwise.isZeroUnlessPositive(r, y)
                : reference.isZeroUnlessPositive(r, y);
    }

    // ---- reductions ---------------------------------------------------------------------------------------------

    @Override
    public Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        return FastPath.singleAndFull(x) && reduction != Reduction.PROD
                ? reductions.reduce(reduction, x, dims, keepDims)
                : reference.reduce(reduction, x, dims, keepDims);
    }

    @Override
    public Indexed extremum(Tensor x, int dim, boolean largest) {
        return FastPath.singleAndFull(x) ? extrema.extremum(x, dim, largest) : reference.extremum(x, dim, largest);
    }

    @Override
    public Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        return FastPath.singleAndFull(x)
                ? runningSums.cumulativeSum(x, dim, reversed)
                : reference.cumulativeSum(x, dim, reversed);
    }

    @Override
    public double total(Tensor x) {
        return FastPath.singleAndFull(x) ? reductions.total(x) : reference.total(x);
    }

    // ---- linear maps --------------------------------------------------------------------------------------------

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return FastPath.singleAndFull(a, b) ? linear.matmul(a, b) : reference.matmul(a, b);
    }

    @Override
    public Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        return FastPath.singleAndFull(x, w) ? linear.conv(x, w, spec) : reference.conv(x, w, spec);
    }

    @Override
    public Tensor fusedMatmul(Tensor a, Tensor b, Epilogue epilogue) {
        return FastPath.singleAndFull(a, b) && FastPath.finishes(epilogue)
                ? linear.fusedMatmul(a, b, epilogue)
                : Kernels.super.fusedMatmul(a, b, epilogue);
    }

    @Override
    public Tensor fusedConv(Tensor x, Tensor w, ConvSpec spec, Epilogue epilogue) {
        return FastPath.singleAndFull(x, w) && FastPath.finishes(epilogue)
                ? linear.fusedConv(x, w, spec, epilogue)
                : Kernels.super.fusedConv(x, w, spec, epilogue);
    }

    @Override
    public Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return FastPath.singleAndFull(g, w)
                ? linear.convInputAdjoint(g, w, xShape, spec)
                : reference.convInputAdjoint(g, w, xShape, spec);
    }

    @Override
    public Tensor fusedConvInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Tensor factor) {
        return FastPath.singleAndFull(g, w) && FastPath.finishes(Epilogue.times(factor))
                ? linear.fusedConvInputAdjoint(g, w, xShape, spec, factor)
                : Kernels.super.fusedConvInputAdjoint(g, w, xShape, spec, factor);
    }

    @Override
    public Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        return FastPath.singleAndFull(g, x)
                ? linear.convWeightAdjoint(g, x, wShape, spec)
                : reference.convWeightAdjoint(g, x, wShape, spec);
    }

    // ---- pooling ------------------------------------------------------------------------------------------------

    @Override
    public Indexed maxPool(Tensor x, PoolSpec spec) {
        Shape shape = FastPath.singleAndFull(x) ? spec.outputShape(x.shape()) : null;
        Indexed pooled = shape != null ? maxPooling.maxPool(x, spec, shape) : null;
        return pooled != null ? pooled : reference.maxPool(x, spec);
    }

    @Override
    public Tensor planeGather(Tensor x, Tensor indices) {
        return FastPath.singleAndFull(x) && FastPath.indicesOf(indices, x.shape())
                ? planeIndexing.planeGather(x, indices)
                : reference.planeGather(x, indices);
    }

    @Override
    public Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        return FastPath.singleAndFull(g) && g.shape().equals(indices.shape()) && FastPath.indicesOf(indices, xShape)
                ? planeIndexing.planeScatter(g, indices, xShape)
                : reference.planeScatter(g, indices, xShape);
    }

    @Override
    public Tensor avgPool(Tensor x, PoolSpec spec) {
        Shape shape = FastPath.singleAndFull(x) && FastPath.isDense(spec) ? spec.outputShape(x.shape()) : null;
        return shape != null ? averagePooling.avgPool(x, spec, shape) : reference.avgPool(x, spec);
    }

    @Override
    public Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        return FastPath.singleAndFull(g) && FastPath.isDense(spec) && g.shape().equals(spec.outputShape(xShape))
                ? averagePooling.avgPoolAdjoint(g, xShape, spec)
                : reference.avgPoolAdjoint(g, xShape, spec);
    }

    @Override
    public Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        boolean fits = x.rank() == outputSize.size() + 2 && FastPath.isSpatial(x.rank())
                && outputSize.stream().allMatch(size -> size > 0);
        if (!fits || !FastPath.singleAndFull(x)) {
            return reference.adaptiveAvgPool(x, outputSize);
        }
        Shape shape = x.shape();
        for (int d = 0; d < outputSize.size(); d++) {
            shape = shape.with(d + 2, outputSize.get(d));
        }
        return averagePooling.adaptiveAvgPool(x, outputSize, shape);
    }

    @Override
    public Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        boolean fits = g.rank() == xShape.rank() && FastPath.isSpatial(g.rank()) && xShape.elements() > 0
                && g.size(0) == xShape.size(0) && g.size(1) == xShape.size(1);
        return fits && FastPath.singleAndFull(g)
                ? averagePooling.adaptiveAvgPoolAdjoint(g, xShape)
                : reference.adaptiveAvgPoolAdjoint(g, xShape);
    }

    // ---- normalisation ------------------------------------------------------------------------------------------

    @Override
    public Tensor softmax(Tensor x, int dim) {
        return FastPath.singleAndFull(x) ? softmaxes.softmax(x, dim) : reference.softmax(x, dim);
    }

    @Override
    public Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        return FastPath.singleAndFull(y, g) && y.shape().equals(g.shape())
                ? softmaxes.softmaxVjp(y, g, dim)
                : reference.softmaxVjp(y, g, dim);
    }

    @Override
    public Tensor logSoftmax(Tensor x, int dim) {
        return FastPath.singleAndFull(x) ? softmaxes.logSoftmax(x, dim) : reference.logSoftmax(x, dim);
    }

    @Override
    public Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        return FastPath.singleAndFull(y, g) && y.shape().equals(g.shape())
                ? softmaxes.logSoftmaxVjp(y, g, dim)
                : reference.logSoftmaxVjp(y, g, dim);
    }

    @Override
    public Normalized standardize(Tensor x, int firstDim, double eps) {
        return FastPath.singleAndFull(x) && firstDim >= 0 && firstDim <= x.rank()
                ? normalizations.standardize(x, firstDim, eps)
                : reference.standardize(x, firstDim, eps);
    }

    @Override
    public Normalized layerNorm(Tensor x, Tensor scale, Tensor shift, int firstDim, double eps) {
        boolean fits = firstDim >= 0 && firstDim <= x.rank()
                && scale.shape().toList().equals(x.shape().toList().subList(firstDim, x.rank()))
                && (shift == null || shift.shape().equals(scale.shape()) && FastPath.single(shift));
        return fits && FastPath.singleAndFull(x, scale)
                ? normalizations.layerNorm(x, scale, shift, firstDim, eps)
                : Kernels.super.layerNorm(x, scale, shift, firstDim, eps);
    }

    @Override
    public Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        boolean fits = g.shape().equals(x.shape()) && firstDim >= 0 && firstDim <= x.rank()
                && mean.shape().equals(Normalizations.statisticsShape(x.shape(), firstDim))
                && inverseDeviation.shape().equals(mean.shape());
        return fits && FastPath.singleAndFull(g, x, mean, inverseDeviation)
                ? normalizations.standardizeVjp(g, x, mean, inverseDeviation)
                : reference.standardizeVjp(g, x, mean, inverseDeviation, firstDim);
    }

    @Override
    public Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        boolean fits = x.rank() > 1 && scale.shape().equals(Shape.of(x.size(1)))
                && (shift == null || shift.shape().equals(scale.shape()) && FastPath.single(shift));
        return fits && FastPath.singleAndFull(x, scale)
                ? normalizations.channelAffine(x, scale, shift)
                : reference.channelAffine(x, scale, shift);
    }

    @Override
    public Normalized channelStatistics(Tensor x, double eps) {
        return FastPath.singleAndFull(x) && x.rank() > 1
                ? normalizations.channelStatistics(x, eps)
                : reference.channelStatistics(x, eps);
    }

    // ---- attention ----------------------------------------------------------------------------------------------

    @Override
    public Attended attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        AttentionHeads heads = new AttentionHeads(q, k, v, mask, spec);
        return FastPath.attends(q, k, v, mask)
                ? linear.attention(heads, spec)
                : reference.attention(q, k, v, mask, spec);
    }

    @Override
    public Tensor[] attentionVjp(Tensor g, Tensor q, Tensor k, Tensor v, Tensor mask, Tensor logSumExp,
            AttentionSpec spec,
            boolean[] wanted) {
        if (!FastPath.attends(q, k, v, mask) || !FastPath.single(g, logSumExp)) {
            return reference.attentionVjp(g, q, k, v, mask, logSumExp, spec, wanted);
        }
        AttentionHeads heads = new AttentionHeads(q, k, v, mask, spec);
        heads.requireCotangent(g, logSumExp);
        Tensor[] perHead = linear.attentionVjp(heads, spec, g, logSumExp, wanted);
        for (int i = 0; i < perHead.length; i++) {
            perHead[i] = perHead[i] == null ? null : heads.toOperand(this, i, perHead[i]);
        }
        return perHead;
    }

    // ---- selection and layout -----------------------------------------------------------------------------------

    @Override
    public Tensor gather(Tensor x, int dim, Tensor index) {
        int[] places = FastPath.singleAndFull(x) && FastPath.sameBut(dim, x.shape(), index.shape())
                ? Selection.places(index, x.size(dim))
                : null;
        return places != null ? selection.gather(x, dim, places, index.shape()) : reference.gather(x, dim, index);
    }

    @Override
    public Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        int[] places = FastPath.singleAndFull(base, source) && source.shape().equals(index.shape())
                && FastPath.sameBut(dim, base.shape(), index.shape()) ? Selection.places(index, base.size(dim)) : null;
        return places != null
                ? selection.scatterAdd(base, dim, places, source)
                : reference.scatterAdd(base, dim, index, source);
    }

    @Override
    public Tensor indexSelect(Tensor x, int dim, Tensor index) {
        int[] places = FastPath.singleAndFull(x) && index.rank() == 1 ? Selection.places(index, x.size(dim)) : null;
        return places != null
                ? selection.indexSelect(x, dim, places, x.shape().with(dim, places.length))
                : reference.indexSelect(x, dim, index);
    }

    @Override
    public Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        boolean fits = index.rank() == 1 && FastPath.singleAndFull(base, source)
                && source.shape().equals(base.shape().with(dim, index.size(0)));
        int[] places = fits ? Selection.places(index, base.size(dim)) : null;
        return places != null
                ? selection.indexAdd(base, dim, places, source)
                : reference.indexAdd(base, dim, index, source);
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        boolean fits = !parts.isEmpty() && FastPath.singleAndFull(parts.toArray(Tensor[]::new));
        int total = 0;
        for (int i = 0; fits && i < parts.size(); i++) {
            fits = FastPath.sameBut(dim, parts.getFirst().shape(), parts.get(i).shape());
            total = fits ? Math.addExact(total, parts.get(i).size(dim)) : 0;
        }
        return fits
                ? layouts.concat(parts, dim, parts.getFirst().shape().with(dim, total))
                : reference.concat(parts, dim);
    }

    @Override
    public Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        boolean fits = FastPath.singleAndFull(x) && before.size() == x.rank() && after.size() == x.rank();
        for (int d = 0; fits && d < x.rank(); d++) {
            fits = (long) x.size(d) + before.get(d) + after.get(d) >= 0;
        }
        return fits ? layouts.pad(x, before, after, value) : reference.pad(x, before, after, value);
    }

    @Override
    public Tensor flip(Tensor x, List<Integer> dims) {
        return FastPath.singleAndFull(x) && dims.stream().distinct().count() == dims.size()
                ? layouts.flip(x, dims)
                : reference.flip(x, dims);
    }

    @Override
    public Tensor contiguous(Tensor x) {
        return x.isContiguous() || !FastPath.single(x) ? reference.contiguous(x) : layouts.contiguous(x);
    }

    @Override
    public Tensor cast(Tensor x, DType dtype) {
        return dtype == DType.F32 && (FastPath.single(x) || x.dtype() == DType.U8 || x.dtype() == DType.BOOL)
                ? layouts.toSingle(x)
                : reference.cast(x, dtype);
    }
}
