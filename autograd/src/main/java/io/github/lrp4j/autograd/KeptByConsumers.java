package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/**
 * Outputs that their own node did not keep, but a consumer did for its own gradient: a residual sum that a norm reads next.
 * One walk over the edges, so that a value with many uses costs no more to look up than another.
 */
final class KeptByConsumers {
    private final int[] firstOutput;
    private final Tensor[] kept;

    KeptByConsumers(Graph graph) {
        int n = graph.size();
        firstOutput = new int[n + 1];
        for (int p = 0; p < n; p++) {
            firstOutput[p + 1] = firstOutput[p] + graph.node(p).outputCount();
        }
        kept = new Tensor[firstOutput[n]];
        for (int c = 0; c < n; c++) {
            Node node = graph.node(c);
            List<Node.Edge> operands = node.operands();
            for (int i = 0; i < operands.size(); i++) {
                if (node.keptOperand(i) != null && graph.producer(c, i) >= 0) {
                    kept[firstOutput[graph.producer(c, i)] + operands.get(i).output()] = node.keptOperand(i);
                }
            }
        }
    }

    /** Output {@code o} of the node at {@code index}, or null. */
    Tensor output(int index, int o) {
        return kept[firstOutput[index] + o];
    }
}
