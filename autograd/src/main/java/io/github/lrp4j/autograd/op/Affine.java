package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.List;

/** Optional scale and shift behind a normalisation of the last dimensions: operands 1 and 2 where they exist. */
final class Affine {
    private Affine() {
    }

    /** Checks that there are at most {@code count} operands, scale and shift of the shape of x's last dimensions. */
    static void require(Tensor x, List<Tensor> operands, int dims, int count) {
        if (dims < 1 || dims > x.rank() || operands.size() > count) {
            throw new IllegalArgumentException("normalises the last " + dims + " dimensions of " + x.shape() + " with "
                    + operands.size() + " operands");
        }
        Shape normalized = Shape.of(Arrays.copyOfRange(x.shape().toArray(), x.rank() - dims, x.rank()));
        for (Tensor operand : operands.subList(1, operands.size())) {
            if (!operand.shape().equals(normalized)) {
                throw new IllegalArgumentException("scale and shift must have the shape of the last " + dims
                        + " dimensions, input " + x.shape() + ", got " + operand.shape());
            }
        }
    }

    /** {@code xhat scale}, or xhat where there is no scale. */
    static Tensor scaled(Kernels kernels, Tensor xhat, List<Tensor> operands) {
        return operands.size() > 1 ? kernels.binary(MUL, xhat, operands.get(1)) : xhat;
    }

    /** Input and scale for the input's cotangent, the input for the scale's. */
    static Keeps keeps(boolean[] wanted) {
        boolean scaled = wanted.length > 1;
        if (wanted[0]) {
            return scaled ? Keeps.operands(0, 1) : Keeps.operands(0);
        }
        return scaled && wanted[1] ? Keeps.operands(0) : Keeps.NOTHING;
    }
}
