package io.github.lrp4j.zoo.train;

/**
 * How a network is trained: everything that decides the result besides data and initial weights.
 *
 * @param epochs passes over the training data
 * @param batch pictures per step; a smaller rest is left out
 * @param algorithm the optimiser
 * @param rate largest learning rate, reached after the warm-up and lowered to zero along a cosine
 * @param warmUp steps in which the rate grows
 * @param weightDecay pull towards zero per step, times the rate
 * @param labelSmoothing share of the target that is spread over all classes
 * @param augmentation what happens to a picture before each use
 * @param seed decides order, augmentation and dropout
 */
public record TrainingPlan(int epochs, int batch, Algorithm algorithm, double rate, int warmUp, double weightDecay,
        double labelSmoothing, Augmentation augmentation, long seed) {
    /** Optimisers. */
    public enum Algorithm {
        /** Adam with decoupled weight decay. */
        ADAMW,
        /** Stochastic gradient descent with Nesterov momentum 0.9. */
        SGD
    }

    /** Checks. */
    public TrainingPlan {
        if (epochs < 1 || batch < 1 || warmUp < 0) {
            throw new IllegalArgumentException(
                    "training: epochs " + epochs + ", batch " + batch + ", warm-up " + warmUp + " out of range");
        }
        if (!(rate > 0 && weightDecay >= 0 && labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("training: rate " + rate + ", weight decay " + weightDecay
                    + ", label smoothing " + labelSmoothing + " out of range");
        }
    }

    /** This plan with another number of epochs. */
    public TrainingPlan withEpochs(int count) {
        return new TrainingPlan(count, batch, algorithm, rate, warmUp, weightDecay, labelSmoothing, augmentation, seed);
    }

    /** This plan with another batch size. */
    public TrainingPlan withBatch(int size) {
        return new TrainingPlan(epochs, size, algorithm, rate, warmUp, weightDecay, labelSmoothing, augmentation, seed);
    }

    /** This plan with another learning rate. */
    public TrainingPlan withRate(double value) {
        return new TrainingPlan(epochs, batch, algorithm, value, warmUp, weightDecay, labelSmoothing, augmentation,
                seed);
    }

    /** This plan with another seed. */
    public TrainingPlan withSeed(long value) {
        return new TrainingPlan(epochs, batch, algorithm, rate, warmUp, weightDecay, labelSmoothing, augmentation,
                value);
    }
}
