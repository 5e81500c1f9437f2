package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * Spares products that would be computed again only for the cells that a ReLU cut off.
 *
 * <p>Of {@code y = relu(v)} the output is kept, and v is y wherever y is positive. Relevance mostly is zero in all other
 * cells, as an input of zero takes none. If that is so, v may be assumed to be y, and {@code v = x w + b} gives the product
 * without a second convolution.
 */
final class CutOff {
    private final Graph graph;
    private final RelevancePlan plan;
    private final RecordedValues values;
    private final Kernels kernels;

    private CutOff(Graph graph, RelevancePlan plan, RecordedValues values, Kernels kernels) {
        this.graph = graph;
        this.plan = plan;
        this.values = values;
        this.kernels = kernels;
    }

    /** Lets {@code values} solve for products, and watches over cut-off cells. */
    static CutOff over(Graph graph, RelevancePlan plan, RecordedValues values, Kernels kernels) {
        values.solving(index -> isPassable(graph, plan, index),
                index -> plan.rule(index).ignoresIdleCells(new Site(graph, index)));
        return new CutOff(graph, plan, values, kernels);
    }

    /**
     * Whether operands may be found through the node at an index: biases and movements, and sums that share in proportion to
     * their terms, in which a term's rounding error weighs as little as the term.
     */
    private static boolean isPassable(Graph graph, RelevancePlan plan, int index) {
        Node node = graph.node(index);
        return !(node.op() instanceof Additive) || node.op() instanceof AddBias
                || plan.needs(index).operands().size() == node.operands().size();
    }

    /** Called when relevance has arrived at a node, before its rule reads any value. */
    void arrived(int index, Tensor[] relevance) {
        int top = summit(index);
        if (top < 0 || !isOpen(index) || !reads(index)) {
            return;
        }
        int relu = graph.uses(top).get(0).consumer();
        Tensor y = values.atHand(relu, 0);
        if (y != null && values.atHand(top, 0) == null && kernels.isZeroUnlessPositive(relevance[0], y)) {
            values.assume(top, y);
        }
    }

    /** The node whose output alone a ReLU reads: the one at {@code index}, or the bias addition behind it; -1 if there is none. */
    private int summit(int index) {
        int top = index;
        if (soleConsumer(top) >= 0 && graph.node(soleConsumer(top)).op() instanceof AddBias
                && graph.node(top).op() instanceof Linear) {
            top = soleConsumer(top);
        }
        int consumer = soleConsumer(top);
        return consumer >= 0 && graph.node(consumer).op() instanceof Elementwise op
                && op.function().kind() == UnaryFn.Kind.RELU ? top : -1;
    }

    private int soleConsumer(int index) {
        return graph.useCount(index) == 1 && !graph.isRoot(index) ? graph.uses(index).get(0).consumer() : -1;
    }

    /** Whether the rule there does not care for cells without relevance, and reads the recorded values themselves. */
    private boolean isOpen(int index) {
        boolean normed = plan.mergedAt(index).stream().anyMatch(group -> group.norms(graph).findAny().isPresent());
        return !normed && plan.rule(index).ignoresIdleCells(new Site(graph, index));
    }

    /** Whether the rule reads what only a product would give. */
    private boolean reads(int index) {
        Needs needs = plan.needs(index);
        if (graph.node(index).op() instanceof Linear) {
            return needs.output() && values.wouldRepeatProduct(index);
        }
        return graph.node(index).op() instanceof Additive sum && sum.isElementwise() && needs.operands().stream()
                .mapToInt(i -> graph.producer(index, i)).anyMatch(p -> p >= 0 && values.wouldRepeatProduct(p));
    }
}
