package io.github.lrp4j.zoo.weights;

/** Weights that do not fit a network; the message lists keys that are missing, of another shape, or unexpected. */
public final class WeightsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** A fault of the weights. */
    public WeightsException(String message) {
        super(message);
    }
}
