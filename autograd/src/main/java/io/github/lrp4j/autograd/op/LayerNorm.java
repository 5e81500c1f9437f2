package io.github.lrp4j.autograd.op;

import java.util.stream.IntStream;
import java.util.Optional;
import io.github.lrp4j.tensor.kernels.Reduction;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Standardization;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import java.util.List;

/**
 * {@code y = (x - mean) / sqrt(var + eps) * weight + bias} over the last dimensions, with biased variance: layer
 * normalisation (Ba et al., arXiv 1607.06450).
 *
 * <p>Operands: x; weight and bias of the shape of the normalised dimensions, either both, the weight alone, or none. With
 * {@code xhat} the standardised input, {@code s = 1 / sqrt(var + eps)} and {@code h = g weight} the adjoint is
 * {@code s (h - mean(h) - xhat mean(h xhat))} to x, {@code sum g xhat} to the weight, {@code sum g} to the bias. The extras
 * are mean and s. A constant row gives the bias.
 *
 * @param dims number of last dimensions that are normalised together
 * @param eps added to the variance
 */
public record LayerNorm(int dims, double eps) implements Standardization {
    @Override
    public String name() {
        return "layer_norm";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        Affine.require(x, operands, dims, 3);
        int firstDim = x.rank() - dims;
        Normalized y = operands.size() == 1
                ? kernels.standardize(x, firstDim, eps)
                : kernels.layerNorm(x, operands.get(1), operands.size() > 2 ? operands.get(2) : null, firstDim, eps);
        return Outputs.of(y.output(), y.mean(), y.inverseDeviation());
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Affine.keeps(wanted);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor mean = saved.extra(0);
        Tensor inverse = saved.extra(1);
        Tensor[] result = new Tensor[wanted.length];
        if (wanted[0]) {
            Tensor h = wanted.length > 1 ? kernels.binary(MUL, g, saved.operand(1)) : g;
            int firstDim = saved.operandShape(0).rank() - dims;
            result[0] = kernels.standardizeVjp(h, saved.operand(0), mean, inverse, firstDim);
        }
        if (wanted.length > 1 && wanted[1]) {
            Tensor xhat = kernels.binary(MUL, kernels.binary(SUB, saved.operand(0), mean), inverse);
            result[1] = kernels.sumTo(kernels.binary(MUL, g, xhat), saved.operandShape(1));
        }
        if (wanted.length > 2 && wanted[2]) {
            result[2] = kernels.sumTo(g, saved.operandShape(2));
        }
        return result;
    }

    @Override
    public Tensor adjointAtConstantDeviation(Saved saved, Tensor g) {
        Kernels kernels = saved.kernels();
        Tensor scaled = saved.operandCount() > 1 ? kernels.binary(MUL, g, saved.operand(1)) : null;
        Tensor h = kernels.binary(MUL, scaled != null ? scaled : g, saved.extra(1));
        List<Integer> last = IntStream.range(h.rank() - dims, h.rank()).boxed().toList();
        Tensor result = kernels.binary(SUB, h, kernels.reduce(Reduction.MEAN, h, last, true));
        kernels.release(h);
        if (scaled != null) {
            kernels.release(scaled);
        }
        return result;
    }

    @Override
    public Optional<Tensor> shift(Saved saved) {
        return saved.operandCount() > 2 ? Optional.of(saved.operand(2)) : Optional.empty();
    }
}
