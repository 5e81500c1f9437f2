package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y[..., :] = weight[ids[...], :]}: rows of a table.
 *
 * <p>Operands: weight {@code [V, D]}, ids (int64) of any shape; y {@code [ids..., D]}. Adjoint: the rows of g added at their
 * id, except at the padding id, whose row takes none. The extra is the ids.
 *
 * @param paddingId the id whose row is not trained, -1 for none
 */
public record Embedding(int paddingId) implements Selection {
    /** No padding id. */
    public static final int NO_PADDING = -1;

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public boolean fills() {
        return paddingId != NO_PADDING;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor weight = operands.get(0);
        if (weight.rank() != 2) {
            throw new IllegalArgumentException("the table must be [V, D], got " + weight.shape());
        }
        return Outputs.of(rows(kernels, weight, operands.get(1)), operands.get(1));
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(rows(kernels, operands.get(0), extras.get(0)));
    }

    private static Tensor rows(Kernels kernels, Tensor weight, Tensor ids) {
        int[] shape = Arrays.copyOf(ids.shape().toArray(), ids.rank() + 1);
        shape[ids.rank()] = weight.size(1);
        return kernels.indexSelect(weight, 0, flat(ids)).reshape(Shape.of(shape));
    }

    private static Tensor flat(Tensor ids) {
        return ids.reshape(Shape.of(ids.shape().arrayLength()));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Shape table = saved.operandShape(0);
        Tensor ids = flat(saved.extra(0));
        Tensor g = unpadded(kernels, View.see(kernels, cotangents[0], Shape.of(ids.size(0), table.size(1))), ids);
        return new Tensor[] {kernels.indexAdd(Tensor.zeros(g.dtype(), table), 0, ids, g), null};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Shape table = saved.operandShape(0);
        Tensor ids = flat(saved.extra(0));
        Shape rows = Shape.of(lanes, ids.size(0), table.size(1));
        Tensor g = unpadded(kernels, View.see(kernels, cotangents[0], rows), ids);
        Tensor zeros = Tensor.zeros(g.dtype(), Lanes.shape(lanes, table));
        return new Tensor[] {kernels.indexAdd(zeros, 1, ids, g), null};
    }

    private Tensor unpadded(Kernels kernels, Tensor g, Tensor ids) {
        if (paddingId == NO_PADDING) {
            return g;
        }
        Tensor padding = Tensor.of(paddingMask(ids), DType.BOOL, Shape.of(ids.size(0), 1));
        return kernels.where(padding, Tensor.zeros(g.dtype(), Shape.SCALAR), g);
    }

    private byte[] paddingMask(Tensor ids) {
        long[] values = ids.toLongArray();
        byte[] mask = new byte[values.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (values[i] == paddingId ? 1 : 0);
        }
        return mask;
    }
}
