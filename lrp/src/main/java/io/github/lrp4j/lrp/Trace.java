package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.lrp.promise.Promise;

/** Watches a run, for teaching, tests and progress. Methods are called on the running thread, in order. */
public interface Trace extends RecordedValues.Watcher {
    /** Watches nothing. */
    Trace NONE = new Trace() {
    };

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
