package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

/** Handing relevance of an output to operands that broadcast against it, each cell to the cells that it was read from. */
final class CellByCell {
    private CellByCell() {
    }

    /** Whether every output is a sum of one cell of each operand. */
    static boolean isSum(Site site) {
        return site.op() instanceof Additive sum && sum.isElementwise();
    }

    /** The shape under which operand {@code i} broadcasts against the first output. */
    static Shape aligned(Node node, int i) {
        Shape operand = node.operands().get(i).shape();
        return node.op() instanceof Additive op ? op.broadcastShape(i, operand, node.outputShape(0)) : operand;
    }

    /** {@code r}, of the output's shape, summed over what operand {@code i} was stretched along. */
    static Tensor summed(RuleCall call, int i, Tensor r) {
        return call.sumTo(r, aligned(call.node(), i), i);
    }

    /** Why operand {@code i} cannot be handed relevance cell by cell, or empty if it can. */
    static Optional<String> objection(Site site, int i) {
        if (i >= site.node().operands().size()) {
            return Optional.of("gives relevance to operand " + i + ", and there is none");
        }
        Shape output = site.node().outputShape(0);
        boolean fits;
        try {
            fits = Shape.broadcast(aligned(site.node(), i), output).equals(output);
        } catch (IllegalArgumentException e) {
            fits = false;
        }
        return fits && site.node().outputCount() == 1
                ? Optional.empty()
                : Optional.of(
                        "passes relevance cell by cell, and operand " + i
                                + " does not broadcast against a single output");
    }

    /** As {@link #objection(Site, int)}, for every operand that takes relevance. */
    static Optional<String> objection(Site site) {
        Optional<String> first = Optional.empty();
        for (int i = 0; i < site.node().operands().size() && first.isEmpty(); i++) {
            first = site.receives(i) ? objection(site, i) : Optional.empty();
        }
        return first;
    }

    /** Why relevance cannot pass unchanged to operand 0, or empty if it can. */
    static Optional<String> objectionToUnchanged(Site site) {
        boolean same = !site.node().operands().isEmpty()
                && site.node().operands().get(0).shape().equals(site.node().outputShape(0));
        return same || !site.receives(0)
                ? Optional.empty()
                : Optional.of(
                        "passes relevance unchanged, and operand 0 has another shape than the output");
    }
}
