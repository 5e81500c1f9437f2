package io.github.lrp4j.autograd.optim;

/** How far an optimiser goes, as a function of the number of steps that it has made. */
@FunctionalInterface
public interface LearningRate {
    /**
     * The rate of a step.
     *
     * @param step 0 for the first one
     */
    double at(int step);

    /** {@code rate} always. */
    static LearningRate constant(double rate) {
        return step -> rate;
    }

    /** {@code rate * factor^floor(step / every)}. */
    static LearningRate steps(double rate, int every, double factor) {
        if (every < 1) {
            throw new IllegalArgumentException("learning rate: decays every " + every + " steps");
        }
        return step -> {
            int decays = step / every;
            return rate * Math.pow(factor, decays);
        };
    }

    /**
     * {@code floor + (rate - floor) (1 + cos(pi step / total)) / 2}, floor from {@code total} on (Loshchilov and Hutter,
     * arXiv 1608.03983, without restarts).
     */
    static LearningRate cosine(double rate, double floor, int total) {
        if (total < 1) {
            throw new IllegalArgumentException("learning rate: decays over " + total + " steps");
        }
        return step -> step >= total ? floor : floor + (rate - floor) * (1 + Math.cos(Math.PI * step / total)) / 2;
    }

    /** This rate after {@code steps} in which it grows evenly from {@code 1 / steps} of its first value. */
    default LearningRate afterWarmUp(int steps) {
        return step -> step < steps ? at(0) * (step + 1) / steps : at(step - steps);
    }
}
