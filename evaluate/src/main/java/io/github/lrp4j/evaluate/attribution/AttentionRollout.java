package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.Select;
import io.github.lrp4j.autograd.op.Slice;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier.Recorded;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.Resampling;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code R = mean over the tokens that the head reads of the rows of B_L ... B_1} with {@code B_l = (mean over heads of
 * P_l + 1) / 2} and the attention probabilities P of each layer: attention rollout of vision transformers (Abnar,
 * Zuidema 2020, arXiv 2005.00928, section 3).
 *
 * <p>The same for every class. P is computed again from the queries and keys on the graph, or read there if attention
 * is written out. The head reads the class token, or the mean of tokens, as the graph shows. The first convolution says
 * how many patches there are, which are the last tokens. A patch's share is spread over its pixels.
 */
public record AttentionRollout() implements Attribution {
    @Override
    public String name() {
        return "attention-rollout";
    }

    /** @throws IllegalArgumentException if the graph has no self-attention over the patches of a convolution */
    @Override
    public Tensor of(Batch batch) {
        Recorded recorded = batch.classifier().record(batch.inputs(), Retain.SPEED);
        Graph graph = Graph.of(recorded.logits());
        Kernels kernels = batch.kernels();
        List<Tensor> layers = probabilities(kernels, graph);
        Shape grid = grid(graph);
        int patches = grid.size(2) * grid.size(3);
        if (layers.isEmpty() || layers.getFirst().size(-1) < patches) {
            throw new IllegalArgumentException("attention rollout: " + layers.size() + " layers of self-attention over "
                    + "patches " + grid + (layers.isEmpty() ? "" : " with probabilities " + layers.getFirst().shape())
                    + "; it is for transformers whose tokens are patches");
        }
        Tensor rollout = null;
        for (Tensor probabilities : layers) {
            Tensor mixed = withResidual(kernels, probabilities);
            rollout = rollout == null ? mixed : kernels.matmul(mixed, rollout);
        }
        int before = rollout.size(-1) - patches;
        Tensor row = kernels.reduce(Reduction.MEAN, read(graph, rollout), List.of(1), true);
        Tensor shares = kernels.contiguous(row.slice(2, before, before + patches));
        Tensor relevance = kernels.interpolate(shares.reshape(batch.size(), 1, grid.size(2), grid.size(3)),
                Resampling.to(Resampling.Mode.NEAREST, false, batch.inputs().shape().toList().subList(2, 4)));
        recorded.free();
        return relevance;
    }

    /** The rows of the tokens {@code [N, T, D]} that the head reads: one that is selected, a range of them, or all. */
    private static Tensor read(Graph graph, Tensor rollout) {
        for (Node node : graph.nodes().reversed()) {
            boolean ofTokens = node.operands().size() == 1 && node.operands().getFirst().shape().rank() == 3
                    && node.operands().getFirst().shape().size(1) == rollout.size(1);
            if (ofTokens && node.op() instanceof Select select && select.dim() == 1) {
                return rollout.slice(1, select.index(), select.index() + 1);
            }
            if (ofTokens && node.op() instanceof Slice slice && slice.dim() == 1) {
                return rollout.slice(1, slice.start(), slice.end(), slice.step());
            }
        }
        return rollout;
    }

    /** {@code [N, T, T]} per layer, the mean over heads. */
    private static List<Tensor> probabilities(Kernels kernels, Graph graph) {
        List<Tensor> layers = new ArrayList<>();
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
                layers.add(kernels.reduce(Reduction.MEAN, of, List.of(1), false));
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

    private static Shape grid(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Conv && node.outputShape(0).rank() == 4)
                .map(node -> node.outputShape(0)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("attention rollout: no convolution makes patches"));
    }
}
