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
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code y = x / sqrt(mean(x^2) + eps) * weight} over the last dimensions: root mean square normalisation (Zhang and
 * Sennrich, arXiv 1910.07467).
 *
 * <p>Operands: x; optionally the weight, of the shape of the normalised dimensions. With {@code s = 1 / sqrt(mean(x^2) +
 * eps)} and {@code h = g weight} the adjoint is {@code s (h - x s^2 mean(h x))} to x and {@code sum g x s} to the weight. The
 * extra is s.
 *
 * @param dims number of last dimensions that are normalised together
 * @param eps added to the mean square
 */
public record RmsNorm(int dims, double eps) implements Standardization {
    @Override
    public String name() {
        return "rms_norm";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        Affine.require(x, operands, dims, 2);
        Tensor square = mean(kernels, kernels.unary(UnaryFn.of(UnaryFn.Kind.SQUARE), x));
        Tensor inverse = kernels.unary(UnaryFn.of(UnaryFn.Kind.RSQRT),
                kernels.unary(new UnaryFn(UnaryFn.Kind.SHIFT, eps, 0), square));
        return Outputs.of(Affine.scaled(kernels, kernels.binary(MUL, x, inverse), operands), inverse);
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Affine.keeps(wanted);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor inverse = saved.extra(0);
        Tensor[] result = new Tensor[wanted.length];
        Tensor xhat = kernels.binary(MUL, saved.operand(0), inverse);
        if (wanted[0]) {
            Tensor h = wanted.length > 1 ? kernels.binary(MUL, g, saved.operand(1)) : g;
            Tensor along = kernels.binary(MUL, xhat, mean(kernels, kernels.binary(MUL, h, xhat)));
            result[0] = kernels.binary(MUL, inverse, kernels.binary(SUB, h, along));
        }
        if (wanted.length > 1 && wanted[1]) {
            result[1] = kernels.sumTo(kernels.binary(MUL, g, xhat), saved.operandShape(1));
        }
        return result;
    }

    private Tensor mean(Kernels kernels, Tensor x) {
        List<Integer> last = IntStream.range(x.rank() - dims, x.rank()).boxed().toList();
        return kernels.reduce(Reduction.MEAN, x, last, true);
    }

    @Override
    public Tensor adjointAtConstantDeviation(Saved saved, Tensor g) {
        Kernels kernels = saved.kernels();
        Tensor h = saved.operandCount() > 1 ? kernels.binary(MUL, g, saved.operand(1)) : g;
        return kernels.binary(MUL, h, saved.extra(0));
    }

    @Override
    public Optional<Tensor> shift(Saved saved) {
        return Optional.empty();
    }
}
