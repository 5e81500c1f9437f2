package io.github.lrp4j.tensor.kernels;

/** How a reduction folds many numbers into one. */
public enum Reduction {
    /** Sum; 0 for nothing. */
    SUM,
    /** Arithmetic mean; NaN for nothing. */
    MEAN,
    /** Largest; NaN wins; an error for nothing. */
    MAX,
    /** Smallest; NaN wins; an error for nothing. */
    MIN,
    /** Product; 1 for nothing. */
    PROD
}
