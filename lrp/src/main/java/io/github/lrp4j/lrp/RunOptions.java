package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Value;
import java.util.List;

/**
 * How an {@link Lrp} runs its plans.
 *
 * @param trace who watches
 * @param keepAll whether the relevance of every node is kept
 * @param only the sole targets; null if inputs and parameters are
 * @param ends values that count as leaves
 * @param nonFinite whether NaN and infinities may pass
 * @param recorded whether the pass itself is recorded
 * @param repeating whether products that are read again are computed again
 */
record RunOptions(Trace trace, boolean keepAll, List<Value> only, List<Value> ends, boolean nonFinite,
        boolean recorded, boolean repeating) {
    static final RunOptions DEFAULT = new RunOptions(Trace.NONE, false, null, List.of(), false, false, false);

    RunOptions watchedBy(Trace watcher) {
        return new RunOptions(watcher, keepAll, only, ends, nonFinite, recorded, repeating);
    }

    RunOptions keepingAll() {
        return new RunOptions(trace, true, only, ends, nonFinite, recorded, repeating);
    }

    RunOptions only(List<Value> targets) {
        return new RunOptions(trace, keepAll, List.copyOf(targets), ends, nonFinite, recorded, repeating);
    }

    RunOptions endingAt(List<Value> values) {
        return new RunOptions(trace, keepAll, only, List.copyOf(values), nonFinite, recorded, repeating);
    }

    RunOptions allowingNonFinite() {
        return new RunOptions(trace, keepAll, only, ends, true, recorded, repeating);
    }

    RunOptions recordingGraph() {
        return new RunOptions(trace, keepAll, only, ends, nonFinite, true, repeating);
    }

    RunOptions repeatingProducts() {
        return new RunOptions(trace, keepAll, only, ends, nonFinite, recorded, true);
    }
}
