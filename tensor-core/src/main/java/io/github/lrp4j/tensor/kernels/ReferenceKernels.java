package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/**
 * The specification of {@link Kernels}: plain loops over row-major arrays, all arithmetic in float64.
 *
 * <p>Operands are widened to float64 whatever their type, and each result is rounded once, to the promoted type: F64
 * operands give the truth, F32 operands the float32 that is nearest to it. Where numbers are only moved, compared,
 * counted or added, integers stay integers and are exact; a kernel over the real numbers reads integers as F32. One file
 * per topic holds the loops; this class is their table of contents. Stateless.
 */
public final class ReferenceKernels implements Kernels {
    /** Nothing is kept, hence one is as good as another. */
    public ReferenceKernels() {
    }

    @Override
    public String name() {
        return "reference";
    }

    // ---- elementwise --------------------------------------------------------------------------------------------

    @Override
    public Tensor unary(UnaryFn f, Tensor x) {
        return ReferenceElementwise.unary(f, x);
    }

    @Override
    public Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        return ReferenceElementwise.unaryVjp(f, x, g);
    }

    @Override
    public Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        return ReferenceElementwise.unaryVjpFromOutput(f, y, g);
    }

    @Override
    public Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        return ReferenceElementwise.binary(f, a, b);
    }

    @Override
    public Tensor where(Tensor condition, Tensor a, Tensor b) {
        return ReferenceElementwise.where(condition, a, b);
    }

    @Override
    public Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        return ReferenceElementwise.absoluteShare(r, a, b, eps);
    }

    @Override
    public Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return ReferenceElementwise.stabilizedQuotient(r, z, eps);
    }

    // ---- reductions ---------------------------------------------------------------------------------------------

    @Override
    public Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        return ReferenceReductions.reduce(reduction, x, dims, keepDims);
    }

    @Override
    public Indexed extremum(Tensor x, int dim, boolean largest) {
        return ReferenceReductions.extremum(x, dim, largest);
    }

    @Override
    public Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        return ReferenceReductions.cumulativeSum(x, dim, reversed);
    }

    @Override
    public double total(Tensor x) {
        return ReferenceReductions.total(x);
    }

    // ---- linear maps --------------------------------------------------------------------------------------------

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return ReferenceMatMul.matmul(a, b);
    }

    @Override
    public Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        return ReferenceConvolution.conv(x, w, spec);
    }

    @Override
    public Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return ReferenceConvolution.inputAdjoint(g, w, xShape, spec);
    }

    @Override
    public Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        return ReferenceConvolution.weightAdjoint(g, x, wShape, spec);
    }

    // ---- pooling ------------------------------------------------------------------------------------------------

    @Override
    public Indexed maxPool(Tensor x, PoolSpec spec) {
        return ReferencePooling.maxPool(x, spec);
    }

    @Override
    public Tensor planeGather(Tensor x, Tensor indices) {
        return ReferencePooling.planeGather(x, indices);
    }

    @Override
    public Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        return ReferencePooling.planeScatter(g, indices, xShape);
    }

    @Override
    public Tensor avgPool(Tensor x, PoolSpec spec) {
        return ReferencePooling.avgPool(x, spec);
    }

    @Override
    public Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        return ReferencePooling.avgPoolAdjoint(g, xShape, spec);
    }

    @Override
    public Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        return ReferencePooling.adaptiveAvgPool(x, outputSize);
    }

    @Override
    public Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        return ReferencePooling.adaptiveAvgPoolAdjoint(g, xShape);
    }

    // ---- normalisation ------------------------------------------------------------------------------------------

    @Override
    public Tensor softmax(Tensor x, int dim) {
        return ReferenceNorms.softmax(x, dim);
    }

    @Override
    public Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        return ReferenceNorms.softmaxVjp(y, g, dim);
    }

    @Override
    public Tensor logSoftmax(Tensor x, int dim) {
        return ReferenceNorms.logSoftmax(x, dim);
    }

    @Override
    public Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        return ReferenceNorms.logSoftmaxVjp(y, g, dim);
    }

    @Override
    public Normalized standardize(Tensor x, int firstDim, double eps) {
        return ReferenceNorms.standardize(x, firstDim, eps);
    }

    @Override
    public Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        return ReferenceNorms.standardizeVjp(g, x, mean, inverseDeviation, firstDim);
    }

    @Override
    public Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        return ReferenceNorms.channelAffine(x, scale, shift);
    }

    @Override
    public Normalized channelStatistics(Tensor x, double eps) {
        return ReferenceNorms.channelStatistics(x, eps);
    }

    // ---- attention ----------------------------------------------------------------------------------------------

    @Override
    public Attended attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        return new ReferenceAttention(new AttentionHeads(q, k, v, mask, spec), spec).forward();
    }

    @Override
    public Tensor[] attentionVjp(Tensor g, Tensor q, Tensor k, Tensor v, Tensor mask, Tensor logSumExp,
            AttentionSpec spec,
            boolean[] wanted) {
        AttentionHeads heads = new AttentionHeads(q, k, v, mask, spec);
        heads.requireCotangent(g, logSumExp);
        return new ReferenceAttention(heads, spec).vjp(g, logSumExp, wanted);
    }

    // ---- selection and layout -----------------------------------------------------------------------------------

    @Override
    public Tensor gather(Tensor x, int dim, Tensor index) {
        return ReferenceSelection.gather(x, dim, index);
    }

    @Override
    public Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        return ReferenceSelection.scatterAdd(base, dim, index, source);
    }

    @Override
    public Tensor indexSelect(Tensor x, int dim, Tensor index) {
        return ReferenceSelection.indexSelect(x, dim, index);
    }

    @Override
    public Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        return ReferenceSelection.indexAdd(base, dim, index, source);
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        return ReferenceSelection.concat(parts, dim);
    }

    @Override
    public Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        return ReferenceSelection.pad(x, before, after, value);
    }

    @Override
    public Tensor flip(Tensor x, List<Integer> dims) {
        return ReferenceSelection.flip(x, dims);
    }

    @Override
    public Tensor contiguous(Tensor x) {
        return x.contiguous();
    }

    @Override
    public Tensor cast(Tensor x, DType dtype) {
        return x.to(dtype);
    }
}
