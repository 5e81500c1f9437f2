package io.github.lrp4j.explain;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.NonFiniteRelevanceException;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Trace;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Propagates relevance by one method, and tells how far it is; the plan is compiled once per structure of graph. */
final class Propagator {
    /**
     * What came of it.
     *
     * @param relevances one per seed
     * @param warning where relevance first stopped being finite, and why, if it did
     */
    record Outcome(List<Relevance> relevances, Optional<String> warning) {
    }

    /** The most explanations that one sweep carries: memory of relevance grows with them. */
    static final int MOST_LANES = 8;

    private final Settings settings;
    private final Lrp lrp;

    Propagator(Settings settings) {
        this.settings = settings;
        this.lrp = Lrp.with(settings.method().rules());
    }

    /** An explanation per seed, asking for the relevance of these values. */
    Outcome explain(Value output, List<Seed> seeds, Value... asked) {
        // Nobody reads the gradients of the weights, and nobody shows the books of a gradient. Of a decomposition the books
        // are shown, but not what a whole table of words got, which would be as large as the table for every seed.
        Lrp wanted = settings.method().decomposes() ? lrp.endingAt(asked) : lrp.only(asked);
        try {
            return new Outcome(propagate(wanted, output, seeds, asked), Optional.empty());
        } catch (NonFiniteRelevanceException e) {
            return new Outcome(propagate(wanted.allowingNonFinite(), output, seeds, asked),
                    Optional.of(e.getMessage()));
        }
    }

    private List<Relevance> propagate(Lrp wanted, Value output, List<Seed> seeds, Value... asked) {
        ExplainListener listener = settings.listener();
        if (listener == ExplainListener.NONE) {
            return wanted.explainEach(output, seeds, asked);
        }
        return told("relevance", Graph.of(output).nodes().size(), () -> wanted.watchedBy(new Trace() {
            @Override
            public void propagated(int index) {
                listener.step();
            }
        }).explainEach(output, seeds, asked));
    }

    /** The relevance of a value that was asked for, as the method reads it. */
    Tensor of(Relevance relevance, Value value) {
        return settings.method().timesInput() ? relevance.timesValue(value) : relevance.of(value);
    }

    /** {@code sum_d R[n, t, d]}, counted through. */
    static double[] perToken(Tensor relevance) {
        int width = relevance.size(2);
        double[] values = relevance.toDoubleArray();
        double[] sums = new double[values.length / width];
        for (int i = 0; i < values.length; i++) {
            sums[i / width] += values[i];
        }
        return sums;
    }

    /** Does a piece of work that the listener hears of. */
    <T> T told(String work, long steps, Supplier<T> task) {
        settings.listener().begins(work, steps);
        try {
            return task.get();
        } finally {
            settings.listener().ends();
        }
    }
}
