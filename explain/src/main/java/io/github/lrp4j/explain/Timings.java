package io.github.lrp4j.explain;

/**
 * Seconds per phase, of all that was computed together.
 *
 * @param input making the input: resizing and normalising pictures, splitting texts into tokens
 * @param forward the model
 * @param relevance compiling the plan where it is new, and the propagation, of all classes in question together
 */
public record Timings(double input, double forward, double relevance) {
    private static final double NANOS = 1e-9;

    /** The times between four readings of {@link System#nanoTime}. */
    static Timings between(long start, long read, long recorded, long done) {
        return new Timings((read - start) * NANOS, (recorded - read) * NANOS, (done - recorded) * NANOS);
    }

    /** The sum of all phases. */
    public double total() {
        return input + forward + relevance;
    }
}
