package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.MergeBatchNorm;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds what each linear op of a graph takes in, by the rules that the table chose for its neighbours: {@link AbsorbBias}
 * and {@link MergeBatchNorm}. No numbers.
 */
final class MergeSearch {
    private static final int NONE = Merging.NONE;

    private final Graph graph;
    private final List<RuleTable.Choice> choices;
    private final List<Optional<Merging.Group>> groups = new ArrayList<>();
    private final int[] takenBy;

    private MergeSearch(Graph graph, List<RuleTable.Choice> choices) {
        this.graph = graph;
        this.choices = new ArrayList<>(choices);
        takenBy = new int[graph.size()];
        for (int i = 0; i < graph.size(); i++) {
            takenBy[i] = NONE;
            groups.add(Optional.empty());
        }
        for (int i = 0; i < graph.size(); i++) {
            if (graph.node(i).op() instanceof Linear) {
                following(i);
            }
        }
        for (int i = 0; i < graph.size(); i++) {
            if (rule(i) instanceof MergeBatchNorm && takenBy[i] < 0) {
                preceding(i);
            }
        }
        for (int i = 0; i < graph.size(); i++) {
            explain(i);
        }
    }

    /** The groups of a graph under these choices. */
    static Merging of(Graph graph, List<RuleTable.Choice> choices) {
        MergeSearch search = new MergeSearch(graph, choices);
        return new Merging(search.choices, search.groups, Arrays.stream(search.takenBy).boxed().toList());
    }

    private Rule rule(int index) {
        return choices.get(index).rule();
    }

    /** Whether the operands of a linear op are an activation and a weight. */
    private boolean isLayer(int linear) {
        List<Node.Edge> operands = graph.node(linear).operands();
        return operands.get(0).node().isActivation() && !operands.get(1).node().isActivation();
    }

    /** The only node that reads the one at {@code index}, as its first operand and in the same shape, or -1. */
    private int soleReader(int index) {
        if (graph.isRoot(index) || graph.useCount(index) != 1) {
            return NONE;
        }
        Graph.Use use = graph.uses(index).get(0);
        return use.operand() == 0 ? use.consumer() : NONE;
    }

    private void following(int linear) {
        List<Integer> taken = new ArrayList<>();
        // Biases that share with the product: part of the layer only if a batch norm behind them is.
        List<Integer> pending = new ArrayList<>();
        int sharing = NONE;
        int reader = soleReader(linear);
        while (reader >= 0 && sharing < 0) {
            if (isBias(reader, linear)) {
                pending.add(reader);
                if (rule(reader) instanceof AbsorbBias && pending.size() == 1) {
                    taken.addAll(pending);
                    pending.clear();
                }
            } else if (rule(reader) instanceof MergeBatchNorm merge && fits(reader, linear, true)) {
                taken.addAll(pending);
                pending.clear();
                taken.add(reader);
                sharing = merge.shift() == MergeBatchNorm.Shift.SHARES ? reader : NONE;
            } else {
                break;
            }
            reader = soleReader(reader);
        }
        if (!taken.isEmpty()) {
            Merging.Group group = new Merging.Group(linear, NONE, List.copyOf(taken), sharing);
            groups.set(linear, Optional.of(group));
            taken.forEach(index -> takenBy[index] = linear);
            if (sharing >= 0) {
                groups.set(sharing, Optional.of(group));
            }
        }
    }

    private boolean isBias(int index, int linear) {
        Node node = graph.node(index);
        return node.op() instanceof Additive addition && addition.isElementwise() && node.operands().size() == 2
                && node.outputShape(0).equals(graph.node(linear).outputShape(0))
                && (rule(index) instanceof AbsorbBias || !node.operands().get(1).node().isActivation());
    }

    private void preceding(int norm) {
        int linear = soleReader(norm);
        boolean shares = rule(norm) instanceof MergeBatchNorm merge && merge.shift() == MergeBatchNorm.Shift.SHARES;
        if (linear >= 0 && !shares && fits(norm, linear, false)) {
            Merging.Group group =
                    groups.get(linear).orElse(new Merging.Group(linear, NONE, List.of(), NONE)).behind(norm);
            groups.set(linear, Optional.of(group));
            if (group.sharing() >= 0) {
                groups.set(group.sharing(), Optional.of(group));
            }
            takenBy[norm] = linear;
        }
    }

    /** Whether the node is a batch norm of fixed statistics whose channels are channels of the linear op's weight. */
    private boolean fits(int norm, int linear, boolean behind) {
        Node node = graph.node(norm);
        if (!(node.op() instanceof BatchNorm) || !(graph.node(linear).op() instanceof Linear op) || !isLayer(linear)
                || IntStream.range(1, node.operands().size())
                        .anyMatch(i -> node.operands().get(i).node().isActivation())) {
            return false;
        }
        Shape a = graph.node(linear).operands().get(0).shape();
        Shape b = graph.node(linear).operands().get(1).shape();
        Kernels kernels = node.tape().kernels();
        Tensor ones = Tensor.full(1, DType.F32, node.operands().get(BatchNorm.WEIGHT).shape());
        return (behind ? op.overOutputChannels(kernels, ones, a, b) : op.overInputChannels(kernels, ones, a, b))
                .isPresent();
    }

    /** Says in the choice of a neighbour what merging made of it. */
    private void explain(int index) {
        RuleTable.Choice choice = choices.get(index);
        if (takenBy[index] >= 0 && graph.node(index).op() instanceof Additive
                && !(choice.rule() instanceof AbsorbBias)) {
            choices.set(index, new RuleTable.Choice(new AbsorbBias(),
                    choice.reason() + "; part of the batch norm merged into " + place(takenBy[index])));
        } else if (choice.rule() instanceof MergeBatchNorm merge) {
            choices.set(index, new RuleTable.Choice(merge, choice.reason() + "; " + (takenBy[index] >= 0
                    ? "merged into " + place(takenBy[index])
                    : "not merged: " + obstacle(index))));
        }
    }

    private String obstacle(int norm) {
        Op op = graph.node(norm).op();
        if (!(op instanceof BatchNorm)) {
            return op.name() + " is no batch norm with fixed statistics";
        }
        int input = graph.indexOf(graph.node(norm).operands().get(BatchNorm.X).node());
        int readers = input < 0 ? 0 : graph.useCount(input);
        String front = readers > 1
                ? place(input) + " in front has " + readers + " readers"
                : "no linear op whose channels it scales in front";
        String behind = soleReader(norm) < 0 ? "not read by one node alone" : place(soleReader(norm)) + " behind";
        return front + ", " + behind;
    }

    /** A node without its number, which other recordings of the same structure may not share. */
    private String place(int index) {
        Node node = graph.node(index);
        return node.scope().isEmpty() ? node.op().name() : node.op().name() + " at " + node.scope();
    }
}
