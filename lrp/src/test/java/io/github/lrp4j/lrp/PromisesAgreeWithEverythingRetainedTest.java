package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.lrp.rule.Proportional;
import io.github.lrp4j.lrp.rule.Residual;
import io.github.lrp4j.lrp.rule.TopK;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The oracle of the Promise system: the same rules with every activation kept, and no Promise at all, say the same, on 20,000
 * random graphs of up to about 200 nodes; so do segments of a few lengths, and gradients too.
 */
@Tag("slow")
class PromisesAgreeWithEverythingRetainedTest {
    private static final int BATCHES = 20;
    private static final int GRAPHS_PER_BATCH = 1_000;
    private static final int MOST_STEPS = 56;
    private static final double TOLERANCE = 1e-12;

    private static final List<RuleTable> TABLES = List.of(Presets.dynamicLrp(), Presets.dynamicLrpGamma(100, 1),
            Presets.epsilonPlus(), Presets.epsilonAlpha2Beta1(), Presets.epsilonGammaBox(List.of(-2.0), List.of(2.0)),
            Presets.epsilonPlusFlat(), Presets.dynamicLrp().prepend(Presets.mergedBatchNorm()), Presets.attnLrp(),
            Presets.conservativePropagation(), Presets.attnLrpAsGradient(), Presets.conservativePropagationAsGradient(),
            RuleTable.of(Selector.residual().use(new Residual(Residual.Shares.BRANCH_ONLY, 1e-11)),
                    Selector.every(Additive.class).use(new TopK(new Proportional(1e-11), 0.5))));

    static Stream<Integer> batches() {
        return IntStream.range(0, BATCHES).boxed();
    }

    /** What one graph showed. */
    private record Outcome(String fault, Set<Promise.Kind> kinds, int internal, int nodes) {
    }

    @ParameterizedTest
    @MethodSource("batches")
    void onRandomGraphs(int batch) {
        List<Outcome> outcomes = IntStream.range(0, GRAPHS_PER_BATCH).parallel()
                .mapToObj(g -> compare((long) GRAPHS_PER_BATCH * batch + g)).toList();
        assertThat(outcomes).extracting(Outcome::fault).allMatch(String::isEmpty);
        // The graphs must be worth the name: every kind of Promise, and branches that really chain closures.
        Set<Promise.Kind> kinds = EnumSet.noneOf(Promise.Kind.class);
        outcomes.forEach(outcome -> kinds.addAll(outcome.kinds()));
        assertThat(kinds).containsExactlyInAnyOrder(Promise.Kind.values());
        assertThat(outcomes.stream().mapToInt(Outcome::internal).sum()).isGreaterThan(GRAPHS_PER_BATCH);
        assertThat(outcomes.stream().mapToInt(Outcome::nodes).max().orElseThrow()).isBetween(150, 260);
    }

    private static Outcome compare(long seed) {
        // A plan cache of its own: thousands of graphs would only push each other out of a shared one.
        Lrp lrp = Lrp.with(TABLES.get((int) (seed % TABLES.size())));
        int steps = 1 + (int) (seed * 31 % MOST_STEPS);
        Explained everything = Explained.under(Retain.SPEED, lrp, seed, steps);
        Explained promises = Explained.under(Retain.GRADIENT, lrp, seed, steps);
        Explained segments = Explained.under(Retain.checkpoint(1 + (int) (seed % 29)), lrp, seed, steps);
        StringBuilder fault = new StringBuilder();
        for (Explained run : List.of(everything, promises, segments)) {
            fault.append(run.fault).append(run.differs(everything, TOLERANCE));
            if (run.relevance.ledger().imbalance() > TOLERANCE) {
                fault.append(run.retain).append(": imbalance ").append(run.relevance.ledger().imbalance());
            }
        }
        if (!everything.relevance.plan().promises().isEmpty()) {
            fault.append("Promises although everything was kept");
        }
        Set<Promise.Kind> kinds = EnumSet.noneOf(Promise.Kind.class);
        promises.relevance.plan().promises().forEach(promise -> kinds.add(promise.kind()));
        return new Outcome(fault.isEmpty() ? "" : "graph " + seed + ": " + fault, kinds,
                promises.relevance.plan().statistics().internalNodes(), everything.nodes);
    }
}
