package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/**
 * The operands of an attention as views with the same leading dimensions, one matrix per head: q {@code [lead, L, E]},
 * k {@code [lead, S, E]}, v {@code [lead, S, Ev]}, mask {@code [lead, L, S]}.
 *
 * <p>Operands that broadcast, and keys that serve several query heads, are seen with strides of 0; no number is copied.
 * Grouped heads become two leading dimensions, groups and members.
 */
public final class AttentionHeads {
    /** Scores that {@link #rowsPerTile} admits at a time: 16 megabytes of float32. */
    private static final int TILE = 1 << 22;

    private final AttentionSpec spec;
    private final Tensor[] given;
    private final Shape[] apart = new Shape[4];
    private final Tensor[] heads = new Tensor[4];
    private final Shape lead;

    /**
     * Views of the operands.
     *
     * @param mask BOOL (true: may attend) or floating (added to the scores), broadcasts to {@code [..., L, S]}; or null
     * @throws IllegalArgumentException naming the shapes if the operands do not fit
     */
    public AttentionHeads(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        this.spec = spec;
        this.given = new Tensor[] {q, k, v, mask};
        requireMatrices();
        Shape common = null;
        for (int i = 0; i < 3; i++) {
            apart[i] = apart(i);
            Shape own = leadOf(apart[i]);
            common = common == null ? own : broadcast(common, own);
        }
        lead = common;
        for (int i = 0; i < 3; i++) {
            heads[i] = given[i].reshape(apart[i]).expand(matrices(apart[i].size(-2), apart[i].size(-1)));
        }
        if (mask != null) {
            apart[3] = apart(3);
            Shape scores = matrices(queries(), keys());
            if (apart[3].rank() > scores.rank() || !broadcast(apart[3], scores).equals(scores)) {
                throw mismatch("the mask does not stretch to the scores " + outputShape(keys()));
            }
            heads[3] = mask.reshape(apart[3]).expand(scores);
        }
    }

    private void requireMatrices() {
        Tensor mask = given[3];
        for (int i = 0; i < 3; i++) {
            if (given[i].rank() < (spec.grouped() ? 3 : 2)) {
                throw mismatch("operands must be [..., length, width]" + (spec.grouped() ? " with heads" : ""));
            }
        }
        if (given[0].size(-1) != given[1].size(-1)) {
            throw mismatch("queries and keys differ in width");
        }
        if (given[1].size(-2) != given[2].size(-2)) {
            throw mismatch("keys and values differ in length");
        }
        if (spec.grouped() && (given[1].size(-3) != given[2].size(-3) || given[1].size(-3) == 0
                || given[0].size(-3) % given[1].size(-3) != 0)) {
            throw mismatch("key and value heads must be as many and divide the query heads");
        }
        if (mask != null && mask.dtype() != DType.BOOL && !mask.dtype().isFloating()) {
            throw mismatch("the mask must be BOOL or floating, got " + mask.dtype());
        }
    }

    private IllegalArgumentException mismatch(String what) {
        return new IllegalArgumentException("attention: " + what + ", q " + given[0].shape() + ", k " + given[1].shape()
                + ", v " + given[2].shape() + (given[3] == null ? "" : ", mask " + given[3].shape())
                + (spec.grouped() ? ", grouped" : ""));
    }

    private Shape broadcast(Shape a, Shape b) {
        try {
            return Shape.broadcast(a, b);
        } catch (IllegalArgumentException e) {
            throw mismatch("leading dimensions do not broadcast");
        }
    }

    /** The shape of operand i with heads as [groups, members] where they are grouped. */
    private Shape apart(int i) {
        Shape shape = given[i].shape();
        if (!spec.grouped() || shape.rank() < 3) {
            return shape;
        }
        int groups = given[1].size(-3);
        int all = given[0].size(-3);
        int own = shape.size(-3);
        int dim = shape.rank() - 3;
        if (i == 0 || i == 3 && own == all && all != 1) {
            return shape.with(dim, groups).inserted(dim + 1, all / groups);
        }
        if (i == 3 && own != 1) {
            throw mismatch("the mask has neither one head nor one per query head");
        }
        return shape.inserted(dim + 1, 1);
    }

    private static Shape leadOf(Shape matrices) {
        return Shape.of(Arrays.copyOf(matrices.toArray(), matrices.rank() - 2));
    }

    /** {@code [lead, rows, columns]}. */
    private Shape matrices(int rows, int columns) {
        return lead.inserted(lead.rank(), rows).inserted(lead.rank() + 1, columns);
    }

    /** Leading dimensions of all views. */
    public Shape lead() {
        return lead;
    }

    /** Queries, {@code [lead, L, E]}. */
    public Tensor q() {
        return heads[0];
    }

    /** Keys, {@code [lead, S, E]}. */
    public Tensor k() {
        return heads[1];
    }

    /** Values, {@code [lead, S, Ev]}. */
    public Tensor v() {
        return heads[2];
    }

    /** The mask, {@code [lead, L, S]}, or null. */
    public Tensor mask() {
        return heads[3];
    }

    /** Number of queries L. */
    public int queries() {
        return given[0].size(-2);
    }

    /** Number of keys S. */
    public int keys() {
        return given[1].size(-2);
    }

    /** {@code [..., L, columns]}: shape of a result, the heads of queries in one dimension. */
    public Shape outputShape(int columns) {
        Shape shape = matrices(queries(), columns);
        if (!spec.grouped()) {
            return shape;
        }
        int groups = lead.rank() - 2;
        return shape.without(groups + 1).with(groups, lead.size(-2) * lead.size(-1));
    }

    /**
     * Checks the shapes of a cotangent of the output and of the statistics.
     *
     * @throws IllegalArgumentException naming both shapes if one differs
     */
    public void requireCotangent(Tensor g, Tensor logSumExp) {
        Operands.requireSameShape("attentionVjp", outputShape(given[2].size(-1)), g.shape());
        Operands.requireSameShape("attentionVjp statistics", outputShape(1), logSumExp.shape());
    }

    /** {@code [lead, L, columns]} for a tensor of {@link #outputShape}. */
    public Tensor apart(Tensor output) {
        return output.reshape(matrices(queries(), output.size(-1)));
    }

    /** {@code [lead, ...]} summed over the heads that share operand i (q, k, v, mask) and seen in that operand's shape. */
    public Tensor toOperand(Kernels kernels, int i, Tensor perHead) {
        return kernels.sumTo(perHead, apart[i]).reshape(given[i].shape());
    }

    /** Shape of operand i with heads apart: {@link #toOperand} only sums where this differs from the heads' own. */
    public Shape apartShape(int i) {
        return apart[i];
    }

    /** The type of results. */
    public DType resultType() {
        boolean added = given[3] != null && given[3].dtype().isFloating();
        return added
                ? Operands.realType(given[0], given[1], given[2], given[3])
                : Operands.realType(given[0], given[1], given[2]);
    }

    // ---- scores, a tile of queries at a time --------------------------------------------------------------------

    /** How many queries to take at a time, so that the scores of a tile, over all heads, stay small. */
    public int rowsPerTile() {
        long perRow = Math.max(1, lead.elements() * keys());
        return Math.clamp(TILE / perRow, 1, Math.max(1, queries()));
    }

    /** The queries {@code from .. to - 1} of a tensor {@code [lead, L, ...]}. */
    public Tensor rows(Tensor perQuery, int from, int to) {
        return from == 0 && to == queries() ? perQuery : perQuery.slice(-2, from, to);
    }

    /** {@code q k^T} of the queries {@code from .. to - 1}, without scale and mask. */
    public Tensor products(Kernels kernels, int from, int to) {
        return kernels.matmul(rows(q(), from, to), k().transpose(-2, -1));
    }

    /** Scaled products with the mask: minus infinity where a query may not attend. */
    public Tensor masked(Kernels kernels, Tensor scaled, int from, int to) {
        Tensor x = scaled;
        if (mask() != null) {
            Tensor own = given[3].reshape(apart[3]);
            // Rows of a mask that is the same for all queries need no cut.
            own = own.rank() < 2 || own.size(-2) == 1 ? own : rows(own, from, to);
            x = own.dtype() == DType.BOOL
                    ? kernels.where(own, x, Tensor.scalar(Double.NEGATIVE_INFINITY, x.dtype()))
                    : kernels.binary(BinaryFn.ADD, x, own);
        }
        return spec.causal()
                ? kernels.where(past(from, to), x, Tensor.scalar(Double.NEGATIVE_INFINITY, x.dtype()))
                : x;
    }

    /** BOOL {@code [to - from, S]}: key j is not behind query i. */
    private Tensor past(int from, int to) {
        byte[] seen = new byte[Math.multiplyExact(to - from, keys())];
        for (int i = from; i < to; i++) {
            int row = (i - from) * keys();
            Arrays.fill(seen, row, row + Math.min(keys(), i + 1), (byte) 1);
        }
        return Tensor.of(seen, DType.BOOL, Shape.of(to - from, keys()));
    }

    /** {@code e^(x - lse)}, the probabilities of masked scores x; 0 where a query sees no key. */
    public Tensor probabilities(Kernels kernels, Tensor x, Tensor logSumExp) {
        Tensor none = Tensor.scalar(Double.NEGATIVE_INFINITY, logSumExp.dtype());
        Tensor zero = Tensor.scalar(0, logSumExp.dtype());
        Tensor finite = kernels.where(kernels.binary(BinaryFn.EQUAL, logSumExp, none), zero, logSumExp);
        return kernels.unary(UnaryFn.of(UnaryFn.Kind.EXP), kernels.binary(BinaryFn.SUB, x, finite));
    }
}
