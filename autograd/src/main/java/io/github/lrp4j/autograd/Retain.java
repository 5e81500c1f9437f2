package io.github.lrp4j.autograd;

/**
 * Which activations a {@link Tape} keeps. The results of every later pass are the same; memory and time differ.
 *
 * <pre>{@code
 * new Tape(kernels, Retain.checkpoint(32));
 * }</pre>
 */
public final class Retain {
    /** Nothing at all: inference. Values carry no history. */
    public static final Retain NOTHING = new Retain("nothing", 0);
    /** Only what gradients need, the default; relevance propagation recovers the rest through Promises. */
    public static final Retain GRADIENT = new Retain("gradient", 0);
    /** Every operand and output: more memory, no recomputation and no Promises. */
    public static final Retain SPEED = new Retain("speed", 0);

    private final String name;
    private final int every;

    private Retain(String name, int every) {
        this.name = name;
        this.every = every;
    }

    /**
     * Less than gradients need: every {@code every}-th arg node ends a segment, and only values that one segment computes
     * and a later one reads are kept. Everything else is replayed, once and segment by segment, when a reverse pass comes
     * to it, and dropped when the pass has gone by.
     *
     * <p>Arg nodes are here the nodes whose values a reverse pass reads: those that keep something for the gradient, and
     * sums, whose operands relevance propagation reads. A chain of n of them holds {@code n / every} values after the
     * forward pass and at most {@code every} more while going back: {@code O(sqrt n)} for {@code every = sqrt n}, for one
     * more forward pass of time. Whatever crosses a segment's end is kept, so residual connections, long skips and shared
     * values never make a replay leave its segment. Masks and positions that fix a replay (dropout, max pooling, gather) are
     * kept; statistics of normalisations are computed again. Source: Chen et al. 2016 (arXiv 1604.06174), section 4.
     *
     * @param every length of a segment, at least 1
     */
    public static Retain checkpoint(int every) {
        if (every < 1) {
            throw new IllegalArgumentException("checkpoint: every " + every + "-th node is none; give 1 or more");
        }
        return new Retain("checkpoint", every);
    }

    /** Length of a segment, 0 where the graph is not cut into segments. */
    int segment() {
        return every;
    }

    /** Whether reverse passes have to replay what gradients need. */
    public boolean isCheckpoint() {
        return every > 0;
    }

    /** {@code gradient}, {@code checkpoint(32)}. */
    @Override
    public String toString() {
        return every > 0 ? name + "(" + every + ")" : name;
    }
}
