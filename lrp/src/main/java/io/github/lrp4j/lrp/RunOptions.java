package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Value;
import java.util.List;

/**
 * How an {@link Lrp} runs its plans.
 *
 * @param trace who watches
 * @param keepAll whether the relevance of every node is kept
 * @param only the sole targets; null if inputs and parameters are
 * @param nonFinite whether NaN and infinities may pass
 */
record RunOptions(Trace trace, boolean keepAll, List<Value> only, boolean nonFinite) {
    static final RunOptions DEFAULT = new RunOptions(Trace.NONE, false, null, false);

    RunOptions watchedBy(Trace watcher) {
        return new RunOptions(watcher, keepAll, only, nonFinite);
    }

    RunOptions keepingAll() {
        return new RunOptions(trace, true, only, nonFinite);
    }

    RunOptions only(List<Value> targets) {
        return new RunOptions(trace, keepAll, List.copyOf(targets), nonFinite);
    }

    RunOptions allowingNonFinite() {
        return new RunOptions(trace, keepAll, only, true);
    }
}
