package io.github.lrp4j.evaluate.perturbation;

/** What is read from the logits of a perturbed picture. */
public enum Score {
    /** {@code y_t}: the logit of the target. */
    LOGIT,
    /** {@code softmax(y)_t}: the probability of the target. */
    PROBABILITY,
    /** {@code 1 if argmax y = label else 0}: whether the answer is right; only where the label is known. */
    ACCURACY;

    /**
     * The score of one picture.
     *
     * @param logits its logits
     * @param target the explained class
     * @param label the right class
     */
    double of(double[] logits, int target, int label) {
        return switch (this) {
            case LOGIT -> logits[target];
            case PROBABILITY -> probability(logits, target);
            case ACCURACY -> largest(logits) == label ? 1 : 0;
        };
    }

    private static double probability(double[] logits, int target) {
        double largest = logits[largest(logits)];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return Math.exp(logits[target] - largest) / sum;
    }

    private static int largest(double[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }
}
