package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/**
 * {@code -sum_c q_c ln softmax(x)_c} with {@code q = (1 - labelSmoothing) onehot(class) + labelSmoothing / C}: the cross
 * entropy of class scores.
 *
 * <p>Scores {@code [N, C, ...]}, or {@code [C]} for one sample; classes (integers) {@code [N, ...]}, or a scalar. Recorded
 * as log-softmax, gather and sum.
 *
 * @param ignoredClass samples of this class do not count, -100 by custom
 * @param labelSmoothing share of the target that is spread over all classes, 0 to 1 (Szegedy et al., arXiv 1512.00567)
 * @param reduction what becomes of the samples' losses
 */
public record CrossEntropy(long ignoredClass, double labelSmoothing, Reduction reduction) {
    /** What becomes of the samples' losses. */
    public enum Reduction {
        /** Their mean over the samples that count; NaN if none does. */
        MEAN,
        /** Their sum. */
        SUM,
        /** Each for itself, 0 for those that do not count. */
        NONE
    }

    /** The mean over the samples, no smoothing. */
    public static final CrossEntropy MEAN = new CrossEntropy(-100, 0, Reduction.MEAN);

    /** Checks. */
    public CrossEntropy {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException(
                    "cross_entropy: label smoothing " + labelSmoothing + " must lie between 0 and 1");
        }
    }

    /** The same with other smoothing. */
    public CrossEntropy smoothed(double labelSmoothing) {
        return new CrossEntropy(ignoredClass, labelSmoothing, reduction);
    }

    /** The same with another reduction. */
    public CrossEntropy reduced(Reduction reduction) {
        return new CrossEntropy(ignoredClass, labelSmoothing, reduction);
    }

    /** The loss of class scores. */
    public Value of(Value scores, Tensor classes) {
        return ofLogProbabilities(scores.logSoftmax(scores.shape().rank() == 1 ? 0 : scores.axis("cross_entropy", 1)),
                classes);
    }

    /** The loss of log-probabilities, such as a log-softmax gives: the negative log-likelihood. */
    public Value ofLogProbabilities(Value logProbabilities, Tensor classes) {
        if (logProbabilities.shape().rank() == 1) {
            Value one = logProbabilities.reshape(1, -1);
            Value loss = ofLogProbabilities(one, classes.reshape(1));
            return reduction == Reduction.NONE ? loss.reshape(Shape.SCALAR) : loss;
        }
        Shape samples = logProbabilities.shape().without(logProbabilities.axis("cross_entropy", 1));
        if (!classes.shape().equals(samples) || classes.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    "cross_entropy: one integer class per sample, scores " + logProbabilities.shape()
                            + ", classes " + classes.dtype() + classes.shape());
        }
        Targets targets = targets(classes.toLongArray(), logProbabilities.shape().size(1));
        Value index = logProbabilities.tape().constant(Tensor.of(targets.classes, classes.shape().inserted(1, 1)));
        Value picked = counted(logProbabilities.gather(1, index).reshape(samples), targets);
        if (labelSmoothing == 0) {
            return reduced(picked, -1, targets);
        }
        Value all = counted(logProbabilities.sum(List.of(1), false), targets);
        Value loss = reduced(picked, labelSmoothing - 1, targets);
        return loss.add(reduced(all, -labelSmoothing / logProbabilities.shape().size(1), targets));
    }

    /** Classes with 0 in place of the ignored one, and where that was. */
    private static final class Targets {
        final long[] classes;
        final byte[] ignored;
        final int count;

        Targets(long[] classes, byte[] ignored, int count) {
            this.classes = classes;
            this.ignored = ignored;
            this.count = count;
        }
    }

    private Targets targets(long[] classes, int bound) {
        byte[] ignored = new byte[classes.length];
        int count = 0;
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] == ignoredClass) {
                ignored[i] = 1;
                classes[i] = 0;
            } else if (classes[i] < 0 || classes[i] >= bound) {
                throw new IllegalArgumentException(
                        "cross_entropy: class " + classes[i] + " of sample " + i + " is none of " + bound + " classes");
            } else {
                count++;
            }
        }
        return new Targets(classes, ignored, count);
    }

    private static Value counted(Value perSample, Targets targets) {
        if (targets.count == targets.classes.length) {
            return perSample;
        }
        Tensor mask = Tensor.of(targets.ignored, DType.BOOL, perSample.shape());
        return perSample.maskedFill(perSample.tape().constant(mask), 0);
    }

    private Value reduced(Value perSample, double factor, Targets targets) {
        return switch (reduction) {
            case MEAN -> perSample.sum().scale(factor / targets.count);
            case SUM -> perSample.sum().scale(factor);
            case NONE -> perSample.scale(factor);
        };
    }
}
