package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.SplittableRandom;

/**
 * {@code y = m x / (1 - p)} with a random mask m that is 0 with probability p, else 1 (Srivastava et al., JMLR 15, 2014).
 *
 * <p>Adjoint: {@code m g / (1 - p)}. The extra is the mask, which replays use again. For training; evaluation records
 * nothing.
 *
 * @param p probability that a cell is dropped, 0 to 1
 * @param seed of the mask: equal records drop the same cells
 */
public record Dropout(double p, long seed) implements Selection {
    /** Checks. */
    public Dropout {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("dropout: probability " + p + " must lie between 0 and 1");
        }
    }

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    public boolean fills() {
        return true;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] kept = new byte[x.shape().arrayLength()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) (random.nextDouble() >= p ? 1 : 0);
        }
        Tensor mask = Tensor.of(kept, DType.BOOL, x.shape());
        return Outputs.of(thinned(kernels, x, mask), mask);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(thinned(kernels, operands.get(0), extras.get(0)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {thinned(saved.kernels(), cotangents[0], saved.extra(0))};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return vjp(saved, cotangents, wanted);
    }

    private Tensor thinned(Kernels kernels, Tensor x, Tensor mask) {
        Tensor scaled = kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, p < 1 ? 1 / (1 - p) : 0, 0), x);
        return kernels.where(mask, scaled, Tensor.zeros(x.dtype(), Shape.SCALAR));
    }
}
