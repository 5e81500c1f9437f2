package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Pooling of one picture, and the adjoints. */
public class PoolingBench extends KernelBench {
    /** Poolings of known networks. */
    public enum Layer {
        /** In the caches. */
        SMALL(32, 14, 2, 2, 0),
        /** First pooling of VGG: 2 x 2, stride 2. */
        VGG_POOL1(64, 224, 2, 2, 0),
        /** The pooling of ResNet's stem: 3 x 3, stride 2, overlapping. */
        RESNET_STEM(64, 112, 3, 2, 1);

        final int channels;
        final int size;
        final int kernel;
        final int stride;
        final int padding;

        Layer(int channels, int size, int kernel, int stride, int padding) {
            this.channels = channels;
            this.size = size;
            this.kernel = kernel;
            this.stride = stride;
            this.padding = padding;
        }

        PoolSpec spec() {
            return PoolSpec.of(2, kernel, stride, padding);
        }
    }

    /** Functions. */
    public enum Function {
        /** Largest of each window and its index. */
        MAX,
        /** The values at the indices of another pooling. */
        GATHER,
        /** Each value back to where it came from, the work of relevance. */
        SCATTER,
        /** Mean of each window. */
        AVERAGE,
        /** Its adjoint. */
        AVERAGE_ADJOINT,
        /** Mean of 7 x 7 equal parts. */
        ADAPTIVE,
        /** Its adjoint. */
        ADAPTIVE_ADJOINT
    }

    /** The layer. */
    @Param
    public Layer layer;

    /** The function. */
    @Param
    public Function function;

    @Override
    public String toString() {
        return "pool " + function + " " + layer;
    }

    @Override
    Work draw(Numbers numbers) {
        PoolSpec spec = layer.spec();
        Tensor x = numbers.normal(1, layer.channels, layer.size, layer.size);
        Tensor indices = new ReferenceKernels().maxPool(x, spec).indices();
        Tensor g = numbers.normal(indices.shape().toArray());
        Tensor parts = numbers.normal(1, layer.channels, 7, 7);
        double adapted = parts.elements();
        double in = x.elements();
        double out = g.elements();
        double both = in + out;
        return switch (function) {
            case MAX -> Work.moving(both + out, kernels -> kernels.maxPool(x, spec).values());
            case GATHER -> Work.moving(3 * out, kernels -> kernels.planeGather(x, indices));
            case SCATTER -> Work.moving(both + out, kernels -> kernels.planeScatter(g, indices, x.shape()));
            case AVERAGE -> Work.moving(both, kernels -> kernels.avgPool(x, spec));
            case AVERAGE_ADJOINT -> Work.moving(both, kernels -> kernels.avgPoolAdjoint(g, x.shape(), spec));
            case ADAPTIVE -> Work.moving(in + adapted,
                    kernels -> kernels.adaptiveAvgPool(x, List.of(7, 7)));
            case ADAPTIVE_ADJOINT -> Work.moving(in + adapted,
                    kernels -> kernels.adaptiveAvgPoolAdjoint(parts, x.shape()));
        };
    }
}
