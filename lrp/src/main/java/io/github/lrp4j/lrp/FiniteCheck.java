package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.lrp.NonFiniteRelevanceException.Cause;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

/**
 * Finds out where a NaN or an infinity in the relevance came from.
 *
 * <p>The ledger sums every tensor that is passed on anyway; only where such a sum is not finite does anybody look at the
 * cells. All that arrived before was finite, so the first find is where it began.
 */
final class FiniteCheck {
    private final Graph graph;
    private final RecordedValues values;

    FiniteCheck(Graph graph, RecordedValues values) {
        this.graph = graph;
        this.values = values;
    }

    /** Relevance that started in an output. */
    void seed(Node node, Tensor start) {
        nonFinite(start).ifPresent(cell -> {
            throw new NonFiniteRelevanceException(node, Cause.SEED, "the start relevance is " + cell,
                    "start with finite relevance: the output itself may not be finite");
        });
    }

    /** What arrived at a node from several consumers. */
    void arrived(int index, Tensor[] relevance) {
        for (Tensor r : relevance) {
            if (r == null) {
                continue;
            }
            nonFinite(r).ifPresent(cell -> {
                throw new NonFiniteRelevanceException(graph.node(index), Cause.SUM,
                        "the relevance of its consumers is finite, their sum is " + cell,
                        "compute in float64, or use a rule with a larger stabiliser for the consumers");
            });
        }
    }

    /** What a rule gave to operand {@code i}. */
    void passed(int index, Rule rule, Needs needs, int i, Tensor relevance) {
        Optional<String> cell = nonFinite(relevance);
        if (cell.isEmpty()) {
            return;
        }
        Node node = graph.node(index);
        String what = "relevance first became " + cell.get() + ", at operand " + i + " under " + rule.describe();
        for (int operand : needs.operands()) {
            blame(node, what, "operand " + operand, values.operand(index, operand));
        }
        for (int o = 0; needs.output() && o < node.outputCount(); o++) {
            blame(node, what, "output " + o, values.output(index, o));
        }
        throw new NonFiniteRelevanceException(node, Cause.RULE,
                what + "; all that the rule read is finite, so its own arithmetic made it",
                "use a rule with a larger stabiliser for this op, fold batch norm, or compute in float64");
    }

    private void blame(Node node, String what, String name, Tensor value) {
        Optional<String> cell = value.dtype().isFloating() ? nonFinite(value) : Optional.empty();
        cell.ifPresent(found -> {
            throw new NonFiniteRelevanceException(node, Cause.ACTIVATION,
                    what + "; " + name + ", which the rule read, is " + found + firstActivation(),
                    "make the forward pass finite");
        });
    }

    /** The earliest node, in forward order, with a value at hand that is not finite. */
    private String firstActivation() {
        for (int n = 0; n < graph.size(); n++) {
            Node node = graph.node(n);
            for (int o = 0; o < node.outputCount(); o++) {
                Tensor value = values.atHand(n, o);
                if (value != null && value.dtype().isFloating() && nonFinite(value).isPresent()) {
                    return " (the first such value at hand is an output of " + node + ")";
                }
            }
        }
        return "";
    }

    /** {@code NaN in cell 17 of [2, 12]}, or empty if all cells are finite. */
    private static Optional<String> nonFinite(Tensor tensor) {
        double[] cells = tensor.toDoubleArray();
        for (int i = 0; i < cells.length; i++) {
            if (!Double.isFinite(cells[i])) {
                return Optional.of(cells[i] + " in cell " + i + " of " + tensor.shape());
            }
        }
        return Optional.empty();
    }
}
