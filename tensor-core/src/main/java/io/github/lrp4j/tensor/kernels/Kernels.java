package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The numeric kernels: the only seam between lrp4j and a machine.
 *
 * <p>{@link ReferenceKernels} is the specification (plain loops, float64 arithmetic); every other implementation agrees
 * with it to the rounding of float32. Signatures speak of tensors, never of arrays, so that a device fits. All methods
 * are pure: operands are any strided views, results are fresh contiguous tensors unless a method says it may return a
 * view. The result type is the promoted type of the floating operands. Kernels that move, compare or add numbers keep
 * integers exact (a SUM, PROD or running sum of any integers is I64); the others read integers as F32. Implementations are
 * thread-safe.
 *
 * <p>Shape errors are {@link IllegalArgumentException}s that name the kernel and both shapes; an index that is out of range
 * is an {@link IndexOutOfBoundsException} that names the kernel, the index and the shape. Dimension arguments count from
 * the front and are valid.
 */
public interface Kernels {
    /** Short name for messages: {@code reference}, {@code simd-512}, {@code cuda}. */
    String name();

    /**
     * Says that nobody will read these numbers any more, so that their memory may serve others at once instead of waiting
     * for the collector. Without effect if somebody {@linkplain Tensor#hold holds} or {@linkplain Tensor#keep keeps} them, on
     * memory that is not these kernels', and by default.
     */
    default void release(Tensor x) {
    }

    // ---- elementwise --------------------------------------------------------------------------------------------

    /** {@code y = f(x)}. */
    Tensor unary(UnaryFn f, Tensor x);

    /** {@code f'(x) * g}; g has the shape of x. */
    Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g);

    /** {@code f'(x) * g} from the output {@code y = f(x)}; only where {@link UnaryFn#derivativeNeedsOnlyOutput()}. */
    Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g);

    /** {@code f(a, b)} with broadcasting; EQUAL and GREATER give BOOL. Integers are exact, but DIV of integers is F32. */
    Tensor binary(BinaryFn f, Tensor a, Tensor b);

    /** {@code condition ? a : b} with broadcasting; condition is BOOL. */
    Tensor where(Tensor condition, Tensor a, Tensor b);

    /** {@code r * |a| / (|a| + |b| + eps)}: the absolute share of a (broadcasting a and b to the shape of r). */
    default Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        Tensor size = unary(UnaryFn.of(UnaryFn.Kind.ABS), a);
        Tensor other = unary(UnaryFn.of(UnaryFn.Kind.ABS), b);
        Tensor total = unary(new UnaryFn(UnaryFn.Kind.SHIFT, eps, 0), binary(BinaryFn.ADD, size, other));
        return binary(BinaryFn.MUL, r, binary(BinaryFn.DIV, size, total));
    }

    /** {@code r / (z + eps sign z)} with {@code sign 0 = +1}: the quotient of the epsilon rule (broadcasting z to r). */
    default Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return binary(BinaryFn.DIV, r, unary(new UnaryFn(UnaryFn.Kind.STABILIZE, eps, 0), z));
    }

    /** {@code r / (z + eps)}: the quotient with a plain stabiliser (broadcasting z to r). */
    default Tensor shiftedQuotient(Tensor r, Tensor z, double eps) {
        return binary(BinaryFn.DIV, r, unary(new UnaryFn(UnaryFn.Kind.SHIFT, eps, 0), z));
    }

    /** {@code weight r / (z + eps sign z)} with {@code sign 0 = +1}, or {@code weight r / (z + eps)} where not signed. */
    default Tensor weightedQuotient(double weight, Tensor r, Tensor z, double eps, boolean signed) {
        Tensor part = weight == 1 ? r : unary(new UnaryFn(UnaryFn.Kind.SCALE, weight, 0), r);
        return signed ? stabilizedQuotient(part, z, eps) : shiftedQuotient(part, z, eps);
    }

    /**
     * The quotients of the gamma rule, {@code {s, t}} with {@code s = r / (u + eps sign u)}: where {@code z > 0}, {@code u =
     * (1 + gamma / 2) z + (gamma / 2) m} and {@code t = s}, elsewhere {@code u = (1 + gamma / 2) z - (gamma / 2) m} and
     * {@code t = -s}. Broadcasts z and m to r.
     *
     * @param z the output
     * @param m the output for magnitudes of both factors, {@code |z| <= m}
     * @param skipZero whether s and t are zero where z is exactly zero
     */
    default Tensor[] gammaQuotients(Tensor r, Tensor z, Tensor m, double gamma, double eps, boolean skipZero) {
        Tensor zero = Tensor.scalar(0, z.dtype());
        Tensor isPositive = binary(BinaryFn.GREATER, z, zero);
        Tensor wide = unary(new UnaryFn(UnaryFn.Kind.SCALE, 1 + gamma / 2, 0), z);
        Tensor signed = where(isPositive, m, unary(UnaryFn.of(UnaryFn.Kind.NEG), m));
        Tensor u = binary(BinaryFn.ADD, wide, unary(new UnaryFn(UnaryFn.Kind.SCALE, gamma / 2, 0), signed));
        Tensor s = stabilizedQuotient(r, u, eps);
        if (skipZero) {
            s = where(binary(BinaryFn.EQUAL, z, zero), Tensor.scalar(0, r.dtype()), s);
        }
        return new Tensor[] {s, where(isPositive, s, unary(UnaryFn.of(UnaryFn.Kind.NEG), s))};
    }

    /** {@code x (a s + b sign(x) t)}, that is {@code a x s + b |x| t} (broadcasting x to the shape of s and t). */
    default Tensor signedMix(Tensor x, Tensor s, double a, Tensor t, double b) {
        Tensor first = unary(new UnaryFn(UnaryFn.Kind.SCALE, a, 0), binary(BinaryFn.MUL, x, s));
        Tensor size = unary(UnaryFn.of(UnaryFn.Kind.ABS), x);
        return binary(BinaryFn.ADD, first,
                unary(new UnaryFn(UnaryFn.Kind.SCALE, b, 0), binary(BinaryFn.MUL, size, t)));
    }

    /** {@code {max(x, 0), min(x, 0)}}: x by its signs. */
    default Tensor[] signSplit(Tensor x) {
        return new Tensor[] {unary(UnaryFn.of(UnaryFn.Kind.RELU), x),
            unary(UnaryFn.of(UnaryFn.Kind.NEGATIVE_PART), x)};
    }

    /** {@code x a} where {@code x > 0}, {@code x b} elsewhere (broadcasting x to the shape of a and b). */
    default Tensor signedShare(Tensor x, Tensor a, Tensor b) {
        Operands.requireSameShape("signedShare", a.shape(), b.shape());
        Tensor chosen = where(binary(BinaryFn.GREATER, x, Tensor.scalar(0, x.dtype())), a, b);
        return binary(BinaryFn.MUL, x, chosen);
    }

    /** Whether r is zero wherever y is not positive (broadcasting y to the shape of r). */
    default boolean isZeroUnlessPositive(Tensor r, Tensor y) {
        Tensor zero = Tensor.scalar(0, y.dtype());
        Tensor elsewhere = where(binary(BinaryFn.GREATER, y, zero), Tensor.scalar(0, r.dtype()), r);
        return total(unary(UnaryFn.of(UnaryFn.Kind.ABS), elsewhere)) == 0;
    }

    // ---- reductions ---------------------------------------------------------------------------------------------

    /** Folds the dimensions {@code dims} (all where empty). Sums of float32 are accumulated so that error stays near one ulp of the largest partial sum per 10^4 terms. */
    Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims);

    /** Largest (or smallest) value along {@code dim}, which disappears, and its first position (int64); NaN wins. */
    Indexed extremum(Tensor x, int dim, boolean largest);

    /** {@code y_i = sum_{j <= i} x_j} along {@code dim}; {@code j >= i} where reversed. */
    Tensor cumulativeSum(Tensor x, int dim, boolean reversed);

    /** Sum of all elements in float64. */
    double total(Tensor x);

    /** x summed over the dimensions that broadcasting had stretched, so that it has {@code shape}; may return x itself. */
    default Tensor sumTo(Tensor x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        int lead = x.rank() - shape.rank();
        List<Integer> dims = new ArrayList<>();
        for (int d = 0; d < x.rank(); d++) {
            if (d < lead || (shape.size(d - lead) == 1 && x.size(d) != 1)) {
                dims.add(d);
            }
        }
        return (dims.isEmpty() ? x : reduce(Reduction.SUM, x, dims, true)).reshape(shape);
    }

    // ---- linear maps --------------------------------------------------------------------------------------------

    /**
     * {@code c[..., i, j] = sum_k a[..., i, k] b[..., k, j]}; rank at least 2, leading dimensions broadcast. Transposed
     * and strided operands are read in place.
     */
    Tensor matmul(Tensor a, Tensor b);

    /** Convolution (cross-correlation) without bias: x {@code [N, C, in...]}, w {@code [O, C / groups, kernel...]}, result {@code [N, O, out...]}. */
    Tensor conv(Tensor x, Tensor w, ConvSpec spec);

    /** {@link #matmul} and what follows it, {@code f(a b + bias + addend) factor}; a bias belongs to the last dimension. */
    default Tensor fusedMatmul(Tensor a, Tensor b, Epilogue epilogue) {
        Tensor product = matmul(a, b);
        return epilogue.apply(this, "fusedMatmul", product, product.rank() - 1);
    }

    /** {@link #conv} and what follows it, {@code f(conv(x, w) + bias + addend) factor}; a bias belongs to the channels. */
    default Tensor fusedConv(Tensor x, Tensor w, ConvSpec spec, Epilogue epilogue) {
        return epilogue.apply(this, "fusedConv", conv(x, w, spec), 1);
    }

    /** Adjoint of {@link #conv} to its input: {@code <conv(x, w), g> = <x, convInputAdjoint(g, w)>}; result has {@code xShape}. Also the transposed convolution. */
    Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec);

    /** {@link #convInputAdjoint} times {@code factor}, which has {@code xShape}: how relevance returns to an input. */
    default Tensor fusedConvInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Tensor factor) {
        return Epilogue.times(factor).apply(this, "fusedConvInputAdjoint", convInputAdjoint(g, w, xShape, spec), 1);
    }

    /** Adjoint of {@link #conv} to its weight: {@code <conv(x, w), g> = <w, convWeightAdjoint(g, x)>}; result has {@code wShape}. */
    Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec);

    // ---- pooling ------------------------------------------------------------------------------------------------

    /** Max pooling of {@code [N, C, in...]}; indices (int32) are positions in the flattened input plane, the first maximum (or NaN, which wins) in row-major window order. A window without any cell is an error. */
    Indexed maxPool(Tensor x, PoolSpec spec);

    /** {@code y = x at indices}, per plane: the values that a max pooling with these indices selects. x {@code [N, C, in...]}, indices {@code [N, C, out...]}. */
    Tensor planeGather(Tensor x, Tensor indices);

    /** Adjoint of {@link #planeGather}: g added at its index in a plane of zeros; the result has {@code xShape}. */
    Tensor planeScatter(Tensor g, Tensor indices, Shape xShape);

    /** Average pooling of {@code [N, C, in...]}. */
    Tensor avgPool(Tensor x, PoolSpec spec);

    /** Adjoint of {@link #avgPool}. */
    Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec);

    /** Average over the windows {@code floor(i in / out) .. ceil((i + 1) in / out)} per spatial dimension. */
    Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize);

    /** Adjoint of {@link #adaptiveAvgPool}. */
    Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape);

    // ---- resampling ---------------------------------------------------------------------------------------------

    /** Weighted means of cells around places that shapes decide: {@code [N, C, in...]} to {@code [N, C, size...]}. */
    default Tensor interpolate(Tensor x, Resampling spec) {
        return new ComposedResampling(this, spec).forward(x);
    }

    /** Adjoint of {@link #interpolate}: {@code <interpolate(x), g> = <x, interpolateAdjoint(g)>}; result has {@code xShape}. */
    default Tensor interpolateAdjoint(Tensor g, Shape xShape, Resampling spec) {
        Operands.requireSameShape("interpolateAdjoint", spec.outputShape(xShape), g.shape());
        return new ComposedResampling(this, spec).adjoint(g, xShape);
    }

    // ---- normalisation ------------------------------------------------------------------------------------------

    /** {@code exp(x - max) / sum exp(x - max)} along {@code dim}; a row of minus infinities gives NaN. */
    Tensor softmax(Tensor x, int dim);

    /** {@code y (g - sum(g y))} along {@code dim}, where {@code y = softmax(x)}. */
    Tensor softmaxVjp(Tensor y, Tensor g, int dim);

    /** {@code x - max - ln sum exp(x - max)} along {@code dim}. */
    Tensor logSoftmax(Tensor x, int dim);

    /** {@code g - exp(y) sum(g)} along {@code dim}, where {@code y = logSoftmax(x)}. */
    Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim);

    /**
     * {@code (x - mean) / sqrt(var + eps)} over all dimensions from {@code firstDim} on (biased variance). Statistics have
     * the leading shape with those dimensions of size 1.
     */
    Normalized standardize(Tensor x, int firstDim, double eps);

    /**
     * {@code (x - mean) / sqrt(var + eps) scale + shift}: {@link #standardize}, its statistics included, with a scale and a
     * shift of the shape of the dimensions from {@code firstDim} on. A null shift is zero.
     */
    default Normalized layerNorm(Tensor x, Tensor scale, Tensor shift, int firstDim, double eps) {
        Shape normalized = Shape.of(x.shape().toList().subList(firstDim, x.rank()));
        Operands.requireSameShape("layerNorm", normalized, scale.shape());
        Operands.requireSameShape("layerNorm", normalized, shift == null ? normalized : shift.shape());
        Normalized standardized = standardize(x, firstDim, eps);
        Tensor scaled = binary(BinaryFn.MUL, standardized.output(), scale);
        return new Normalized(shift == null ? scaled : binary(BinaryFn.ADD, scaled, shift), standardized.mean(),
                standardized.inverseDeviation());
    }

    /**
     * Adjoint of {@link #standardize}: {@code rstd (g - mean(g) - xhat mean(g xhat))} with {@code xhat = (x - mean) rstd}.
     */
    Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim);

    /**
     * {@code x scale + shift} per channel (dimension 1 of {@code [N, C, ...]}; scale and shift {@code [C]}): batch
     * normalisation with known statistics. A null shift is zero.
     */
    Tensor channelAffine(Tensor x, Tensor scale, Tensor shift);

    /** Biased variance and mean of each channel (dimension 1) over all other dimensions: {@code output} is the variance, {@code inverseDeviation = 1 / sqrt(var + eps)}, all {@code [C]}. */
    Normalized channelStatistics(Tensor x, double eps);

    // ---- attention ----------------------------------------------------------------------------------------------

    /**
     * {@code y_i = sum_j p_ij v_j} with {@code p = softmax(scale q k^T + mask)} along the keys: q {@code [..., L, E]}, k
     * {@code [..., S, E]}, v {@code [..., S, Ev]}; leading dimensions broadcast. A query that sees no key gets 0. Where v is
     * not finite at a masked key, the result may be NaN. Never holds all scores at once.
     *
     * @param mask BOOL (true: may attend) or floating (added), broadcasts to {@code [..., L, S]}; null for none
     */
    default Attended attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        return new ComposedAttention(this, new AttentionHeads(q, k, v, mask, spec), spec).forward();
    }

    /**
     * Adjoint of {@link #attention} for the cotangent g of its output, with {@code p} computed again from the statistics: with
     * {@code ds = p (g v^T - sum(p g v^T))}, {@code scale ds k} to q, {@code scale ds^T q} to k, {@code p^T g} to v, and ds to
     * a floating mask, summed over stretched dimensions.
     *
     * @param logSumExp as the forward kernel gave it
     * @param wanted for q, k, v and mask; others stay null in the result, which has four entries
     */
    default Tensor[] attentionVjp(Tensor g, Tensor q, Tensor k, Tensor v, Tensor mask, Tensor logSumExp,
            AttentionSpec spec,
            boolean[] wanted) {
        AttentionHeads heads = new AttentionHeads(q, k, v, mask, spec);
        heads.requireCotangent(g, logSumExp);
        return new ComposedAttention(this, heads, spec).vjp(g, logSumExp, wanted);
    }

    // ---- selection and layout -----------------------------------------------------------------------------------

    /** {@code y[i][j] = x[index[i][j]][j]} (for dim 0): index (int64) has the rank of x; negative indices count from the end. */
    Tensor gather(Tensor x, int dim, Tensor index);

    /** A copy of {@code base} with {@code base[index[i][j]][j] += source[i][j]} (for dim 0); repeated indices accumulate. */
    Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source);

    /** Rows of x along {@code dim} named by the int64 vector {@code index}. */
    Tensor indexSelect(Tensor x, int dim, Tensor index);

    /** A copy of {@code base} with the slices of {@code source} along {@code dim} added at the positions {@code index}. */
    Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source);

    /** The tensors one after another along {@code dim}; all other sizes agree. */
    Tensor concat(List<Tensor> parts, int dim);

    /** x with {@code before[d]} cells of {@code value} in front of dimension d and {@code after[d]} behind; negative crops. */
    Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value);

    /** x in reverse order along {@code dims}. */
    Tensor flip(Tensor x, List<Integer> dims);

    /** x as a contiguous tensor; may return x itself. */
    Tensor contiguous(Tensor x);

    /** x as another type; may return x itself. */
    Tensor cast(Tensor x, DType dtype);
}
