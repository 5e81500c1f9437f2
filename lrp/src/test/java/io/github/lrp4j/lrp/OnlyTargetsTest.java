package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs for named targets alone: the same numbers as whole runs, less work, books that balance. */
class OnlyTargetsTest {
    private static final List<RuleTable> TABLES =
            List.of(Presets.dynamicLrp(), Presets.dynamicLrpGamma(0.5, 0.1), Presets.epsilonPlus(), Presets.gradient());

    private static final List<Retain> RETAIN = List.of(Retain.SPEED, Retain.GRADIENT, Retain.checkpoint(3));

    private final Tape tape = new Tape(new ReferenceKernels());
    private final Lrp lrp = Lrp.with(Presets.dynamicLrp());

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    private static Trace recorder(Set<Integer> propagated) {
        return new Trace() {
            @Override
            public void propagated(int index) {
                propagated.add(index);
            }
        };
    }

    static Stream<Integer> seeds() {
        return IntStream.range(0, 40).boxed();
    }

    /** Some values of random graphs, inputs, parameters and what lies between, from one root or two. */
    @ParameterizedTest
    @MethodSource("seeds")
    void sameNumbersAsTheWholeRunToTheBit(int seed) {
        Lrp rules = Lrp.with(TABLES.get(seed % TABLES.size()));
        Retain retain = RETAIN.get(seed % RETAIN.size());
        List<Value> values = RandomGraphs.recordAll(new Tape(new ReferenceKernels(), retain), 7_000 + seed, 5 + seed);
        List<Value> shuffled = new ArrayList<>(values);
        shuffled.removeIf(value -> !value.node().isLive());
        Collections.shuffle(shuffled, new Random(seed));
        List<Start> starts = new ArrayList<>(List.of(Start.at(values.getLast(), Seed.top1())));
        if (seed % 2 == 1) {
            starts.add(Start.at(shuffled.get(0), Seed.of(normal(seed, shuffled.get(0).shape().toArray()))));
        }
        Relevance whole = rules.keepingAll().explain(starts);
        shuffled.removeIf(value -> whole.graph().indexOf(value.node()) < 0);
        for (int count = 1; count <= 3; count++) {
            Value[] targets = shuffled.subList(0, count).toArray(Value[]::new);
            Set<Integer> propagated = new HashSet<>();
            Relevance lean = rules.watchedBy(recorder(propagated)).only(targets).explain(starts);
            for (Value target : targets) {
                assertThat(lean.of(target).toDoubleArray()).as("%s", target.node())
                        .isEqualTo(whole.of(target).toDoubleArray());
            }
            assertThat(lean.ledger().imbalance()).isLessThan(1e-12);
            assertThat(leadingTo(whole.graph(), targets)).containsAll(propagated);
            assertThat(lean.plan().promises().size()).isLessThanOrEqualTo(whole.plan().promises().size());
        }
    }

    /** Indices of the nodes that read one of the targets, directly or not. */
    private static Set<Integer> leadingTo(Graph graph, Value... targets) {
        Set<Node> leading = new HashSet<>();
        Set<Integer> indices = new HashSet<>();
        for (int n = 0; n < graph.size(); n++) {
            boolean reads = graph.node(n).operands().stream().anyMatch(edge -> leading.contains(edge.node())
                    || Arrays.stream(targets).anyMatch(target -> target.node() == edge.node()));
            if (reads) {
                leading.add(graph.node(n));
                indices.add(n);
            }
        }
        return indices;
    }

    /** Two branches, of which one holds a sum of its own: only the wanted one is walked. */
    @Test
    void whatLeadsToNoTargetCostsNothing() {
        Value x = tape.input("x", normal(1, 2, 3));
        Value y = tape.input("y", normal(2, 2, 3));
        Value left = x.tanh().add(tape.parameter("b", normal(3, 3)));
        Value right = y.scale(2).add(y.neg()).sum(List.of(1), true);
        Value output = left.mul(right);
        Seed ones = Seed.of(Tensor.full(1, DType.F64, output.shape()));

        Relevance whole = lrp.explain(output, ones);
        Set<Integer> propagated = new HashSet<>();
        Relevance lean = lrp.watchedBy(recorder(propagated)).only(x).explain(output, ones);

        assertThat(lean.of(x).toDoubleArray()).isEqualTo(whole.of(x).toDoubleArray());
        assertThat(propagated.stream().map(i -> lean.graph().node(i).op().name())).containsExactlyInAnyOrder("mul",
                "add",
                "tanh");
        // The sum of y and its addition need no Promise; the bias addition on the way to x still does.
        assertThat(whole.plan().promises()).hasSize(3);
        assertThat(lean.plan().promises()).hasSize(1);
        assertThat(
                lean.plan().audit().stream().filter(step -> step.role().equals("pruned")).map(RelevancePlan.Step::node))
                .containsExactly("scale", "neg", "add", "sum");
        // Their shares are not lost in the books: the product's other factor, and the bias.
        assertThat(lean.ledger().at(Sink.PRUNED)).isCloseTo(
                whole.ledger().at(Ending.Kind.BIAS) + sum(whole.of(y)) + whole.ledger().at(Sink.STABILIZER),
                within(1e-9));
        assertThat(lean.ledger().at(Ending.Kind.INPUT)).isEqualTo(whole.ledger().endings().stream()
                .filter(e -> e.name().equals("x")).mapToDouble(Ending::amount).sum());
        assertThat(lean.ledger().imbalance()).isLessThan(1e-14);
    }

    private static double sum(Tensor tensor) {
        return Arrays.stream(tensor.toDoubleArray()).sum();
    }

    /** A weight that takes no relevance is not pruned: the stabiliser's loss keeps its name. */
    @Test
    void whatTakesNoRelevanceAnywayIsNotPruned() {
        Value x = tape.input("x", normal(1, 2, 3));
        Value w = tape.parameter("w", normal(2, 3, 4));
        Value output = x.matmul(w);
        Lrp coarse = Lrp.with(RuleTable.of(Selector.every(Linear.class).use(new Epsilon(0.5))));
        ConservationLedger ledger = coarse.only(x).explain(output, Seed.top1()).ledger();
        assertThat(ledger.at(Sink.PRUNED)).isZero();
        assertThat(ledger.at(Sink.STABILIZER)).isNotZero();
        // w gets nothing from this rule, so asking for it alone computes nothing at all.
        Set<Integer> propagated = new HashSet<>();
        Relevance ofWeight = coarse.watchedBy(recorder(propagated)).only(w).explain(output, Seed.top1());
        assertThat(propagated).isEmpty();
        assertThat(ofWeight.of(w).toDoubleArray()).containsOnly(0);
        assertThat(ofWeight.ledger().at(Sink.PRUNED)).isEqualTo(2);
    }

    /** Relevance of one part of a split; the other part has a consumer of its own that is never run. */
    @Test
    void oneOutputOfSeveral() {
        Value x = tape.input("x", normal(1, 2, 6));
        List<Value> parts = x.split(1, 2, 4);
        Value output = Value.cat(1, parts.get(0).scale(3), parts.get(1).tanh());
        Seed ones = Seed.of(Tensor.full(1, DType.F64, output.shape()));
        Set<Integer> propagated = new HashSet<>();
        Relevance lean = lrp.watchedBy(recorder(propagated)).only(parts.get(1)).explain(output, ones);
        assertThat(sum(lean.of(parts.get(1)))).isEqualTo(8);
        assertThat(propagated.stream().map(i -> lean.graph().node(i).op().name())).containsExactlyInAnyOrder("cat",
                "tanh");
        assertThat(lean.ledger().at(Sink.PRUNED)).isEqualTo(4);
        assertThat(lean.ledger().at(Ending.Kind.TARGET)).isEqualTo(8);
        assertThat(lean.ledger().imbalance()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> lean.of(parts.get(0)))
                .withMessageContaining("name it in only");
        assertThatIllegalArgumentException().isThrownBy(() -> lean.of(x)).withMessageContaining("name it in only");
    }

    /** A target above another: relevance is kept on its way. */
    @Test
    void targetsInARow() {
        Value x = tape.input("x", normal(1, 4));
        Value hidden = x.tanh();
        Value output = hidden.scale(2);
        Relevance both = lrp.only(x, hidden, output).explain(output, Seed.top1());
        assertThat(sum(both.of(x))).isEqualTo(1);
        assertThat(both.of(hidden).toDoubleArray()).isEqualTo(both.of(x).toDoubleArray());
        assertThat(both.of(output).toDoubleArray()).isEqualTo(both.seed().toDoubleArray());
        assertThat(both.ledger().at(Ending.Kind.TARGET)).isZero();
        Relevance named = lrp.only(hidden).explain(output, Seed.top1(), output);
        assertThat(named.of(output).toDoubleArray()).isEqualTo(both.seed().toDoubleArray());
        assertThat(sum(named.of(hidden))).isEqualTo(1);
    }

    @Test
    void targetsMustBelongToTheGraph() {
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.only()).withMessageContaining("at least one target");
        Value x = tape.input("x", normal(1, 4));
        Value output = x.tanh();
        Value beside = x.scale(2);
        assertThatThrownBy(() -> lrp.only(beside).explain(output, Seed.top1()))
                .isInstanceOf(UnrelatedTargetException.class).hasMessageContaining("scale #2 [[4] -> [4]]");
        assertThatThrownBy(() -> lrp.only(tape.constant(normal(1, 4))).explain(output, Seed.top1()))
                .isInstanceOf(UnrelatedTargetException.class).hasMessageContaining("Tape.input");
    }
}
