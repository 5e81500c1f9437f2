package io.github.lrp4j.lrp.promise;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.lrp.Trace;
import io.github.lrp4j.lrp.promise.PromiseBranch.End;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Every situation that a Promise can get into, one small graph each: what is an origin and why, where branches end, what
 * is recovered and in which order relevance passes. Each graph is also run with everything retained, which must agree.
 */
class PromiseRolesTest {
    private static final Lrp LRP = Lrp.with(Presets.dynamicLrp());

    /** A graph that can be recorded again under another policy. */
    private record Recorded(Value x, Value y, Value output) {
    }

    private static Recorded record(Retain retain, Function<Value[], Value> network) {
        Tape tape = new Tape(new ReferenceKernels(), retain);
        Value x = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(2, 4)));
        Value y = tape.input("y", TestTensors.normal(2, DType.F64, Shape.of(2, 4)));
        return new Recorded(x, y, network.apply(new Value[] {x, y}));
    }

    /** A run, and what happened in it: {@code recovered neg}, {@code ready add}, {@code propagated add}, ... */
    private record Run(Relevance relevance, List<String> events) {
        Promise at(String op) {
            List<Promise> found =
                    relevance.plan().promises().stream().filter(p -> name(p.origin()).equals(op)).toList();
            assertThat(found).as("Promises at %s", op).hasSize(1);
            return found.get(0);
        }

        String name(int index) {
            return relevance.graph().node(index).op().name();
        }

        List<String> names(List<Integer> indices) {
            return indices.stream().map(this::name).toList();
        }

        List<String> ends(Promise promise) {
            return promise.branches().stream().map(b -> b.end() + " " + name(b.arg())).toList();
        }

        List<String> events(String verb) {
            return events.stream().filter(event -> event.startsWith(verb + " "))
                    .map(e -> e.substring(verb.length() + 1))
                    .toList();
        }
    }

    /** Runs lean and with everything retained, and compares. */
    private static Run run(Lrp lrp, Function<Value[], Value> network) {
        Recorded lean = record(Retain.GRADIENT, network);
        Recorded full = record(Retain.SPEED, network);
        Run run = run(lrp, Start.at(lean.output(), ones(lean.output())));
        Relevance retained = lrp.explain(full.output(), ones(full.output()));
        assertThat(retained.plan().promises()).isEmpty();
        if (run.relevance().graph().indexOf(lean.x().node()) >= 0) {
            agree(run.relevance().of(lean.x()), retained.of(full.x()));
        }
        if (run.relevance().graph().indexOf(lean.y().node()) >= 0) {
            agree(run.relevance().of(lean.y()), retained.of(full.y()));
        }
        assertThat(run.relevance().ledger().imbalance()).isLessThan(1e-13);
        return run;
    }

    private static Run run(Lrp lrp, Start... starts) {
        List<String> events = new ArrayList<>();
        Relevance[] relevance = new Relevance[1];
        List<Runnable> later = new ArrayList<>();
        relevance[0] = lrp.watchedBy(new Trace() {
            private void note(String verb, int index) {
                later.add(() -> events.add(verb + " " + relevance[0].graph().node(index).op().name()));
            }

            @Override
            public void recovered(int index) {
                note("recovered", index);
            }

            @Override
            public void ready(Promise promise) {
                note("ready", promise.origin());
            }

            @Override
            public void complete(Promise promise) {
                note("complete", promise.origin());
            }

            @Override
            public void propagated(int index) {
                note("propagated", index);
            }
        }).explain(starts);
        later.forEach(Runnable::run);
        return new Run(relevance[0], events);
    }

    private static void agree(Tensor got, Tensor want) {
        assertThat(got.toDoubleArray()).containsExactly(want.toDoubleArray(), within(1e-13));
    }

    private static Seed ones(Value output) {
        return Seed.of(Tensor.full(1, DType.F64, output.shape()));
    }

    /** A sum is an origin of its own accord: its rule reads operands that it did not keep. */
    @Test
    void strictOrigin() {
        Run run = run(LRP, v -> v[0].neg().add(v[1].tanh()));
        Promise add = run.at("add");
        assertThat(add.kind()).isEqualTo(Promise.Kind.ORIGIN);
        assertThat(run.ends(add)).containsExactly("LEAF x", "ARG_NODE tanh");
        assertThat(run.names(add.branches().get(0).internal())).containsExactly("neg");
        assertThat(run.relevance().plan().promises()).hasSize(1);
        assertThat(run.events()).containsExactly("recovered neg", "ready add", "propagated add", "complete add",
                "propagated tanh", "propagated neg");
    }

    /** The rule decides: under the gradient nobody reads what a sum did not keep, and there is no Promise at all. */
    @Test
    void rolesFollowFromTheRule() {
        Function<Value[], Value> network = v -> v[0].neg().add(v[1].tanh());
        assertThat(run(Lrp.with(Presets.gradient()), network).relevance().plan().promises()).isEmpty();
        // Norm reads the output as well, which follows from the same operands.
        Run norm = run(Lrp.with(RuleTable.of(every(Additive.class).use(new Norm(1e-9)))), network);
        assertThat(norm.ends(norm.at("add"))).containsExactly("LEAF x", "ARG_NODE tanh");
        assertThat(norm.events("recovered")).containsExactly("neg", "add");
    }

    /** A concatenation reads nothing for its own rule; only because a branch wants its value does it look for operands. */
    @Test
    void dependentOrigin() {
        Run run = run(LRP, v -> Value.cat(1, v[0].neg(), v[1].scale(2)).sum(List.of(1), false));
        Promise cat = run.at("cat");
        assertThat(cat.kind()).isEqualTo(Promise.Kind.DEPENDENT);
        assertThat(run.ends(cat)).containsExactly("LEAF x", "LEAF y");
        assertThat(run.ends(run.at("sum"))).containsExactly("PROMISE cat");
        assertThat(cat.parents()).containsExactlyElementsOf(run.at("sum").branches());
        assertThat(run.events()).containsExactly("recovered neg", "recovered scale", "recovered cat", "ready sum",
                "propagated sum", "complete sum", "ready cat", "propagated cat", "complete cat", "propagated scale",
                "propagated neg");
        // Without the sum nobody wants it.
        assertThat(run(LRP, v -> Value.cat(1, v[0].neg(), v[1].scale(2))).relevance().plan().promises()).isEmpty();
    }

    /** Sums within sums: a chain of Promises, each the child of the one above, resolved from the bottom. */
    @Test
    void nesting() {
        Run run = run(LRP, v -> v[0].neg().mean(List.of(1), true).sub(v[1].tanh()).sum(List.of(1), false));
        assertThat(run.ends(run.at("sum"))).containsExactly("PROMISE sub");
        assertThat(run.ends(run.at("sub"))).containsExactly("PROMISE mean", "ARG_NODE tanh");
        assertThat(run.ends(run.at("mean"))).containsExactly("LEAF x");
        assertThat(run.at("mean").parents()).containsExactly(run.at("sub").branches().get(0));
        assertThat(run.at("sum").depth()).isEqualTo(1);
        assertThat(run.at("mean").depth()).isEqualTo(2);
        assertThat(run.events("recovered")).containsExactly("neg", "mean", "sub");
        assertThat(run.events("complete")).containsExactly("sum", "sub", "mean");
    }

    /** Three sums want the value of one node: their branches meet in one Pre-Promise, and it is computed once. */
    @Test
    void branchesThatMeet() {
        Run run = run(LRP, v -> {
            Value shared = v[0].permute(1, 0);
            return Value.cat(0, shared.sum(List.of(1), false), shared.neg().mean(List.of(1), false),
                    shared.scale(3).sum(List.of(1), false));
        });
        Promise meeting = run.at("permute");
        assertThat(meeting.kind()).isEqualTo(Promise.Kind.PRE_PROMISE);
        assertThat(meeting.parents()).hasSize(3);
        assertThat(meeting.parents().stream().map(PromiseBranch::internal).map(run::names))
                .containsExactlyInAnyOrder(List.of(), List.of("neg"), List.of("scale"));
        assertThat(run.events("recovered")).containsExactlyInAnyOrder("permute", "neg", "scale");
        assertThat(run.events("propagated")).containsOnlyOnce("permute").endsWith("permute");
    }

    /** A node gets relevance from a Promise's branch and, as a plain tensor, from an activation that kept its own value. */
    @Test
    void promiseAndTensorArriveTogether() {
        Run run = run(LRP, v -> {
            Value both = v[0].permute(1, 0);
            return Value.cat(0, both.neg().sum(List.of(1), false), both.tanh().select(1, 0));
        });
        Promise meeting = run.at("permute");
        assertThat(meeting.kind()).isEqualTo(Promise.Kind.PRE_PROMISE);
        assertThat(meeting.parents()).hasSize(1);
        assertThat(run.events("propagated")).containsExactlyInAnyOrder("cat", "select", "tanh", "sum", "neg", "permute")
                .endsWith("permute");
    }

    /** Constants, masks, indices, and what was computed from them alone: at hand, no branch, no relevance. */
    @Test
    void branchesThatWouldEndInNothing() {
        Run alone = run(LRP, v -> v[0].neg().add(v[0].tape().constant(v[1].tensor())));
        assertThat(alone.relevance().plan().promises()).isEmpty();
        Lrp norm = Lrp.with(RuleTable.of(every(Additive.class).use(new Norm(1e-9))));
        Run beside = run(norm, v -> {
            Value dead = v[0].tape().constant(v[1].tensor()).exp().neg();
            return v[0].neg().add(dead);
        });
        assertThat(run(norm, v -> v[0].neg().add(v[0].tape().constant(v[1].tensor()))).at("add").branches()).hasSize(1);
        assertThat(beside.ends(beside.at("add"))).containsExactly("LEAF x");
        assertThat(beside.events("recovered")).containsExactly("neg", "add");
        assertThat(beside.relevance().graph().nodes().stream().map(node -> node.op().name()))
                .doesNotContain("exp", "constant");
    }

    /** One part of a split is wanted and the other one has no consumer: the branch runs through the split. */
    @Test
    void aPartOfSeveralOutputs() {
        Run run = run(LRP, v -> v[0].neg().split(1, 1, 3).get(1).sum(List.of(1), false));
        assertThat(run.names(run.at("sum").branches().get(0).internal())).containsExactly("split", "neg");
        assertThat(run.events("recovered")).containsExactly("neg", "split");
        Recorded lean = record(Retain.GRADIENT, v -> v[0].neg().split(1, 1, 3).get(1).sum(List.of(1), false));
        Relevance relevance = LRP.explain(lean.output(), ones(lean.output()));
        assertThat(relevance.of(lean.x()).at(0, 0)).isZero();
        assertThat(relevance.of(lean.x()).at(0, 1)).isNotZero();
    }

    /** Two parts wanted by two Promises: both branches end in one Pre-Promise at the split, which is computed once. */
    @Test
    void severalOutputsForSeveralPromises() {
        Run run = run(LRP, v -> {
            List<Value> parts = v[0].neg().unbind(1);
            return parts.get(3).sum(List.of(0), true).add(parts.get(1).scale(2).sum(List.of(0), true));
        });
        Promise unbind = run.at("unbind");
        assertThat(unbind.kind()).isEqualTo(Promise.Kind.PRE_PROMISE);
        assertThat(unbind.parents()).hasSize(2);
        assertThat(run.events("recovered")).containsOnlyOnce("unbind").containsOnlyOnce("neg");
        assertThat(run.events("propagated")).containsOnlyOnce("unbind");
    }

    /** Two roots over one value: their Promises meet there. */
    @Test
    void severalRoots() {
        Recorded lean = record(Retain.GRADIENT, v -> v[0].permute(1, 0));
        Value shared = lean.output();
        Value first = shared.sum(List.of(1), false);
        Value second = shared.neg().mean(List.of(0), false);
        Run run = run(LRP, Start.at(first, ones(first)), Start.at(second, ones(second)));
        assertThat(run.at("permute").kind()).isEqualTo(Promise.Kind.PRE_PROMISE);
        assertThat(run.at("permute").parents()).hasSize(2);
        assertThat(run.relevance().ledger().seed()).isEqualTo(6);
        double sum = java.util.Arrays.stream(run.relevance().of(lean.x()).toDoubleArray()).sum();
        assertThat(sum).isCloseTo(6, within(1e-9));
    }

    /** A value may be needed though its relevance is not: the branch stays, nothing is propagated along it. */
    @Test
    void whatIsPrunedMayStillBeRead() {
        Recorded lean = record(Retain.GRADIENT, v -> v[0].tanh().add(v[1].neg().sum(List.of(1), true)));
        Run whole = run(LRP, Start.at(lean.output(), ones(lean.output())));
        Run onlyX = run(LRP.only(lean.x()), Start.at(lean.output(), ones(lean.output())));
        agree(onlyX.relevance().of(lean.x()), whole.relevance().of(lean.x()));
        assertThat(onlyX.ends(onlyX.at("add"))).containsExactly("ARG_NODE tanh", "LEAF y");
        // Whole, the sum has a Promise of its own; here it only carries its closure.
        assertThat(whole.ends(whole.at("add"))).containsExactly("ARG_NODE tanh", "PROMISE sum");
        assertThat(onlyX.relevance().plan().promises()).hasSize(1);
        assertThat(onlyX.events()).containsExactly("recovered neg", "recovered sum", "ready add", "propagated add",
                "complete add", "propagated tanh");
        assertThat(onlyX.at("add").branches().get(1).end()).isEqualTo(End.LEAF);
    }
}
