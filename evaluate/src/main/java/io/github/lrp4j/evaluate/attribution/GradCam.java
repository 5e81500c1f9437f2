package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier.Recorded;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.Resampling;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * {@code R = upsample(max(sum_k a_k A_k, 0))} with {@code a_k = mean over the plane of d y_t / dA_k}, for the maps A of
 * the last convolution of a network of pictures {@code [N, C, H, W]} (Selvaraju et al. 2017, arXiv 1610.02391,
 * equations 1 and 2).
 *
 * <p>A is found on the graph: the last convolution, with its bias, normalisation, residual sum and activation, as long
 * as one op after another alone uses what the one before gave, in its shape. Upsampling is bilinear.
 */
public final class GradCam implements Attribution {
    private final Lrp gradient = Lrp.with(Presets.gradient());

    @Override
    public String name() {
        return "grad-cam";
    }

    /** @throws IllegalArgumentException if no convolution of planes leads to the logits */
    @Override
    public Tensor of(Batch batch) {
        Recorded recorded = batch.classifier().record(batch.inputs(), Retain.SPEED);
        Node layer = lastLayer(Graph.of(recorded.logits()));
        Value maps = Value.of(layer, 0, layer.keptOutput(0));
        Tensor slopes = gradient.only(maps).explain(recorded.logits(), batch.seed(), maps).of(maps);

        Kernels kernels = batch.kernels();
        Tensor weights = kernels.reduce(Reduction.MEAN, slopes, List.of(2, 3), true);
        Tensor sum = kernels.reduce(Reduction.SUM, kernels.binary(BinaryFn.MUL, maps.tensor(), weights), List.of(1),
                true);
        Tensor relevance = kernels.interpolate(kernels.unary(UnaryFn.of(UnaryFn.Kind.RELU), sum), Resampling.to(
                Resampling.Mode.LINEAR, false, batch.inputs().shape().toList().subList(2, 4)));
        recorded.free();
        return relevance;
    }

    private static Node lastLayer(Graph graph) {
        int at = graph.size() - 1;
        while (at >= 0 && !(graph.node(at).op() instanceof Conv && graph.node(at).isActivation()
                && graph.node(at).outputShape(0).rank() == 4)) {
            at--;
        }
        if (at < 0) {
            throw new IllegalArgumentException("grad-cam: no convolution of planes leads to the logits of "
                    + graph.outputs().getFirst().node());
        }
        while (graph.useCount(at) == 1) {
            int next = graph.uses(at).getFirst().consumer();
            Node consumer = graph.node(next);
            boolean keepsPlanes = consumer.outputCount() == 1
                    && consumer.outputShape(0).equals(graph.node(at).outputShape(0))
                    && !(consumer.op() instanceof Linear) && !(consumer.op() instanceof Movement);
            if (!keepsPlanes) {
                break;
            }
            at = next;
        }
        return graph.node(at);
    }
}
