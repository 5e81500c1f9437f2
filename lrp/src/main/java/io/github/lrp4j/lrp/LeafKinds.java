package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.lrp.ConservationLedger.Ending.Kind;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/** What kind of leaf relevance ended at, by how the graph uses it. */
final class LeafKinds {
    private LeafKinds() {
    }

    /**
     * Inputs are inputs. A parameter is an embedding if an input's ids select from it; else a bias if it, or a part of it
     * that was moved, repeated or picked, is added to something; else a weight.
     */
    static Kind of(Site leaf) {
        if (leaf.op() instanceof Leaf.Input) {
            return Kind.INPUT;
        }
        Graph graph = leaf.graph();
        Kind kind = Kind.WEIGHT;
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        open.push(leaf.index());
        while (!open.isEmpty()) {
            for (Graph.Use use : graph.uses(open.pop())) {
                Node consumer = graph.node(use.consumer());
                if (consumer.op() instanceof Selection && selectedByAnInput(consumer, use.operand())) {
                    return Kind.EMBEDDING;
                }
                if (consumer.op() instanceof Additive) {
                    kind = Kind.BIAS;
                } else if (stillTheParameter(consumer) && !seen.get(use.consumer())) {
                    seen.set(use.consumer());
                    open.push(use.consumer());
                }
            }
        }
        return kind;
    }

    private static boolean selectedByAnInput(Node selection, int table) {
        for (int i = 0; i < selection.operands().size(); i++) {
            Node.Edge operand = selection.operands().get(i);
            if (i != table && operand.node().isActivation() && !operand.node().dtype(operand.output()).isFloating()) {
                return true;
            }
        }
        return false;
    }

    /** A class token is put in front of the patches before positions are added: concatenation does not hide it. */
    private static boolean stillTheParameter(Node node) {
        return node.op() instanceof Movement || node.op() instanceof Selection;
    }

    /** The module that a leaf belongs to: a parameter's name is its path in the weight file. */
    static String owner(Node leaf) {
        int dot = leaf.op() instanceof Leaf.Parameter ? leaf.op().name().lastIndexOf('.') : -1;
        return dot < 0 ? leaf.scope() : leaf.op().name().substring(0, dot);
    }
}
