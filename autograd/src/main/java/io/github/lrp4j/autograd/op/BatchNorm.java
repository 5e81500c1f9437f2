package io.github.lrp4j.autograd.op;

import java.util.Optional;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Standardization;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.TreeSet;

/**
 * {@code y = (x - mean) / sqrt(variance + eps) * weight + bias} per channel, with known statistics: batch normalisation
 * in evaluation (Ioffe and Szegedy, arXiv 1502.03167).
 *
 * <p>Operands: x {@code [N, C, ...]}; weight, bias, mean and variance {@code [C]}. With {@code s = 1 / sqrt(variance + eps)}
 * the adjoint is {@code g weight s} to x, {@code sum g (x - mean) s} to the weight, {@code sum g} to the bias,
 * {@code -weight s sum g} to the mean and {@code -weight s^3 / 2 sum g (x - mean)} to the variance, sums over all but the
 * channels. Keeps x only for the weight's and the variance's cotangent.
 *
 * @param eps added to the variance
 */
public record BatchNorm(double eps) implements Standardization {
    /** Position of the input among the operands. */
    public static final int X = 0;
    /** Position of the weight among the operands. */
    public static final int WEIGHT = 1;
    /** Position of the bias among the operands. */
    public static final int BIAS = 2;
    /** Position of the mean among the operands. */
    public static final int MEAN = 3;
    /** Position of the variance among the operands. */
    public static final int VARIANCE = 4;

    @Override
    public String name() {
        return "batch_norm";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(X);
        PerChannel.require(x, operands.subList(WEIGHT, VARIANCE + 1));
        Tensor scale = scale(kernels, operands.get(WEIGHT), operands.get(VARIANCE));
        return Outputs.of(
                kernels.channelAffine(x, scale, shift(kernels, scale, operands.get(BIAS), operands.get(MEAN))));
    }

    /** {@code weight / sqrt(variance + eps)}: the scale per channel of {@code y = scale x + shift}. */
    public Tensor scale(Kernels kernels, Tensor weight, Tensor variance) {
        return kernels.binary(MUL, weight, inverseDeviation(kernels, variance));
    }

    /** {@code bias - mean scale}: the shift per channel of {@code y = scale x + shift}. */
    public Tensor shift(Kernels kernels, Tensor scale, Tensor bias, Tensor mean) {
        return kernels.binary(SUB, bias, kernels.binary(MUL, mean, scale));
    }

    private Tensor inverseDeviation(Kernels kernels, Tensor variance) {
        return kernels.unary(UnaryFn.of(UnaryFn.Kind.RSQRT),
                kernels.unary(new UnaryFn(UnaryFn.Kind.SHIFT, eps, 0), variance));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        TreeSet<Integer> kept = new TreeSet<>();
        if (wanted[X] || wanted[MEAN]) {
            kept.addAll(List.of(WEIGHT, VARIANCE));
        }
        if (wanted[WEIGHT]) {
            kept.addAll(List.of(X, MEAN, VARIANCE));
        }
        if (wanted[VARIANCE]) {
            kept.addAll(List.of(X, WEIGHT, MEAN, VARIANCE));
        }
        return new Keeps(List.copyOf(kept), false);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor[] result = new Tensor[5];
        if (wanted[X]) {
            result[X] = kernels.channelAffine(g, scale(saved), null);
        }
        if (wanted[BIAS] || wanted[MEAN]) {
            Tensor sum = PerChannel.sum(kernels, g);
            result[BIAS] = sum;
            result[MEAN] = wanted[MEAN] ? negated(kernels, kernels.binary(MUL, sum, scale(saved))) : null;
        }
        if (wanted[WEIGHT] || wanted[VARIANCE]) {
            Tensor inverse = inverseDeviation(kernels, saved.operand(VARIANCE));
            Tensor offset = negated(kernels, kernels.binary(MUL, saved.operand(MEAN), inverse));
            Tensor standardized = kernels.channelAffine(saved.operand(X), inverse, offset);
            Tensor sum = PerChannel.sum(kernels, kernels.binary(MUL, g, standardized));
            result[WEIGHT] = sum;
            if (wanted[VARIANCE]) {
                Tensor slope = kernels.binary(MUL, scale(saved), inverse);
                result[VARIANCE] =
                        kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, -0.5, 0), kernels.binary(MUL, sum, slope));
            }
        }
        return result;
    }

    private Tensor scale(Saved saved) {
        return scale(saved.kernels(), saved.operand(WEIGHT), saved.operand(VARIANCE));
    }

    private static Tensor negated(Kernels kernels, Tensor x) {
        return kernels.unary(UnaryFn.of(UnaryFn.Kind.NEG), x);
    }

    /** The statistics are constants: what is left of the mean is part of the {@link #shift(Saved) shift}. */
    @Override
    public Tensor adjointAtConstantDeviation(Saved saved, Tensor g) {
        return saved.kernels().channelAffine(g, scale(saved), null);
    }

    @Override
    public Optional<Tensor> shift(Saved saved) {
        Tensor shift = shift(saved.kernels(), scale(saved), saved.operand(BIAS), saved.operand(MEAN));
        return Optional.of(PerChannel.aligned(shift, saved.operandShape(X)));
    }
}
