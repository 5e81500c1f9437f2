package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;

/**
 * Tells the skip connection of a residual block from its branch: which operand of the addition is fewer nodes away from the
 * activation where the two ways part.
 *
 * <p>Walks backwards from both operands, latest node first, so that a node is looked at after everything that it leads to;
 * the first one that both ways have reached is where they part. Only the block is visited.
 */
final class SkipConnection {
    private static final int BOTH = 3;

    private SkipConnection() {
    }

    static OptionalInt of(Graph graph, Node addition) {
        if (addition.operands().size() != 2) {
            return OptionalInt.empty();
        }
        Map<Integer, Integer> reachedBy = new HashMap<>();
        PriorityQueue<Integer> open = new PriorityQueue<>((a, b) -> Integer.compare(b, a));
        for (int i = 0; i < 2; i++) {
            reach(graph, addition, i, 1 << i, reachedBy, open);
        }
        int[] length = new int[2];
        while (!open.isEmpty()) {
            int at = open.poll();
            int ways = reachedBy.get(at);
            if (ways == BOTH) {
                return length[0] == length[1] ? OptionalInt.empty() : OptionalInt.of(length[0] < length[1] ? 0 : 1);
            }
            length[ways - 1]++;
            Node node = graph.node(at);
            for (int i = 0; i < node.operands().size(); i++) {
                reach(graph, node, i, ways, reachedBy, open);
            }
        }
        return OptionalInt.empty();
    }

    private static void reach(Graph graph, Node node, int operand, int ways, Map<Integer, Integer> reachedBy,
            PriorityQueue<Integer> open) {
        Node producer = node.operands().get(operand).node();
        int index = graph.indexOf(producer);
        // Weights are shared by many blocks; only activations tell where two ways part.
        if (index < 0 || !producer.isActivation()) {
            return;
        }
        Integer known = reachedBy.get(index);
        reachedBy.put(index, known == null ? ways : known | ways);
        if (known == null) {
            open.add(index);
        }
    }
}
