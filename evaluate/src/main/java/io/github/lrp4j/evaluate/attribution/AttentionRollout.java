package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier.Recorded;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Resampling;

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
        Shape grid = grid(graph);
        int patches = grid.size(2) * grid.size(3);
        Tensor row = Rollout.of(kernels, graph);
        int before = row.size(2) - patches;
        if (before < 0) {
            throw new IllegalArgumentException("attention rollout: " + row.size(2) + " tokens, but patches " + grid
                    + "; it is for transformers whose tokens are patches");
        }
        Tensor shares = kernels.contiguous(row.slice(2, before, before + patches));
        Tensor relevance = kernels.interpolate(shares.reshape(batch.size(), 1, grid.size(2), grid.size(3)),
                Resampling.to(Resampling.Mode.NEAREST, false, batch.inputs().shape().toList().subList(2, 4)));
        recorded.free();
        return relevance;
    }

    private static Shape grid(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Conv && node.outputShape(0).rank() == 4)
                .map(node -> node.outputShape(0)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("attention rollout: no convolution makes patches"));
    }
}
