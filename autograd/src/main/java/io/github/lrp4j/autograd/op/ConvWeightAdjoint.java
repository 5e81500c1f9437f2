package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code y[o, c, k] = sum_{n, p} g[n, o, p] x[n, c, stride p + dilation k - padding]}: the correlation of an input with an
 * output of {@link Conv}, that is the adjoint of the convolution to its weight.
 *
 * <p>Shapes: x {@code [N, C, in...]}, g {@code [N, O, out...]}, y {@code [O, C / groups, kernel...]}. Adjoint for the
 * cotangent v: to x the transposed convolution of g with v, to g the convolution of x with v. Recorded where a convolution's
 * gradient is itself recorded.
 *
 * @param spec geometry of the convolution
 * @param kernel size of the weight per spatial dimension
 */
public record ConvWeightAdjoint(ConvSpec spec, List<Integer> kernel) implements Linear {
    /** Checks and copies. */
    public ConvWeightAdjoint {
        kernel = List.copyOf(kernel);
        if (kernel.size() != spec.spatial()) {
            throw new IllegalArgumentException(
                    "conv_weight_adjoint: kernel " + kernel + " must name " + spec.spatial() + " dimensions");
        }
    }

    @Override
    public String name() {
        return "conv" + spec.spatial() + "d_weight_adjoint";
    }

    @Override
    public Tensor product(Kernels kernels, Tensor x, Tensor g) {
        int n = spec.spatial();
        if (x.rank() != n + 2 || g.rank() != n + 2 || x.size(0) != g.size(0) || x.size(1) % spec.groups() != 0) {
            throw new IllegalArgumentException("input must be [N, C, " + n + " sizes] and output [N, O, " + n
                    + " sizes], input " + x.shape() + ", output " + g.shape() + ", groups " + spec.groups());
        }
        List<Integer> sizes = new ArrayList<>(List.of(g.size(1), x.size(1) / spec.groups()));
        sizes.addAll(kernel);
        return kernels.convWeightAdjoint(g, x, Shape.of(sizes), spec);
    }

    @Override
    public Tensor adjoint(Kernels kernels, int operand, Tensor v, Tensor other, Shape shape) {
        return operand == 0 ? kernels.convInputAdjoint(other, v, shape, spec) : kernels.conv(other, v, spec);
    }
}
