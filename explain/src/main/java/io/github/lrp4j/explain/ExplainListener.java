package io.github.lrp4j.explain;

/** Told how far explanations are: pieces of work begin and end one after another, never one within another. */
public interface ExplainListener {
    /** Hears nothing. */
    ExplainListener NONE = new ExplainListener() {
    };

    /**
     * A piece of work begins.
     *
     * @param work what it is, in a word or two
     * @param steps how many steps it has; 0 where nobody knows
     */
    default void begins(String work, long steps) {
    }

    /** A step is done. */
    default void step() {
    }

    /** The piece of work is done, or was given up. */
    default void ends() {
    }
}
