package io.github.lrp4j.autograd.op;

import java.util.Optional;
import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Standardization;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * {@code y = (x - mean(x)) / sqrt(var(x) + eps) * weight + bias} per channel, with the batch's own mean and biased
 * variance: batch normalisation in training (Ioffe and Szegedy, arXiv 1502.03167, algorithm 1).
 *
 * <p>Operands: x {@code [N, C, ...]}, weight and bias {@code [C]}. Outputs: y, mean {@code [C]}, variance {@code [C]}. With
 * {@code xhat} the standardised input, {@code s = 1 / sqrt(var + eps)} and m cells per channel, the adjoint of y is
 * {@code weight s (g - mean(g) - xhat mean(g xhat))} to x, {@code sum g xhat} to the weight and {@code sum g} to the bias;
 * of the mean {@code g / m} to x, of the variance {@code 2 g (x - mean) / m} to x. A constant channel gives the bias.
 *
 * @param eps added to the variance
 */
public record BatchNormTraining(double eps) implements Standardization {
    @Override
    public String name() {
        return "batch_norm_training";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        PerChannel.require(x, operands.subList(1, 3));
        if (x.elements() == x.size(1)) {
            throw new IllegalArgumentException("needs more than one value per channel, input " + x.shape());
        }
        Normalized statistics = kernels.channelStatistics(x, eps);
        Tensor scale = kernels.binary(MUL, operands.get(1), statistics.inverseDeviation());
        Tensor shift = kernels.binary(SUB, operands.get(2), kernels.binary(MUL, statistics.mean(), scale));
        Tensor y = kernels.channelAffine(x, scale, shift);
        return new Outputs(List.of(y, statistics.mean(), statistics.output()),
                List.of(statistics.mean(), statistics.inverseDeviation()));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return wanted[0] ? Keeps.operands(0, 1) : wanted[1] ? Keeps.operands(0) : Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[3];
        if (cotangents[0] != null) {
            ofOutput(saved, cotangents[0], wanted, result);
        }
        if (wanted[0] && (cotangents[1] != null || cotangents[2] != null)) {
            Tensor part = ofStatistics(saved, cotangents[1], cotangents[2]);
            result[0] = result[0] == null ? part : saved.kernels().binary(ADD, result[0], part);
        }
        return result;
    }

    private static void ofOutput(Saved saved, Tensor g, boolean[] wanted, Tensor[] result) {
        Kernels kernels = saved.kernels();
        Tensor sum = PerChannel.sum(kernels, g);
        result[2] = sum;
        if (!wanted[0] && !wanted[1]) {
            return;
        }
        Tensor inverse = saved.extra(1);
        Tensor offset = scaled(kernels, kernels.binary(MUL, saved.extra(0), inverse), -1);
        Tensor standardized = kernels.channelAffine(saved.operand(0), inverse, offset);
        Tensor moment = PerChannel.sum(kernels, kernels.binary(MUL, g, standardized));
        result[1] = moment;
        if (wanted[0]) {
            double weight = -1.0 / cells(saved);
            Tensor scale = kernels.binary(MUL, saved.operand(1), inverse);
            Tensor meanPart = scaled(kernels, kernels.binary(MUL, scale, sum), weight);
            Tensor momentPart = scaled(kernels, kernels.binary(MUL, scale, moment), weight);
            result[0] = kernels.binary(ADD, kernels.channelAffine(g, scale, meanPart),
                    kernels.channelAffine(standardized, momentPart, null));
        }
    }

    /** {@code (gMean + 2 gVariance (x - mean)) / m} as an affine map of x per channel. */
    private static Tensor ofStatistics(Saved saved, Tensor gMean, Tensor gVariance) {
        Kernels kernels = saved.kernels();
        double weight = 1.0 / cells(saved);
        if (gVariance == null) {
            int[] aligned = saved.operandShape(0).toArray();
            for (int d = 0; d < aligned.length; d++) {
                aligned[d] = d == 1 ? aligned[d] : 1;
            }
            return scaled(kernels, gMean, weight).reshape(aligned).expand(saved.operandShape(0));
        }
        Tensor scale = scaled(kernels, gVariance, 2 * weight);
        Tensor shift = scaled(kernels, kernels.binary(MUL, scale, saved.extra(0)), -1);
        if (gMean != null) {
            shift = kernels.binary(ADD, shift, scaled(kernels, gMean, weight));
        }
        return kernels.channelAffine(saved.operand(0), scale, shift);
    }

    private static long cells(Saved saved) {
        return saved.operandShape(0).elements() / saved.operandShape(0).size(1);
    }

    private static Tensor scaled(Kernels kernels, Tensor x, double factor) {
        return kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, factor, 0), x);
    }

    @Override
    public Tensor adjointAtConstantDeviation(Saved saved, Tensor g) {
        Kernels kernels = saved.kernels();
        Tensor scale = kernels.binary(MUL, saved.operand(1), saved.extra(1));
        Tensor mean = scaled(kernels, PerChannel.sum(kernels, g), 1.0 / cells(saved));
        return kernels.channelAffine(g, scale, scaled(kernels, kernels.binary(MUL, scale, mean), -1));
    }

    @Override
    public Optional<Tensor> shift(Saved saved) {
        return Optional.of(PerChannel.aligned(saved.operand(2), saved.operandShape(0)));
    }
}
