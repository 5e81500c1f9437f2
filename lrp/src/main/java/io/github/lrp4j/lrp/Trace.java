package io.github.lrp4j.lrp;

import io.github.lrp4j.lrp.promise.Promise;

/** Watches a run, for teaching, tests and progress. Methods are called on the running thread, in order. */
public interface Trace {
    /** Watches nothing. */
    Trace NONE = new Trace() {
    };

    /** The output of the node at {@code index} was computed again from what was kept below it. */
    default void recovered(int index) {
    }

    /** All missing operands of the Promise's origin are there. */
    default void ready(Promise promise) {
    }

    /** The Promise's origin has handed its relevance on. */
    default void complete(Promise promise) {
    }

    /** The rule of the node at {@code index} has handed its relevance on. */
    default void propagated(int index) {
    }
}
