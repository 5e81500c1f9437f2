package io.github.lrp4j.autograd;

import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * Result of {@link Value#batchNormTraining} and the statistics of its batch.
 *
 * @param output the normalised values
 * @param mean mean per channel, {@code [C]}
 * @param variance biased variance per channel, {@code [C]}
 * @param cells number of values behind each statistic
 */
public record BatchNormalized(Value output, Tensor mean, Tensor variance, long cells) {
    /** {@code (1 - momentum) before + momentum mean}. */
    public Tensor runningMean(Tensor before, double momentum) {
        return moved(before, momentum, mean, momentum);
    }

    /** {@code (1 - momentum) before + momentum variance n / (n - 1)}: running variances are unbiased, as PyTorch has them. */
    public Tensor runningVariance(Tensor before, double momentum) {
        return moved(before, momentum, variance, momentum * cells / (cells - 1));
    }

    private Tensor moved(Tensor before, double momentum, Tensor now, double weight) {
        Kernels kernels = output.tape().kernels();
        return kernels.binary(ADD, kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, 1 - momentum, 0), before),
                kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, weight, 0), now));
    }
}
