package io.github.lrp4j.lrp.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Trace;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The examples by which the paper explains Promises (arXiv 2512.07010, section 4.3 and appendix "Promise examples"), with
 * real ops in the roles of its nodes A to E.
 */
class PaperExamplesTest {
    private final Tape tape = new Tape(new ReferenceKernels());
    private final Value x = tape.input("x", Tensor.of(new double[] {1, -2, 3, 0.5}, 2, 2));
    private final Lrp lrp = Lrp.with(Presets.dynamicLrp());

    /**
     * Basic Promise: A - B - C - D - E in relevance order. A (a sum) needs its operand and kept nothing; B, C, D (scale,
     * transpose, negation) keep nothing either; E (tanh) kept its output.
     */
    @Test
    void basicPromise() {
        Value e = x.tanh();
        Value d = e.neg();
        Value c = d.transpose(0, 1);
        Value b = c.scale(2);
        Value a = b.sum(List.of(1), false);
        Names names = new Names(Graph.of(a), Map.of("A", a, "B", b, "C", c, "D", d, "E", e));
        List<String> events = new ArrayList<>();
        Relevance relevance =
                lrp.watchedBy(names.recorder(events)).explain(a, Seed.of(Tensor.of(new double[] {1, 1}, 2)), e);

        Promise promise = relevance.plan().promises().get(0);
        assertThat(relevance.plan().promises()).hasSize(1);
        assertThat(names.of(promise.origin())).isEqualTo("A");
        PromiseBranch branch = promise.branches().get(0);
        assertThat(branch.internal().stream().map(names::of)).containsExactly("B", "C", "D");
        assertThat(names.of(branch.arg())).isEqualTo("E");
        assertThat(branch.end()).isEqualTo(PromiseBranch.End.ARG_NODE);
        // x_A = fwd_B(fwd_C(fwd_D(y_E))), then R_E = bwd_D(bwd_C(bwd_B(bwd_A(R_A, x_A)))).
        assertThat(events).containsExactly("recovered D", "recovered C", "recovered B", "ready A", "propagated A",
                "complete A",
                "propagated B", "propagated C", "propagated D", "propagated E");
        // Column 0 of tanh x shares the first 1 of the seed by absolute value, column 1 the second.
        double[] t = e.tensor().toDoubleArray();
        double first = Math.abs(t[0]) / (Math.abs(t[0]) + Math.abs(t[2]));
        assertThat(relevance.of(e).at(0, 0)).isCloseTo(first, within(1e-9));
        assertThat(relevance.of(e).at(1, 0)).isCloseTo(1 - first, within(1e-9));
    }

    /** Promise tree: A and B (additions) miss operands, and B is an operand of A; C, D and E (tanh) are arg nodes. */
    @Test
    void promiseTree() {
        Value d = x.tanh();
        Value e = x.scale(0.5).tanh();
        Value c = x.scale(-1).tanh();
        Value b = d.add(e);
        Value a = b.add(c);
        Names names = new Names(Graph.of(a), Map.of("A", a, "B", b, "C", c, "D", d, "E", e));
        List<String> events = new ArrayList<>();
        Relevance relevance = lrp.watchedBy(names.recorder(events)).explain(a,
                Seed.of(Tensor.full(1, a.tensor().dtype(), a.shape())));

        Promise ofA = relevance.plan().promiseAt(names.index("A")).orElseThrow();
        Promise ofB = relevance.plan().promiseAt(names.index("B")).orElseThrow();
        assertThat(relevance.plan().promises()).containsExactly(ofA, ofB);
        // B's Promise is the child of A's first branch.
        assertThat(ofA.branches().get(0).end()).isEqualTo(PromiseBranch.End.PROMISE);
        assertThat(names.of(ofA.branches().get(0).arg())).isEqualTo("B");
        assertThat(ofB.parents()).containsExactly(ofA.branches().get(0));
        assertThat(names.of(ofA.branches().get(1).arg())).isEqualTo("C");
        assertThat(ofB.branches().stream().map(branch -> names.of(branch.arg()))).containsExactly("D", "E");
        // The tree resolves bottom-up (B's value from D and E), and relevance comes down from the root.
        assertThat(events.stream().filter(event -> !event.contains("?"))).containsExactly("recovered B", "ready A",
                "propagated A",
                "complete A", "ready B", "propagated B", "complete B", "propagated C", "propagated E", "propagated D");
        double[] va = a.tensor().toDoubleArray();
        assertThat(relevance.ledger().seed()).isEqualTo(va.length);
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-14);
    }

    /**
     * The deadlock diamond: A reads B and D, B leads to C, and both C and D end at E. E cannot receive all its relevance
     * before A's Promise is kept, and A's Promise needs E's value: the Pre-Promise at E lets values up first.
     */
    @Test
    void deadlockDiamond() {
        Value e = x.transpose(0, 1);
        Value c = e.neg();
        Value b = c.tanh();
        Value d = e.scale(3);
        Value a = b.add(d);
        Names names = new Names(Graph.of(a), Map.of("A", a, "B", b, "C", c, "D", d, "E", e));
        List<String> events = new ArrayList<>();
        Relevance relevance = lrp.watchedBy(names.recorder(events)).explain(a,
                Seed.of(Tensor.full(1, a.tensor().dtype(), a.shape())));

        Promise ofA = relevance.plan().promiseAt(names.index("A")).orElseThrow();
        Promise atE = relevance.plan().promiseAt(names.index("E")).orElseThrow();
        assertThat(atE.kind()).isEqualTo(Promise.Kind.PRE_PROMISE);
        assertThat(ofA.branches().get(0).end()).isEqualTo(PromiseBranch.End.ARG_NODE);
        assertThat(names.of(ofA.branches().get(0).arg())).isEqualTo("B");
        assertThat(ofA.branches().get(1).internal().stream().map(names::of)).containsExactly("D");
        assertThat(atE.parents()).containsExactly(ofA.branches().get(1));
        assertThat(events).containsExactly("recovered E", "recovered D", "ready A", "propagated A", "complete A",
                "propagated D",
                "propagated B", "propagated C", "ready E", "propagated E", "complete E");
        // Nothing was lost on the way: x alone holds all of the seed.
        assertThat(relevance.of(x).toDoubleArray())
                .satisfies(r -> assertThat(java.util.Arrays.stream(r).sum()).isCloseTo(4, within(1e-9)));
    }

    /** x + x: one leaf, two uses, both shares add up. */
    @Test
    void theSameValueTwice() {
        Value doubled = x.add(x);
        Relevance relevance = lrp.explain(doubled, Seed.of(Tensor.full(1, x.tensor().dtype(), x.shape())));
        assertThat(relevance.of(x).toDoubleArray()).containsExactly(new double[] {1, 1, 1, 1}, within(1e-9));
    }

    /** Names for nodes; {@code ?} for those that the paper's picture leaves out. */
    private static final class Names {
        private final Map<Integer, String> byIndex;

        Names(Graph graph, Map<String, Value> values) {
            byIndex = values.entrySet().stream()
                    .collect(Collectors.toMap(v -> graph.indexOf(v.getValue().node()), Map.Entry::getKey));
        }

        String of(int index) {
            return byIndex.getOrDefault(index, "?");
        }

        int index(String name) {
            return byIndex.entrySet().stream().filter(e -> e.getValue().equals(name)).findFirst().orElseThrow()
                    .getKey();
        }

        Trace recorder(List<String> events) {
            return new Trace() {
                @Override
                public void recovered(int index) {
                    events.add("recovered " + of(index));
                }

                @Override
                public void ready(Promise promise) {
                    events.add("ready " + of(promise.origin()));
                }

                @Override
                public void complete(Promise promise) {
                    events.add("complete " + of(promise.origin()));
                }

                @Override
                public void propagated(int index) {
                    events.add("propagated " + of(index));
                }
            };
        }
    }
}
