package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.BatchNormalized;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = (x - mean) / sqrt(variance + eps) * weight + bias} per channel of {@code [N, C, H, W]} (Ioffe, Szegedy
 * 2015).
 *
 * <p>In evaluation mean and variance are the running ones, in training those of the batch.
 *
 * @param path prefix of the keys {@code weight}, {@code bias}, {@code running_mean} and {@code running_var}
 * @param weight {@code [C]}
 * @param bias {@code [C]}
 * @param mean running mean {@code [C]}
 * @param variance running variance {@code [C]}
 * @param eps added to the variance
 */
public record BatchNorm2d(String path, Tensor weight, Tensor bias, Tensor mean, Tensor variance,
        double eps) implements Layer {
    /** The share of a batch in the running statistics. */
    public static final double MOMENTUM = 0.1;

    /** A batch norm of {@code channels} channels from {@code weights}, with an eps of 1e-5. */
    public static BatchNorm2d of(Weights weights, int channels) {
        return of(weights, channels, 1e-5);
    }

    /** A batch norm of {@code channels} channels from {@code weights}. */
    public static BatchNorm2d of(Weights weights, int channels, double eps) {
        weights.ignore("num_batches_tracked");
        return new BatchNorm2d(weights.path(), weights.get("weight", Initial.ONES, channels),
                weights.get("bias", Initial.ZEROS, channels), weights.get("running_mean", Initial.ZEROS, channels),
                weights.get("running_var", Initial.ONES, channels), eps);
    }

    private String meanKey() {
        return path + ".running_mean";
    }

    private String varianceKey() {
        return path + ".running_var";
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Tape tape = x.tape();
        Value w = tape.parameter(path + ".weight", weight);
        Value b = tape.parameter(path + ".bias", bias);
        if (pass.training().isEmpty()) {
            return x.batchNorm(mean, variance, w, b, eps);
        }
        BatchNormalized normalized = x.batchNormTraining(w, b, eps);
        pass.update(meanKey(), normalized.runningMean(pass.current(meanKey(), mean), MOMENTUM));
        pass.update(varianceKey(), normalized.runningVariance(pass.current(varianceKey(), variance), MOMENTUM));
        return normalized.output();
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".weight", weight);
        parameters.put(path + ".bias", bias);
    }

    @Override
    public void collectBuffers(Map<String, Tensor> buffers) {
        buffers.put(meanKey(), mean);
        buffers.put(varianceKey(), variance);
    }

    @Override
    public BatchNorm2d with(Map<String, Tensor> state) {
        return new BatchNorm2d(path, state.getOrDefault(path + ".weight", weight),
                state.getOrDefault(path + ".bias", bias),
                state.getOrDefault(meanKey(), mean), state.getOrDefault(varianceKey(), variance), eps);
    }
}
