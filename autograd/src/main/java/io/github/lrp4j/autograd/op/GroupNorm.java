package io.github.lrp4j.autograd.op;

import java.util.Optional;
import io.github.lrp4j.tensor.kernels.Reduction;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Standardization;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import java.util.List;

/**
 * {@code y = (x - mean) / sqrt(var + eps) * weight + bias} with mean and biased variance per sample and group of
 * channels: group normalisation (Wu and He, arXiv 1803.08494); instance normalisation with a group per channel.
 *
 * <p>Operands: x {@code [N, C, ...]}; weight and bias {@code [C]}, either both or none. With {@code xhat} the standardised
 * input, {@code s = 1 / sqrt(var + eps)} and {@code h = g weight} the adjoint is
 * {@code s (h - mean(h) - xhat mean(h xhat))} to x, {@code sum g xhat} to the weight, {@code sum g} to the bias. The extras
 * are mean and s per sample and group.
 *
 * @param groups number of groups, a divisor of C
 * @param eps added to the variance
 */
public record GroupNorm(int groups, double eps) implements Standardization {
    @Override
    public String name() {
        return "group_norm";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        PerChannel.require(x, operands.subList(1, operands.size()));
        if (groups < 1 || x.size(1) % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide the channels of " + x.shape());
        }
        Normalized standardized = kernels.standardize(grouped(kernels, x), 2, eps);
        Tensor y = standardized.output().reshape(x.shape());
        if (operands.size() > 1) {
            y = kernels.channelAffine(y, operands.get(1), operands.get(2));
        }
        return Outputs.of(y, standardized.mean(), standardized.inverseDeviation());
    }

    /** {@code [N, groups, cells of the group]}. */
    private Tensor grouped(Kernels kernels, Tensor x) {
        long cells = x.elements() / Math.max(1, (long) x.size(0) * groups);
        return View.see(kernels, x, Shape.of(x.size(0), groups, Math.toIntExact(cells)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Affine.keeps(wanted);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Shape shape = saved.operandShape(0);
        Tensor mean = saved.extra(0);
        Tensor inverse = saved.extra(1);
        Tensor[] result = new Tensor[wanted.length];
        if (wanted[0]) {
            Tensor h = wanted.length > 1 ? kernels.channelAffine(g, saved.operand(1), null) : g;
            result[0] =
                    kernels.standardizeVjp(grouped(kernels, h), grouped(kernels, saved.operand(0)), mean, inverse, 2)
                            .reshape(shape);
        }
        if (wanted.length > 1 && wanted[1]) {
            Tensor centred = kernels.binary(SUB, grouped(kernels, saved.operand(0)), mean);
            Tensor xhat = kernels.binary(MUL, centred, inverse).reshape(shape);
            result[1] = PerChannel.sum(kernels, kernels.binary(MUL, g, xhat));
        }
        if (wanted.length > 2 && wanted[2]) {
            result[2] = PerChannel.sum(kernels, g);
        }
        return result;
    }

    @Override
    public Tensor adjointAtConstantDeviation(Saved saved, Tensor g) {
        Kernels kernels = saved.kernels();
        Tensor h = saved.operandCount() > 1 ? kernels.channelAffine(g, saved.operand(1), null) : g;
        Tensor scaled = kernels.binary(MUL, grouped(kernels, h), saved.extra(1));
        return kernels.binary(SUB, scaled, kernels.reduce(Reduction.MEAN, scaled, List.of(2), true))
                .reshape(saved.operandShape(0));
    }

    @Override
    public Optional<Tensor> shift(Saved saved) {
        return saved.operandCount() > 2
                ? Optional.of(PerChannel.aligned(saved.operand(2), saved.operandShape(0)))
                : Optional.empty();
    }
}
