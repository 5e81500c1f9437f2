package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Fusible;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Optional;

/**
 * {@code y[n, o, p] = sum_{c, k} w[o, c, k] x[n, c, stride p + dilation k - padding]}: convolution (cross-correlation)
 * over 1 to 3 spatial dimensions, without bias.
 *
 * <p>Shapes: x {@code [N, C, in...]}, w {@code [O, C / groups, kernel...]}, y {@code [N, O, out...]}. Adjoint: to x the
 * transposed convolution of g with w, to w the correlation of x with g.
 *
 * @param spec stride, padding, dilation and groups
 */
public record Conv(ConvSpec spec) implements Fusible {
    @Override
    public String name() {
        return "conv" + spec.spatial() + "d";
    }

    @Override
    public Tensor product(Kernels kernels, Tensor x, Tensor w) {
        return kernels.conv(x, w, spec);
    }

    @Override
    public Tensor product(Kernels kernels, Tensor x, Tensor w, Epilogue epilogue) {
        return kernels.fusedConv(x, w, spec, epilogue);
    }

    @Override
    public Shape productShape(Shape x, Shape w) {
        return spec.outputShape(x, w);
    }

    @Override
    public int biasDim(int rank) {
        return 1;
    }

    @Override
    public Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        return operand == 0
                ? kernels.convInputAdjoint(g, other, shape, spec)
                : kernels.convWeightAdjoint(g, other, shape, spec);
    }

    @Override
    public Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Tensor factor) {
        return operand == 0
                ? kernels.fusedConvInputAdjoint(g, other, factor.shape(), spec, factor)
                : Fusible.super.adjoint(kernels, operand, g, other, factor);
    }

    @Override
    public Optional<Tensor> overOutputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return Optional.of(WeightChannels.first(perChannel, b));
    }

    @Override
    public Optional<Tensor> overInputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return Optional.of(WeightChannels.second(kernels, perChannel, b, spec.groups()));
    }

    /** To the input, lanes are entries of the batch. */
    @Override
    public Tensor adjointLanes(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        if (operand == 1) {
            return Fusible.super.adjointLanes(kernels, operand, g, other, shape);
        }
        int lanes = g.size(0);
        Tensor folded = kernels.convInputAdjoint(Lanes.fold(kernels, g), other, Lanes.folded(lanes, shape), spec);
        return Lanes.unfold(folded, lanes, shape);
    }
}
