package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Standardization (layer norm without its affine part) and the parts of batch norm. */
public class NormBench extends KernelBench {
    private static final double EPS = 1e-5;

    /** Activations of known networks: samples or tokens, channels, and what else is normalised. */
    public enum Size {
        /** In the caches. */
        SMALL(4, 16, 25),
        /** 197 tokens of ViT-B. */
        VIT(197, 768, 1),
        /** 384 tokens of RoBERTa-large. */
        ROBERTA(384, 1024, 1),
        /** A stage of ResNet: 256 planes of 56 x 56. */
        RESNET(1, 256, 56 * 56);

        final int rows;
        final int channels;
        final int plane;

        Size(int rows, int channels, int plane) {
            this.rows = rows;
            this.channels = channels;
            this.plane = plane;
        }
    }

    /** Functions. */
    public enum Function {
        /** To mean 0 and variance 1. */
        STANDARDIZE,
        /** Its adjoint. */
        STANDARDIZE_ADJOINT,
        /** Batch norm in evaluation. */
        CHANNEL_AFFINE,
        /** Statistics of batch norm in training. */
        CHANNEL_STATISTICS
    }

    /** The shapes. */
    @Param
    public Size size;

    /** The function. */
    @Param
    public Function function;

    @Override
    public String toString() {
        return function + " " + size;
    }

    @Override
    Work draw(Numbers numbers) {
        Tensor x = numbers.normal(size.rows, size.channels, size.plane);
        Tensor g = numbers.normal(size.rows, size.channels, size.plane);
        Tensor scale = numbers.normal(size.channels);
        Tensor shift = numbers.normal(size.channels);
        Normalized known = new ReferenceKernels().standardize(x, 1, EPS);
        double cells = x.elements();
        return switch (function) {
            case STANDARDIZE -> Work.movingSeveral(2 * cells, kernels -> parts(kernels.standardize(x, 1, EPS)));
            case STANDARDIZE_ADJOINT -> Work.moving(3 * cells,
                    kernels -> kernels.standardizeVjp(g, x, known.mean(), known.inverseDeviation(), 1));
            case CHANNEL_AFFINE -> Work.moving(2 * cells, kernels -> kernels.channelAffine(x, scale, shift));
            case CHANNEL_STATISTICS -> Work.movingSeveral(cells,
                    // Of the mean, which is nearly zero here, only rounding would be compared.
                    kernels -> List.of(kernels.channelStatistics(x, EPS).output()));
        };
    }

    private static List<Tensor> parts(Normalized normalized) {
        return List.of(normalized.output(), normalized.inverseDeviation());
    }
}
