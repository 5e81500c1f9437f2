package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.BatchNorm2d;
import io.github.lrp4j.zoo.layer.Conv2d;
import io.github.lrp4j.zoo.layer.Layer;
import io.github.lrp4j.zoo.layer.Residual;
import io.github.lrp4j.zoo.layer.Sequential;
import io.github.lrp4j.zoo.layer.Skip;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code w' = w g / sqrt(var + eps), b' = (b - mean) g / sqrt(var + eps) + beta}: each convolution takes in the batch
 * norm that follows it, a canonizer.
 *
 * <p>The result computes the same function in evaluation (to rounding; the weights are computed in float64) and has no
 * batch norm left after a convolution, which relevance rules of the epsilon type need to be well-conditioned. The
 * modules keep their names, the convolutions get a bias, and the original does not change. A batch norm that does not
 * directly follow a convolution stays.
 */
public final class BatchNormFolding {
    private BatchNormFolding() {
    }

    /** The network with its batch norms folded. */
    public static Network fold(Network network) {
        return network.withLayers(fold(network.layers()));
    }

    private static Sequential fold(Sequential layers) {
        List<Sequential.Child> folded = new ArrayList<>();
        for (Sequential.Child child : layers.children()) {
            Layer last = folded.isEmpty() ? null : folded.getLast().layer();
            if (child.layer() instanceof BatchNorm2d norm && last instanceof Conv2d conv) {
                Sequential.Child before = folded.removeLast();
                folded.add(new Sequential.Child(before.name(), fold(conv, norm)));
            } else {
                folded.add(new Sequential.Child(child.name(), switch (child.layer()) {
                    case Sequential inner -> fold(inner);
                    case Residual block -> new Residual(fold(block.main()), fold(block.shortcut()));
                    case Skip block -> new Skip(fold(block.main()));
                    case Layer other -> other;
                }));
            }
        }
        return new Sequential(folded);
    }

    private static Conv2d fold(Conv2d conv, BatchNorm2d norm) {
        int channels = conv.weight().size(0);
        double[] weight = conv.weight().toDoubleArray();
        double[] bias = conv.bias() == null ? new double[channels] : conv.bias().toDoubleArray();
        double[] scale = norm.weight().toDoubleArray();
        double[] shift = norm.bias().toDoubleArray();
        double[] mean = norm.mean().toDoubleArray();
        double[] variance = norm.variance().toDoubleArray();
        int fanIn = weight.length / channels;
        for (int c = 0; c < channels; c++) {
            double factor = scale[c] / Math.sqrt(variance[c] + norm.eps());
            for (int i = c * fanIn; i < (c + 1) * fanIn; i++) {
                weight[i] *= factor;
            }
            bias[c] = (bias[c] - mean[c]) * factor + shift[c];
        }
        DType dtype = conv.weight().dtype();
        return new Conv2d(conv.path(), Tensor.of(weight, dtype, conv.weight().shape()).durable(),
                Tensor.of(bias, dtype, norm.bias().shape()).durable(), conv.spec());
    }
}
