package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Pointwise;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.Locale;

/**
 * {@code y = f(x)} elementwise for a {@link UnaryFn}.
 *
 * <p>Adjoint: {@code f'(x) g}. Keeps nothing where f is affine, y where the derivative follows from it, else x.
 *
 * @param function f with its constants
 */
public record Elementwise(UnaryFn function) implements Pointwise {
    @Override
    public String name() {
        return function.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.unary(function, operands.get(0)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        if (function.isAffine()) {
            return Keeps.NOTHING;
        }
        return function.derivativeNeedsOnlyOutput() ? Keeps.OUTPUTS : Keeps.operands(0);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        if (function.isAffine()) {
            return new Tensor[] {switch (function.kind()) {
                case NEG -> kernels.unary(UnaryFn.of(UnaryFn.Kind.NEG), g);
                case SCALE -> kernels.unary(function, g);
                default -> g;
            }};
        }
        return new Tensor[] {
            function.derivativeNeedsOnlyOutput()
                    ? kernels.unaryVjpFromOutput(function, saved.output(0), g)
                    : kernels.unaryVjp(function, saved.operand(0), g),
        };
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        if (function.isAffine()) {
            return vjp(saved, cotangents, wanted);
        }
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        boolean fromOutput = function.derivativeNeedsOnlyOutput();
        Tensor read = (fromOutput ? saved.output(0) : saved.operand(0)).expand(g.shape());
        return new Tensor[] {
            fromOutput ? kernels.unaryVjpFromOutput(function, read, g) : kernels.unaryVjp(function, read, g)};
    }
}
