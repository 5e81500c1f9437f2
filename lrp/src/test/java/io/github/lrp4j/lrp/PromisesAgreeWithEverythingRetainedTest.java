package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.lrp.promise.PromiseBranch;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle of the Promise system: the same rules with every activation kept, and no Promise at all, say the same. */
class PromisesAgreeWithEverythingRetainedTest {
    private static final int GRAPHS_PER_BATCH = 100;

    private static final List<Lrp> TABLES = List.of(Lrp.with(Presets.dynamicLrp()),
            Lrp.with(Presets.dynamicLrpGamma(100, 1)),
            Lrp.with(Presets.epsilonPlus()), Lrp.with(Presets.epsilonAlpha2Beta1()),
            Lrp.with(Presets.epsilonGammaBox(List.of(-2.0), List.of(2.0))), Lrp.with(Presets.epsilonPlusFlat()));

    static Stream<Integer> batches() {
        return IntStream.range(0, 12).boxed();
    }

    @ParameterizedTest
    @MethodSource("batches")
    void onRandomGraphs(int batch) {
        Set<Promise.Kind> kinds = EnumSet.noneOf(Promise.Kind.class);
        int internal = 0;
        for (int g = 0; g < GRAPHS_PER_BATCH; g++) {
            long seed = 1_000L * batch + g;
            RelevancePlan plan = agree(TABLES.get((int) (seed % TABLES.size())), seed, 5 + (int) (seed % 40));
            plan.promises().forEach(promise -> kinds.add(promise.kind()));
            internal += plan.statistics().internalNodes();
        }
        // The graphs must be worth the name: every kind of Promise, and branches that really chain closures.
        assertThat(kinds).containsExactlyInAnyOrder(Promise.Kind.values());
        assertThat(internal).isGreaterThan(GRAPHS_PER_BATCH);
    }

    private static RelevancePlan agree(Lrp lrp, long seed, int steps) {
        Value lean = RandomGraphs.record(new Tape(new ReferenceKernels(), Retain.GRADIENT), seed, steps);
        Value full = RandomGraphs.record(new Tape(new ReferenceKernels(), Retain.SPEED), seed, steps);
        Map<Integer, Integer> propagated = new HashMap<>();
        Map<Integer, Integer> recovered = new HashMap<>();
        Relevance withPromises = lrp.watchedBy(new Trace() {
            @Override
            public void propagated(int index) {
                propagated.merge(index, 1, Integer::sum);
            }

            @Override
            public void recovered(int index) {
                recovered.merge(index, 1, Integer::sum);
            }
        }).explain(lean, Seed.top1());
        Relevance withEverything = lrp.explain(full, Seed.top1());
        Value cut = RandomGraphs.record(new Tape(new ReferenceKernels(), Retain.checkpoint(1 + (int) (seed % 9))), seed,
                steps);
        Map<Integer, Integer> replayed = new HashMap<>();
        Relevance withCheckpoints = lrp.watchedBy(new Trace() {
            @Override
            public void recovered(int index) {
                replayed.merge(index, 1, Integer::sum);
            }
        }).explain(cut, Seed.top1());
        assertThat(replayed.values()).as("graph " + seed).allMatch(count -> count == 1);
        sameLeaves("checkpointed graph " + seed, withCheckpoints, withEverything);

        String graph = "graph " + seed;
        assertThat(propagated.values()).as(graph).containsOnly(1);
        assertThat(recovered.values()).as(graph).allMatch(count -> count == 1);
        assertThat(withEverything.plan().promises()).as(graph).isEmpty();
        noNodeIsInsideTwoBranches(withPromises);
        sameLeaves(graph, withPromises, withEverything);
        assertThat(withPromises.ledger().imbalance()).as(graph).isLessThan(1e-12);
        assertThat(withEverything.ledger().imbalance()).as(graph).isLessThan(1e-12);
        return withPromises.plan();
    }

    private static void noNodeIsInsideTwoBranches(Relevance relevance) {
        Set<Integer> inside = new HashSet<>();
        relevance.plan().promises().stream().flatMap(p -> p.branches().stream()).map(PromiseBranch::internal)
                .forEach(nodes -> nodes.forEach(node -> assertThat(inside.add(node)).isTrue()));
    }

    private static void sameLeaves(String graph, Relevance lean, Relevance full) {
        Map<String, Tensor> expected = leaves(full);
        leaves(lean).forEach((name, relevance) -> {
            double[] want = expected.get(name).toDoubleArray();
            double[] got = relevance.toDoubleArray();
            double largest = java.util.Arrays.stream(want).map(Math::abs).max().orElse(0);
            for (int i = 0; i < want.length; i++) {
                assertThat(got[i]).as("%s, relevance of %s [%d]", graph, name, i)
                        .isCloseTo(want[i], org.assertj.core.data.Offset.offset(1e-12 * largest));
            }
        });
    }

    private static Map<String, Tensor> leaves(Relevance relevance) {
        Map<String, Tensor> found = new HashMap<>();
        Graph graph = relevance.graph();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Leaf leaf) {
                found.put(leaf.name(), relevance.of(node, 0));
            }
        }
        return found;
    }
}
