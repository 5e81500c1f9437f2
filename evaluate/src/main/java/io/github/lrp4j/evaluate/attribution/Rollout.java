package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.op.Select;
import io.github.lrp4j.autograd.op.Slice;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code mean over the tokens that the head reads of the rows of B_L ... B_1} with {@code B_l = (mean over heads of P_l + 1) / 2}
 * and the attention probabilities P of each layer (Abnar, Zuidema 2020, arXiv 2005.00928, section 3).
 *
 * <p>P is computed again from the queries and keys on the graph, or read there if attention is written out.
 */
final class Rollout {
    private Rollout() {
    }

    /**
     * The share of each token, {@code [N, 1, T]}.
     *
     * @param graph recorded with what it computed kept
     * @throws IllegalArgumentException if the graph has no self-attention, or tokens of more than one kind
     */
    static Tensor of(Kernels kernels, Graph graph) {
        SortedMap<Integer, Tensor> layers = probabilities(kernels, graph);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("attention rollout: no self-attention leads to the logits of "
                    + graph.outputs().getFirst().node() + "; it is for encoders without masks and biases of attention");
        }
        Tensor rollout = null;
        for (Tensor probabilities : layers.values()) {
            Tensor mixed = withResidual(kernels, probabilities);
            if (rollout != null && !rollout.shape().equals(mixed.shape())) {
                throw new IllegalArgumentException("attention rollout: layers of probabilities " + rollout.shape()
                        + " and " + mixed.shape() + "; it is for transformers with the same tokens in each layer");
            }
            rollout = rollout == null ? mixed : kernels.matmul(mixed, rollout);
        }
        Tensor rows = kernels.concat(read(graph, layers.lastKey(), rollout), 1);
        return kernels.reduce(Reduction.MEAN, rows, List.of(1), true);
    }

    /** The rows of the tokens {@code [N, T, D]} that the head reads: some that are selected, a range of them, or all. */
    private static List<Tensor> read(Graph graph, int attention, Tensor rollout) {
        List<Tensor> rows = new ArrayList<>();
        for (int n = attention + 1; n < graph.size(); n++) {
            Node node = graph.node(n);
            boolean ofTokens = node.operands().size() == 1 && node.operands().getFirst().shape().rank() == 3
                    && node.operands().getFirst().shape().size(1) == rollout.size(1);
            if (ofTokens && node.op() instanceof Select select && select.dim() == 1) {
                rows.add(rollout.slice(1, select.index(), select.index() + 1));
            } else if (ofTokens && node.op() instanceof Slice slice && slice.dim() == 1) {
                rows.add(rollout.slice(1, slice.start(), slice.end(), slice.step()));
            }
        }
        return rows.isEmpty() ? List.of(rollout) : rows;
    }

    /** {@code [N, T, T]} per layer, the mean over heads, by the node that attends. */
    private static SortedMap<Integer, Tensor> probabilities(Kernels kernels, Graph graph) {
        SortedMap<Integer, Tensor> layers = new TreeMap<>();
        for (int n = 0; n < graph.size(); n++) {
            Node node = graph.node(n);
            Tensor of = null;
            if (node.op() instanceof Attention attention && node.operands().size() == Attention.MASK
                    && attention.spec().equals(AttentionSpec.of(attention.spec().scale()))) {
                of = kernels.softmax(scores(kernels, node, attention.spec()), -1);
            } else if (node.op() instanceof Linear && node.operands().getFirst().node().op() instanceof Softmax) {
                of = node.operands().getFirst().node().keptOutput(0);
            }
            if (of != null && of.rank() == 4 && of.size(2) == of.size(3)) {
                layers.put(n, kernels.reduce(Reduction.MEAN, of, List.of(1), false));
            }
        }
        return layers;
    }

    private static Tensor scores(Kernels kernels, Node node, AttentionSpec spec) {
        Tensor products = kernels.matmul(node.operandAtHand(Attention.QUERY),
                node.operandAtHand(Attention.KEY).transpose(-2, -1));
        return kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, spec.scale(), 0), products);
    }

    /** {@code (P + 1) / 2}; rows sum to 1. */
    private static Tensor withResidual(Kernels kernels, Tensor probabilities) {
        int tokens = probabilities.size(-1);
        DType dtype = probabilities.dtype();
        double[] one = new double[tokens * tokens];
        for (int t = 0; t < tokens; t++) {
            one[t * tokens + t] = 1;
        }
        Tensor sum = kernels.binary(BinaryFn.ADD, probabilities, Tensor.of(one, dtype, Shape.of(tokens, tokens)));
        return kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, 0.5, 0), sum);
    }
}
