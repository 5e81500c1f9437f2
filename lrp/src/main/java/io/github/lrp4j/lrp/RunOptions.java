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
 * @param recorded whether the pass itself is recorded
 */
record RunOptions(Trace trace, boolean keepAll, List<Value> only, boolean nonFinite, boolean recorded) {
    static final RunOptions DEFAULT = new RunOptions(Trace.NONE, false, null, false, false);

    RunOptions watchedBy(Trace watcher) {
        return new RunOptions(watcher, keepAll, only, nonFinite, recorded);
    }

    RunOptions keepingAll() {
        return new RunOptions(trace, true, only, nonFinite, recorded);
    }

    RunOptions only(List<Value> targets) {
        return new RunOptions(trace, keepAll, List.copyOf(targets), nonFinite, recorded);
    }

    RunOptions allowingNonFinite() {
        return new RunOptions(trace, keepAll, only, true, recorded);
    }

    RunOptions recordingGraph() {
        return new RunOptions(trace, keepAll, only, nonFinite, true);
    }
}
