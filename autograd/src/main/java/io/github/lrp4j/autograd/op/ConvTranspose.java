package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * {@code y[n, o, stride p + dilation k - padding] += w[c, o, k] x[n, c, p]}: the transposed convolution, that is the
 * adjoint of {@link Conv} to its input, without bias.
 *
 * <p>Shapes: x {@code [N, C, in...]}, w {@code [C, O / groups, kernel...]}, y {@code [N, O, out...]} with
 * {@code out = stride (in - 1) - 2 padding + dilation (kernel - 1) + 1 + outputPadding}. Adjoint: to x the convolution of g
 * with w, to w the correlation of g with x.
 *
 * @param spec geometry of the convolution that this one transposes
 * @param outputPadding per spatial dimension how much larger than the smallest possible y is, less than the stride
 */
public record ConvTranspose(ConvSpec spec, List<Integer> outputPadding) implements Linear {
    /** Checks and copies. */
    public ConvTranspose {
        outputPadding = List.copyOf(outputPadding);
        if (outputPadding.size() != spec.spatial()) {
            throw new IllegalArgumentException(
                    "conv_transpose: output padding " + outputPadding + " must name " + spec.spatial()
                            + " dimensions");
        }
        for (int d = 0; d < outputPadding.size(); d++) {
            if (outputPadding.get(d) < 0 || outputPadding.get(d) >= spec.stride().get(d)) {
                throw new IllegalArgumentException(
                        "conv_transpose: output padding " + outputPadding + " must be less than the stride "
                                + spec.stride());
            }
        }
    }

    /** The transposed convolution whose result has the shape {@code y}: of all shapes from which the convolution gives x's. */
    public static ConvTranspose to(Shape y, Shape x, Shape w, ConvSpec spec) {
        List<Integer> smallest = Collections.nCopies(spec.spatial(), 0);
        Shape least = new ConvTranspose(spec, smallest).outputShape(x, w);
        List<Integer> more = new ArrayList<>();
        for (int d = 2; d < y.rank(); d++) {
            more.add(y.size(d) - least.size(d));
        }
        return new ConvTranspose(spec, more);
    }

    @Override
    public String name() {
        return "conv_transpose" + spec.spatial() + "d";
    }

    /** Shape of y. */
    private Shape outputShape(Shape x, Shape w) {
        int n = spec.spatial();
        if (x.rank() != n + 2 || w.rank() != n + 2 || x.size(1) != w.size(0) || x.size(1) % spec.groups() != 0) {
            throw new IllegalArgumentException("input must be [N, C, " + n + " sizes] and weight [C, O / groups, " + n
                    + " sizes], input " + x + ", weight " + w + ", groups " + spec.groups());
        }
        int[] out = new int[n + 2];
        out[0] = x.size(0);
        out[1] = w.size(1) * spec.groups();
        for (int d = 0; d < n; d++) {
            out[d + 2] = (x.size(d + 2) - 1) * spec.stride().get(d) - 2 * spec.padding().get(d)
                    + spec.dilation().get(d) * (w.size(d + 2) - 1) + 1 + outputPadding.get(d);
        }
        return Shape.of(out);
    }

    @Override
    public Tensor product(Kernels kernels, Tensor x, Tensor w) {
        return kernels.convInputAdjoint(x, w, outputShape(x.shape(), w.shape()), spec);
    }

    @Override
    public Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        return operand == 0 ? kernels.conv(g, other, spec) : kernels.convWeightAdjoint(other, g, shape, spec);
    }

    @Override
    public Optional<Tensor> overOutputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return Optional.of(WeightChannels.second(kernels, perChannel, b, spec.groups()));
    }

    @Override
    public Optional<Tensor> overInputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return Optional.of(WeightChannels.first(perChannel, b));
    }

    /** To the input, lanes are entries of the batch. */
    @Override
    public Tensor adjointLanes(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        if (operand == 1) {
            return Linear.super.adjointLanes(kernels, operand, g, other, shape);
        }
        return Lanes.unfold(kernels.conv(Lanes.fold(kernels, g), other, spec), g.size(0), shape);
    }
}
