package io.github.lrp4j.autograd;

import io.github.lrp4j.autograd.expr.CrossEntropy;
import io.github.lrp4j.autograd.op.AdaptiveAvgPool;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.AvgPool;
import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.autograd.op.BatchNormTraining;
import io.github.lrp4j.autograd.op.Cat;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.ConvTranspose;
import io.github.lrp4j.autograd.op.Div;
import io.github.lrp4j.autograd.op.Dropout;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.Embedding;
import io.github.lrp4j.autograd.op.Expand;
import io.github.lrp4j.autograd.op.Extremum;
import io.github.lrp4j.autograd.op.Gather;
import io.github.lrp4j.autograd.op.GroupNorm;
import io.github.lrp4j.autograd.op.IndexSelect;
import io.github.lrp4j.autograd.op.LayerNorm;
import io.github.lrp4j.autograd.op.LogSoftmax;
import io.github.lrp4j.autograd.op.MaskedFill;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.MaxPool;
import io.github.lrp4j.autograd.op.Mean;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.autograd.op.Pad;
import io.github.lrp4j.autograd.op.Permute;
import io.github.lrp4j.autograd.op.RmsNorm;
import io.github.lrp4j.autograd.op.ScaledDotProductAttention;
import io.github.lrp4j.autograd.op.Select;
import io.github.lrp4j.autograd.op.Slice;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.autograd.op.Split;
import io.github.lrp4j.autograd.op.Stack;
import io.github.lrp4j.autograd.op.Sub;
import io.github.lrp4j.autograd.op.Sum;
import io.github.lrp4j.autograd.op.Unbind;
import io.github.lrp4j.autograd.op.View;
import io.github.lrp4j.autograd.op.Where;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What user code holds: a tensor and the node that produced it.
 *
 * <p>Immutable; there are no in-place operations. Dropping a value frees its tensor unless a node kept it. The methods
 * apply ops and record them on the value's tape; operands that do not fit are an {@link OpException} with op, scope and
 * shapes. Dimension arguments may be negative and then count from the end; images are {@code [N, C, H, W]}.
 */
public final class Value {
    /** Null where the numbers are pending. */
    private final Tensor tensor;
    /** Null where they are not. */
    private final Pending pending;
    private final Node node;
    private final int output;

    Value(Tensor tensor, Node node, int output) {
        this.tensor = tensor;
        this.pending = null;
        this.node = node;
        this.output = output;
    }

    /** The only output of {@code node}, whose numbers may still be joined by what follows. */
    Value(Pending pending, Node node) {
        this.tensor = null;
        this.pending = pending;
        this.node = node;
        this.output = 0;
    }

    /**
     * The value that a node once gave, from the numbers that were kept or recovered for it.
     *
     * @param tensor of the shape of that output
     */
    public static Value of(Node node, int output, Tensor tensor) {
        if (!tensor.shape().equals(node.outputShape(output))) {
            throw new IllegalArgumentException("value of " + node + ": shapes differ, output "
                    + node.outputShape(output) + ", numbers " + tensor.shape());
        }
        return new Value(tensor, node, output);
    }

    /** The numbers, which from now on stay, even if {@link Graph#free()} gives back the graph's. */
    public Tensor tensor() {
        return numbers().keep();
    }

    /** The numbers, to compute with. */
    Tensor numbers() {
        return tensor != null ? tensor : pending.tensor();
    }

    /** Null if there are numbers from the start. */
    Pending pending() {
        return pending;
    }

    /** Sizes. */
    public Shape shape() {
        return node.outputShape(output);
    }

    private DType dtype() {
        return node.dtype(output);
    }

    /** The node that produced this value. */
    public Node node() {
        return node;
    }

    /** Which of the node's outputs this is. */
    public int output() {
        return output;
    }

    /** The tape that records what is done with this value. */
    public Tape tape() {
        return node.tape();
    }

    private Value apply(Op op, Value... others) {
        Value[] operands = new Value[others.length + 1];
        operands[0] = this;
        System.arraycopy(others, 0, operands, 1, others.length);
        return tape().apply(op, operands);
    }

    private Value elementwise(UnaryFn.Kind kind) {
        return elementwise(UnaryFn.of(kind));
    }

    private Value elementwise(UnaryFn.Kind kind, double alpha, double beta) {
        return elementwise(new UnaryFn(kind, alpha, beta));
    }

    /** Runs shape arithmetic that belongs to an op, so that its errors name op and scope. */
    private <T> T named(String op, Supplier<T> arithmetic) {
        try {
            return arithmetic.get();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new OpException(op, tape().scope(), e);
        }
    }

    /**
     * Dimension {@code dim} counted from the front; for expressions that are made of ops.
     *
     * @param op name for the error if there is no such dimension
     */
    public int axis(String op, int dim) {
        return named(op, () -> shape().axis(dim));
    }

    private List<Integer> axes(String op, List<Integer> dims) {
        return dims.stream().map(dim -> axis(op, dim)).toList();
    }

    // ---- arithmetic ---------------------------------------------------------------------------------------------

    /** {@code this + other}, broadcasting. */
    public Value add(Value other) {
        return apply(new Add(1), other);
    }

    /** {@code this + alpha other}, broadcasting. */
    public Value add(Value other, double alpha) {
        return apply(new Add(alpha), other);
    }

    /** {@code this - other}, broadcasting. */
    public Value sub(Value other) {
        return apply(new Sub(), other);
    }

    /** {@code this * other} elementwise, broadcasting. */
    public Value mul(Value other) {
        return apply(new Mul(), other);
    }

    /** {@code this / other} elementwise, broadcasting. */
    public Value div(Value other) {
        return apply(new Div(), other);
    }

    /** {@code factor * this}. */
    public Value scale(double factor) {
        return elementwise(UnaryFn.Kind.SCALE, factor, 0);
    }

    /** {@code this + amount}. */
    public Value shift(double amount) {
        return elementwise(UnaryFn.Kind.SHIFT, amount, 0);
    }

    /** {@code this^exponent}. */
    public Value pow(double exponent) {
        return elementwise(UnaryFn.Kind.POW, exponent, 0);
    }

    /** {@code this + bias} with one number of {@code bias} ({@code [size(dim)]}) per entry of dimension {@code dim}. */
    public Value addBias(Value bias, int dim) {
        return apply(new AddBias(axis("add_bias", dim)), bias);
    }

    // ---- functions of one number --------------------------------------------------------------------------------

    /** {@code f(x)} elementwise, for the functions that have no method of their own here. */
    public Value elementwise(UnaryFn f) {
        return apply(new Elementwise(f));
    }

    /** {@code -x}. */
    public Value neg() {
        return elementwise(UnaryFn.Kind.NEG);
    }

    /** {@code |x|}. */
    public Value abs() {
        return elementwise(UnaryFn.Kind.ABS);
    }

    /** {@code x^2}. */
    public Value square() {
        return elementwise(UnaryFn.Kind.SQUARE);
    }

    /** {@code sqrt x}. */
    public Value sqrt() {
        return elementwise(UnaryFn.Kind.SQRT);
    }

    /** {@code 1 / sqrt x}. */
    public Value rsqrt() {
        return elementwise(UnaryFn.Kind.RSQRT);
    }

    /** {@code 1 / x}. */
    public Value reciprocal() {
        return elementwise(UnaryFn.Kind.RECIPROCAL);
    }

    /** {@code e^x}. */
    public Value exp() {
        return elementwise(UnaryFn.Kind.EXP);
    }

    /** {@code ln x}. */
    public Value log() {
        return elementwise(UnaryFn.Kind.LOG);
    }

    /** {@code tanh x}. */
    public Value tanh() {
        return elementwise(UnaryFn.Kind.TANH);
    }

    /** {@code 1 / (1 + e^-x)}. */
    public Value sigmoid() {
        return elementwise(UnaryFn.Kind.SIGMOID);
    }

    /** {@code max(x, 0)}. */
    public Value relu() {
        return elementwise(UnaryFn.Kind.RELU);
    }

    /** {@code x Phi(x)} with the normal distribution function {@code Phi}. */
    public Value gelu() {
        return elementwise(UnaryFn.Kind.GELU);
    }

    /** {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}. */
    public Value geluTanh() {
        return elementwise(UnaryFn.Kind.GELU_TANH);
    }

    /** {@code x / (1 + e^-x)}. */
    public Value silu() {
        return elementwise(UnaryFn.Kind.SILU);
    }

    /** {@code x > 0 ? x : slope * x}. */
    public Value leakyRelu(double slope) {
        return elementwise(UnaryFn.Kind.LEAKY_RELU, slope, 0);
    }

    /** {@code min(max(x, low), high)}. */
    public Value clamp(double low, double high) {
        return elementwise(UnaryFn.Kind.CLAMP, low, high);
    }

    // ---- linear maps --------------------------------------------------------------------------------------------

    /**
     * Matrix product over the last two dimensions; leading dimensions broadcast. A vector on the left is a row, on the
     * right a column, and its dimension disappears from the result.
     */
    public Value matmul(Value other) {
        boolean row = shape().rank() == 1;
        boolean column = other.shape().rank() == 1;
        Value left = row ? unsqueeze(0) : this;
        Value right = column ? other.unsqueeze(1) : other;
        Value product = left.apply(new MatMul(), right);
        product = column ? product.squeeze(-1) : product;
        return row ? product.squeeze(column ? -1 : -2) : product;
    }

    /**
     * {@code this weight^T + bias}: this {@code [..., I]}, weight {@code [O, I]}, bias {@code [O]} or null, result
     * {@code [..., O]}. A matrix product of all rows at once and an {@link AddBias}.
     */
    public Value linear(Value weight, Value bias) {
        Value rows = shape().rank() == 2 ? this : reshape(-1, inputWidth());
        Value product = rows.matmul(weight.transpose(0, 1));
        product = bias == null ? product : product.addBias(bias, -1);
        return shape().rank() == 2 ? product : product.reshape(shape().with(-1, product.shape().size(1)));
    }

    /**
     * {@code softmax(scale q k^T + mask) v}: these queries {@code [..., L, E]}, keys {@code [..., S, E]}, values
     * {@code [..., S, Ev]}, result {@code [..., L, Ev]}, in one op that never holds all scores.
     *
     * @param mask BOOL (true: may attend) or floating (added), broadcasts to {@code [..., L, S]}; null for none
     */
    public Value scaledDotProductAttention(Value keys, Value values, Value mask, AttentionSpec spec) {
        ScaledDotProductAttention op = new ScaledDotProductAttention(spec);
        return mask == null ? apply(op, keys, values) : apply(op, keys, values, mask);
    }

    private int inputWidth() {
        return shape().size(axis("linear", -1));
    }

    /** Convolution of {@code [N, C, in...]} (or one sample without N) with weight {@code [O, C / groups, kernel...]}. */
    public Value conv(Value weight, ConvSpec spec) {
        return batched(spec.spatial(), x -> x.apply(new Conv(spec), weight));
    }

    /** {@link #conv(Value, ConvSpec)} with a bias {@code [O]} added per channel where it is not null. */
    public Value conv(Value weight, Value bias, ConvSpec spec) {
        return batched(spec.spatial(), x -> {
            Value product = x.apply(new Conv(spec), weight);
            return bias == null ? product : product.addBias(bias, 1);
        });
    }

    /**
     * Transposed convolution of {@code [N, C, in...]} (or one sample without N) with weight {@code [C, O / groups,
     * kernel...]}; the bias {@code [O]} may be null.
     *
     * @param outputPadding per spatial dimension, less than the stride
     */
    public Value convTranspose(Value weight, Value bias, ConvSpec spec, List<Integer> outputPadding) {
        return batched(spec.spatial(), x -> {
            Value product = x.apply(new ConvTranspose(spec, outputPadding), weight);
            return bias == null ? product : product.addBias(bias, 1);
        });
    }

    /** Applies what needs {@code [N, C, spatial...]}, giving a single sample a batch dimension for the time. */
    private Value batched(int spatial, UnaryOperator<Value> function) {
        return shape().rank() == spatial + 1 ? function.apply(unsqueeze(0)).squeeze(0) : function.apply(this);
    }

    // ---- pooling ------------------------------------------------------------------------------------------------

    /** Largest value per window of {@code [N, C, in...]} (or one sample without N). */
    public Value maxPool(PoolSpec spec) {
        return batched(spec.spatial(), x -> x.apply(new MaxPool(spec)));
    }

    /** Average per window of {@code [N, C, in...]} (or one sample without N). */
    public Value avgPool(PoolSpec spec) {
        return batched(spec.spatial(), x -> x.apply(new AvgPool(spec)));
    }

    /**
     * Average pooling of {@code [N, C, in...]} (or one sample without N) to {@code [N, C, outputSize...]}. To one cell it is
     * recorded as the {@link Mean} over the spatial dimensions.
     */
    public Value adaptiveAvgPool(int... outputSize) {
        int spatial = outputSize.length;
        if (Arrays.stream(outputSize).allMatch(size -> size == 1) && shape().rank() > spatial) {
            return mean(IntStream.rangeClosed(1, spatial).map(d -> -d).sorted().boxed().toList(), true);
        }
        List<Integer> sizes = Arrays.stream(outputSize).boxed().toList();
        return batched(spatial, x -> x.apply(new AdaptiveAvgPool(sizes)));
    }

    // ---- reductions ---------------------------------------------------------------------------------------------

    /** Sum of all elements, a scalar. */
    public Value sum() {
        return sum(List.of(), false);
    }

    /** Sum over {@code dims} (all where empty). */
    public Value sum(List<Integer> dims, boolean keepDims) {
        return apply(new Sum(axes("sum", dims), keepDims));
    }

    /** Mean of all elements, a scalar. */
    public Value mean() {
        return mean(List.of(), false);
    }

    /** Mean over {@code dims} (all where empty). */
    public Value mean(List<Integer> dims, boolean keepDims) {
        return apply(new Mean(axes("mean", dims), keepDims));
    }

    /** Largest value along {@code dim}; the gradient goes to the first one among equals. */
    public Value max(int dim, boolean keepDim) {
        return apply(new Extremum(axis("max", dim), true, keepDim));
    }

    /** Smallest value along {@code dim}; the gradient goes to the first one among equals. */
    public Value min(int dim, boolean keepDim) {
        return apply(new Extremum(axis("min", dim), false, keepDim));
    }

    // ---- selection ----------------------------------------------------------------------------------------------

    /** {@code mask ? value : x} elementwise; the mask is BOOL and broadcasts. */
    public Value maskedFill(Value mask, double value) {
        return apply(new MaskedFill(value), mask);
    }

    /** {@code condition ? a : b} elementwise, broadcasting; this is the condition, a BOOL. */
    public Value where(Value a, Value b) {
        return apply(new Where(), a, b);
    }

    /** {@code y[i][j] = x[index[i][j]][j]} (for dim 0); the index is int64. */
    public Value gather(int dim, Value index) {
        return apply(new Gather(axis("gather", dim)), index);
    }

    /** The slices along {@code dim} that the int64 vector {@code index} names. */
    public Value indexSelect(int dim, Value index) {
        return apply(new IndexSelect(axis("index_select", dim)), index);
    }

    /** The rows of this table {@code [V, D]} that {@code ids} (int64, any shape) name: {@code [ids..., D]}. */
    public Value embedding(Value ids) {
        return apply(new Embedding(Embedding.NO_PADDING), ids);
    }

    /** {@code x / (1 - p)} with every cell dropped to 0 with probability p; for training. Records nothing where p is 0. */
    public Value dropout(double p, RandomGenerator random) {
        return p == 0 ? this : apply(new Dropout(p, random.nextLong()));
    }

    // ---- shape --------------------------------------------------------------------------------------------------

    /** The same elements in row-major order under another shape; one size may be -1 and is derived. */
    public Value reshape(int... sizes) {
        return reshape(named("view", () -> shape().inferred(sizes)));
    }

    /** The same elements in row-major order under another shape. */
    public Value reshape(Shape shape) {
        return apply(new View(shape));
    }

    /** Dimensions {@code fromDim} to the last as one. */
    public Value flatten(int fromDim) {
        return flatten(fromDim, -1);
    }

    /** Dimensions {@code fromDim} to {@code toDim} (included) as one. */
    public Value flatten(int fromDim, int toDim) {
        if (shape().rank() == 0) {
            return reshape(1);
        }
        int from = axis("flatten", fromDim);
        int to = axis("flatten", toDim);
        if (from >= to) {
            return this;
        }
        int[] sizes = shape().toArray();
        int[] merged = new int[sizes.length - (to - from)];
        System.arraycopy(sizes, 0, merged, 0, from);
        merged[from] = Arrays.stream(sizes, from, to + 1).reduce(1, Math::multiplyExact);
        System.arraycopy(sizes, to + 1, merged, from + 1, sizes.length - to - 1);
        return reshape(Shape.of(merged));
    }

    /** With a new dimension of size 1 before dimension {@code dim}. */
    public Value unsqueeze(int dim) {
        return reshape(named("unsqueeze", () -> shape().inserted(dim, 1)));
    }

    /** Without dimension {@code dim} if its size is 1, else this. */
    public Value squeeze(int dim) {
        int axis = axis("squeeze", dim);
        return shape().size(axis) == 1 ? reshape(shape().without(axis)) : this;
    }

    /** Dimension i of the result is dimension {@code order[i]} of this value. */
    public Value permute(int... order) {
        return apply(new Permute(axes("permute", Arrays.stream(order).boxed().toList())));
    }

    /** Dimensions {@code a} and {@code b} exchanged. */
    public Value transpose(int a, int b) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, shape().rank()).boxed().toList());
        Collections.swap(order, axis("transpose", a), axis("transpose", b));
        return apply(new Permute(order));
    }

    /** Elements {@code start .. end - 1} along {@code dim}; negative bounds count from the end, all are clamped. */
    public Value slice(int dim, int start, int end) {
        return slice(dim, start, end, 1);
    }

    /** Elements {@code start, start + step, ...} before {@code end} along {@code dim}. */
    public Value slice(int dim, int start, int end, int step) {
        int axis = axis("slice", dim);
        int size = shape().size(axis);
        int from = Math.clamp(start < 0 ? start + size : start, 0, size);
        int to = Math.clamp(end < 0 ? end + size : end, from, size);
        return apply(new Slice(axis, from, to, step));
    }

    /** Element {@code index} along {@code dim}, which disappears; a negative index counts from the end. */
    public Value select(int dim, int index) {
        int axis = axis("select", dim);
        int size = shape().size(axis);
        return apply(new Select(axis, index < 0 && index >= -size ? index + size : index));
    }

    /** Broadcast to {@code shape}: sizes of 1 stretch, new dimensions appear at the front. */
    public Value expand(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Expand(shape));
    }

    /** Broadcast to these sizes; -1 leaves a size as it is. */
    public Value expand(int... sizes) {
        int[] to = sizes.clone();
        for (int d = 0; d < to.length; d++) {
            int from = d - to.length;
            to[d] = to[d] == -1 ? shape().size(axis("expand", from)) : to[d];
        }
        return expand(Shape.of(to));
    }

    /** With {@code before[d]} cells of {@code value} in front of dimension d and {@code after[d]} behind; negative crops. */
    public Value pad(List<Integer> before, List<Integer> after, double value) {
        return apply(new Pad(before, after, value));
    }

    /** The values one after another along {@code dim}; all other sizes agree. */
    public static Value cat(int dim, Value... parts) {
        Value first = first("cat", parts);
        return first.tape().apply(new Cat(first.axis("cat", dim)), parts);
    }

    /** Values of one shape along a new dimension at {@code dim}. */
    public static Value stack(int dim, Value... parts) {
        Value first = first("stack", parts);
        int axis = first.named("stack", () -> first.shape().inserted(dim, parts.length).axis(dim));
        return first.tape().apply(new Stack(axis), parts);
    }

    private static Value first(String op, Value... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException(op + ": no values");
        }
        return parts[0];
    }

    /** Every entry along {@code dim}, which disappears. */
    public List<Value> unbind(int dim) {
        return tape().applyAll(new Unbind(axis("unbind", dim)), this);
    }

    /** Consecutive parts of these sizes along {@code dim}. */
    public List<Value> split(int dim, int... sizes) {
        return tape().applyAll(new Split(axis("split", dim), Arrays.stream(sizes).boxed().toList()), this);
    }

    // ---- normalisation ------------------------------------------------------------------------------------------

    /** {@code e^x / sum e^x} along {@code dim}. */
    public Value softmax(int dim) {
        return alongDimension(x -> x.apply(new Softmax(x.axis("softmax", dim))));
    }

    /** {@code ln(softmax(x))} along {@code dim}, without the detour. */
    public Value logSoftmax(int dim) {
        return alongDimension(x -> x.apply(new LogSoftmax(x.axis("log_softmax", dim))));
    }

    /** A scalar counts as a vector of one. */
    private Value alongDimension(UnaryOperator<Value> function) {
        return shape().rank() == 0 ? function.apply(reshape(1)).reshape(Shape.SCALAR) : function.apply(this);
    }

    /**
     * {@code (x - mean) / sqrt(var + eps) * weight + bias} over the last {@code dims} dimensions.
     *
     * @param weight of the shape of those dimensions; null for none, then bias is null too
     * @param bias of the same shape; null for none
     */
    public Value layerNorm(int dims, Value weight, Value bias, double eps) {
        return apply(new LayerNorm(dims, eps), present(weight, bias));
    }

    /** {@code x / sqrt(mean(x^2) + eps) * weight} over the last {@code dims} dimensions; the weight may be null. */
    public Value rmsNorm(int dims, Value weight, double eps) {
        return apply(new RmsNorm(dims, eps), present(weight, null));
    }

    /**
     * {@code (x - mean) / sqrt(var + eps) * weight + bias} per sample and group of channels of {@code [N, C, ...]}.
     *
     * @param weight {@code [C]}; null for none, then bias is null too
     * @param bias {@code [C]}
     */
    public Value groupNorm(int groups, Value weight, Value bias, double eps) {
        return apply(new GroupNorm(groups, eps), present(weight, bias));
    }

    /**
     * {@code (x - mean) / sqrt(var + eps) * weight + bias} per sample and channel of {@code [N, C, ...]}: a {@link #groupNorm}
     * whose groups are the channels (Ulyanov et al., arXiv 1607.08022).
     *
     * @param weight {@code [C]}; null for none, then bias is null too
     * @param bias {@code [C]}
     */
    public Value instanceNorm(Value weight, Value bias, double eps) {
        return groupNorm(shape().size(axis("instance_norm", 1)), weight, bias, eps);
    }

    /** Mean cross entropy of these class scores {@code [N, C, ...]} with integer classes {@code [N, ...]}, a scalar. */
    public Value crossEntropy(Tensor classes) {
        return CrossEntropy.MEAN.of(this, classes);
    }

    private static Value[] present(Value weight, Value bias) {
        if (weight == null && bias != null) {
            throw new IllegalArgumentException("a normalisation with a bias needs a weight, bias " + bias.shape());
        }
        return weight == null ? new Value[0] : bias == null ? new Value[] {weight} : new Value[] {weight, bias};
    }

    /**
     * {@code (x - mean) / sqrt(variance + eps) * weight + bias} per channel of {@code [N, C, ...]}: batch normalisation in
     * evaluation.
     *
     * @param mean running mean {@code [C]}, a constant
     * @param variance running variance {@code [C]}, a constant
     * @param weight {@code [C]}, null for ones
     * @param bias {@code [C]}, null for zeros
     */
    public Value batchNorm(Tensor mean, Tensor variance, Value weight, Value bias, double eps) {
        return apply(new BatchNorm(eps), perChannel(weight, 1), perChannel(bias, 0), tape().constant(mean),
                tape().constant(variance));
    }

    /**
     * Batch normalisation with the statistics of this batch {@code [N, C, ...]}: training.
     *
     * @param weight {@code [C]}, null for ones
     * @param bias {@code [C]}, null for zeros
     * @return the normalised values, and the statistics from which running ones are updated
     */
    public BatchNormalized batchNormTraining(Value weight, Value bias, double eps) {
        List<Value> outputs =
                tape().applyAll(new BatchNormTraining(eps), this, perChannel(weight, 1), perChannel(bias, 0));
        long cells = shape().elements() / Math.max(1, shape().size(1));
        return new BatchNormalized(outputs.get(0), outputs.get(1).tensor(), outputs.get(2).tensor(), cells);
    }

    private Value perChannel(Value given, double otherwise) {
        return given != null
                ? given
                : tape().constant(
                        Tensor.full(otherwise, dtype(), Shape.of(shape().size(axis("batch_norm", 1)))));
    }
}
