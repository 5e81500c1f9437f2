package io.github.lrp4j.autograd.record;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.AdaptiveAvgPool;
import io.github.lrp4j.autograd.op.AdaptiveAvgPoolAdjoint;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.AvgPool;
import io.github.lrp4j.autograd.op.AvgPoolAdjoint;
import io.github.lrp4j.autograd.op.Cast;
import io.github.lrp4j.autograd.op.Cat;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.ConvTranspose;
import io.github.lrp4j.autograd.op.ConvWeightAdjoint;
import io.github.lrp4j.autograd.op.CumSum;
import io.github.lrp4j.autograd.op.Div;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.Extremum;
import io.github.lrp4j.autograd.op.Flip;
import io.github.lrp4j.autograd.op.Gather;
import io.github.lrp4j.autograd.op.IndexAdd;
import io.github.lrp4j.autograd.op.IndexSelect;
import io.github.lrp4j.autograd.op.LogSoftmax;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.MaxPool;
import io.github.lrp4j.autograd.op.Mean;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.autograd.op.Pad;
import io.github.lrp4j.autograd.op.PairwiseExtremum;
import io.github.lrp4j.autograd.op.ScatterAdd;
import io.github.lrp4j.autograd.op.SharedExtremum;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.autograd.op.Sub;
import io.github.lrp4j.autograd.op.Sum;
import io.github.lrp4j.autograd.op.Where;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * Kernels whose calls are recorded: a call on traced tensors is applied to their values as an op of the tape, which
 * computes with the real kernels; any other call goes straight to those.
 *
 * <p>A kernel that is the adjoint of another is an op whose adjoint is that other one; a kernel that fuses several is
 * recorded as what it fuses, so that every derivative of every order follows from those of the ops. Comparisons, signs and
 * positions are constants: they are piecewise constant.
 */
final class RecordingKernels implements Kernels {
    private final Recording recording;
    private final Kernels inner;
    private final Composites composites;

    RecordingKernels(Recording recording, Kernels inner) {
        this.recording = recording;
        this.inner = inner;
        this.composites = new Composites(this, inner);
    }

    @Override
    public String name() {
        return "recording-" + inner.name();
    }

    private boolean traces(Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor != null && recording.isTraced(tensor)) {
                return true;
            }
        }
        return false;
    }

    private Tensor apply(Op op, Tensor... operands) {
        return traces(operands)
                ? recording.traced(applied(op, operands))
                : op.forward(inner, List.of(operands)).values().get(0);
    }

    private Value applied(Op op, Tensor... operands) {
        Value[] values = new Value[operands.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = recording.valueOf(operands[i]);
        }
        return recording.tape().apply(op, values);
    }

    // ---- elementwise --------------------------------------------------------------------------------------------

    @Override
    public Tensor unary(UnaryFn f, Tensor x) {
        return f.kind() == UnaryFn.Kind.SIGN ? inner.unary(f, x) : apply(new Elementwise(f), x);
    }

    @Override
    public Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        return traces(x, g) ? apply(new Mul(), g, composites.slope(f, x, traces(x))) : inner.unaryVjp(f, x, g);
    }

    @Override
    public Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        return traces(y, g)
                ? apply(new Mul(), g, composites.slopeFromOutput(f, y, traces(y)))
                : inner.unaryVjpFromOutput(f, y, g);
    }

    @Override
    public Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        return switch (f) {
            case ADD -> apply(new Add(1), a, b);
            case SUB -> apply(new Sub(), a, b);
            case MUL -> apply(new Mul(), a, b);
            case DIV -> apply(new Div(), a, b);
            case MAXIMUM -> apply(new PairwiseExtremum(true), a, b);
            case MINIMUM -> apply(new PairwiseExtremum(false), a, b);
            case POW -> traces(a, b) ? composites.power(a, b) : inner.binary(f, a, b);
            case EQUAL, GREATER -> inner.binary(f, a, b);
        };
    }

    @Override
    public Tensor where(Tensor condition, Tensor a, Tensor b) {
        return apply(new Where(), condition, a, b);
    }

    @Override
    public Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        return traces(r, a, b) ? Kernels.super.absoluteShare(r, a, b, eps) : inner.absoluteShare(r, a, b, eps);
    }

    @Override
    public Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return traces(r, z) ? Kernels.super.stabilizedQuotient(r, z, eps) : inner.stabilizedQuotient(r, z, eps);
    }

    @Override
    public Tensor weightedQuotient(double weight, Tensor r, Tensor z, double eps, boolean signed) {
        return traces(r, z)
                ? Kernels.super.weightedQuotient(weight, r, z, eps, signed)
                : inner.weightedQuotient(weight, r, z, eps, signed);
    }

    @Override
    public Tensor[] signSplit(Tensor x) {
        return traces(x) ? Kernels.super.signSplit(x) : inner.signSplit(x);
    }

    @Override
    public Tensor signedShare(Tensor x, Tensor a, Tensor b) {
        return traces(x, a, b) ? Kernels.super.signedShare(x, a, b) : inner.signedShare(x, a, b);
    }

    // ---- reductions ---------------------------------------------------------------------------------------------

    @Override
    public Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        if (!traces(x)) {
            return inner.reduce(reduction, x, dims, keepDims);
        }
        return switch (reduction) {
            case SUM -> apply(new Sum(dims, keepDims), x);
            case MEAN -> apply(new Mean(dims, keepDims), x);
            case MAX -> apply(new SharedExtremum(dims, true, keepDims), x);
            case MIN -> apply(new SharedExtremum(dims, false, keepDims), x);
            case PROD -> composites.product(x, dims, keepDims);
        };
    }

    @Override
    public Indexed extremum(Tensor x, int dim, boolean largest) {
        if (!traces(x)) {
            return inner.extremum(x, dim, largest);
        }
        Value values = applied(new Extremum(dim, largest, false), x);
        return new Indexed(recording.traced(values), inner.extremum(x, dim, largest).indices());
    }

    @Override
    public Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        if (!traces(x)) {
            return inner.cumulativeSum(x, dim, reversed);
        }
        List<Integer> dims = List.of(dim);
        return reversed ? flip(apply(new CumSum(dim), flip(x, dims)), dims) : apply(new CumSum(dim), x);
    }

    @Override
    public double total(Tensor x) {
        return inner.total(x);
    }

    // ---- linear maps --------------------------------------------------------------------------------------------

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return apply(new MatMul(), a, b);
    }

    @Override
    public Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        return apply(new Conv(spec), x, w);
    }

    @Override
    public Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return traces(g, w)
                ? apply(ConvTranspose.to(xShape, g.shape(), w.shape(), spec), g, w)
                : inner.convInputAdjoint(g, w, xShape, spec);
    }

    @Override
    public Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        return apply(new ConvWeightAdjoint(spec, spatial(wShape)), x, g);
    }

    /** The sizes behind the first two dimensions. */
    private static List<Integer> spatial(Shape shape) {
        return shape.toList().subList(2, shape.rank());
    }

    // ---- pooling ------------------------------------------------------------------------------------------------

    @Override
    public Indexed maxPool(Tensor x, PoolSpec spec) {
        if (!traces(x)) {
            return inner.maxPool(x, spec);
        }
        Value values = applied(new MaxPool(spec), x);
        return new Indexed(recording.traced(values), inner.maxPool(x, spec).indices());
    }

    @Override
    public Tensor planeGather(Tensor x, Tensor indices) {
        return traces(x) ? composites.planeGather(x, indices) : inner.planeGather(x, indices);
    }

    @Override
    public Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        return traces(g) ? composites.planeScatter(g, indices, xShape) : inner.planeScatter(g, indices, xShape);
    }

    @Override
    public Tensor avgPool(Tensor x, PoolSpec spec) {
        return apply(new AvgPool(spec), x);
    }

    @Override
    public Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        return apply(new AvgPoolAdjoint(spec, spatial(xShape)), g);
    }

    @Override
    public Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        return apply(new AdaptiveAvgPool(outputSize), x);
    }

    @Override
    public Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        return apply(new AdaptiveAvgPoolAdjoint(spatial(xShape)), g);
    }

    // ---- normalisation ------------------------------------------------------------------------------------------

    @Override
    public Tensor softmax(Tensor x, int dim) {
        return apply(new Softmax(dim), x);
    }

    @Override
    public Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        return traces(y, g) ? composites.softmaxVjp(y, g, dim) : inner.softmaxVjp(y, g, dim);
    }

    @Override
    public Tensor logSoftmax(Tensor x, int dim) {
        return apply(new LogSoftmax(dim), x);
    }

    @Override
    public Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        return traces(y, g) ? composites.logSoftmaxVjp(y, g, dim) : inner.logSoftmaxVjp(y, g, dim);
    }

    @Override
    public Normalized standardize(Tensor x, int firstDim, double eps) {
        return traces(x) ? composites.standardize(x, firstDim, eps) : inner.standardize(x, firstDim, eps);
    }

    @Override
    public Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        return traces(g, x, mean, inverseDeviation)
                ? composites.standardizeVjp(g, x, mean, inverseDeviation, firstDim)
                : inner.standardizeVjp(g, x, mean, inverseDeviation, firstDim);
    }

    @Override
    public Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        return traces(x, scale, shift)
                ? composites.channelAffine(x, scale, shift)
                : inner.channelAffine(x, scale, shift);
    }

    @Override
    public Normalized channelStatistics(Tensor x, double eps) {
        return traces(x) ? composites.channelStatistics(x, eps) : inner.channelStatistics(x, eps);
    }

    // ---- attention ----------------------------------------------------------------------------------------------

    @Override
    public Attended attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        return traces(q, k, v, mask)
                ? Kernels.super.attention(q, k, v, mask, spec)
                : inner.attention(q, k, v, mask, spec);
    }

    @Override
    public Tensor[] attentionVjp(Tensor g, Tensor q, Tensor k, Tensor v, Tensor mask, Tensor logSumExp,
            AttentionSpec spec, boolean[] wanted) {
        return traces(g, q, k, v, mask, logSumExp)
                ? Kernels.super.attentionVjp(g, q, k, v, mask, logSumExp, spec, wanted)
                : inner.attentionVjp(g, q, k, v, mask, logSumExp, spec, wanted);
    }

    // ---- selection and layout -----------------------------------------------------------------------------------

    @Override
    public Tensor gather(Tensor x, int dim, Tensor index) {
        return apply(new Gather(dim), x, index);
    }

    @Override
    public Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        return apply(new ScatterAdd(dim), base, index, source);
    }

    @Override
    public Tensor indexSelect(Tensor x, int dim, Tensor index) {
        return apply(new IndexSelect(dim), x, index);
    }

    @Override
    public Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        return apply(new IndexAdd(dim), base, index, source);
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        return apply(new Cat(dim), parts.toArray(Tensor[]::new));
    }

    @Override
    public Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        return apply(new Pad(before, after, value), x);
    }

    @Override
    public Tensor flip(Tensor x, List<Integer> dims) {
        return apply(new Flip(dims), x);
    }

    @Override
    public Tensor contiguous(Tensor x) {
        if (x.isContiguous() || !traces(x)) {
            return inner.contiguous(x);
        }
        return recording.traced(inner.contiguous(x), () -> recording.valueOf(x));
    }

    @Override
    public Tensor cast(Tensor x, DType dtype) {
        if (!traces(x) || !dtype.isFloating() || x.dtype() == dtype) {
            return x.dtype() == dtype && traces(x) ? contiguous(x) : inner.cast(x, dtype);
        }
        return apply(new Cast(x.dtype(), dtype), x);
    }
}
