package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs whose relevance ends at values within the graph: nothing else changes. */
class EndingAtTest {
    private static final List<RuleTable> TABLES =
            List.of(Presets.dynamicLrp(), Presets.attnLrp(), Presets.epsilonPlus(), Presets.gradient());

    private static final List<Retain> RETAIN = List.of(Retain.SPEED, Retain.GRADIENT, Retain.checkpoint(3));

    static Stream<Integer> seeds() {
        return IntStream.range(0, 40).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsNotBehindTheEndGetsTheSameToTheBit(int seed) {
        Lrp rules = Lrp.with(TABLES.get(seed % TABLES.size()));
        Tape tape = new Tape(new ReferenceKernels(), RETAIN.get(seed % RETAIN.size()));
        List<Value> values = RandomGraphs.recordAll(tape, 9_000 + seed, 5 + seed);
        Value output = values.getLast();
        Relevance whole = rules.keepingAll().explain(output, Seed.top1());
        List<Value> inside = new ArrayList<>(values);
        inside.removeIf(value -> whole.graph().indexOf(value.node()) < 0 || !value.node().isLive());
        Collections.shuffle(inside, new Random(seed));
        Value end = inside.getFirst();

        Relevance ended = rules.endingAt(end).explain(output, Seed.top1());

        Set<Node> behind = behind(end);
        assertThat(ended.of(end).toDoubleArray()).isEqualTo(whole.of(end).toDoubleArray());
        whole.graph().nodes().stream().filter(node -> node.operands().isEmpty() && node.isLive())
                .filter(leaf -> !behind.contains(leaf))
                .forEach(leaf -> assertThat(ended.of(leaf, 0).toDoubleArray())
                        .isEqualTo(whole.of(leaf, 0).toDoubleArray()));
        assertThat(ended.ledger().imbalance()).isLessThan(1e-12);
        List<Relevance> lanes = rules.endingAt(end).explainEach(output, List.of(Seed.top1(), Seed.top1()));
        assertThat(lanes.get(1).of(end).toDoubleArray()).isEqualTo(ended.of(end).toDoubleArray());
    }

    /** All that a value was made of. */
    private static Set<Node> behind(Value value) {
        Set<Node> behind = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>(List.of(value.node()));
        while (!open.isEmpty()) {
            for (Node.Edge edge : open.pop().operands()) {
                if (behind.add(edge.node())) {
                    open.add(edge.node());
                }
            }
        }
        return behind;
    }

    @Test
    void aTableOfWordsIsSparedAndTheBooksNameTheWords() {
        Tape tape = new Tape(new ReferenceKernels());
        Value table = tape.parameter("words", TestTensors.normal(1, DType.F64, Shape.of(50, 4)));
        Value words = table.embedding(tape.input("ids", Tensor.of(new long[] {3, 7, 3}, 1, 3)));
        Value bias = tape.parameter("b", TestTensors.normal(2, DType.F64, Shape.of(4)));
        Value output = words.tanh().add(bias).sum(List.of(1), false);
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Relevance whole = lrp.explain(output, Seed.top1(), words);
        Relevance ended = lrp.endingAt(words).explain(output, Seed.top1());

        assertThat(ended.of(words).toDoubleArray()).isEqualTo(whole.of(words).toDoubleArray());
        assertThat(ended.of(bias).toDoubleArray()).isEqualTo(whole.of(bias).toDoubleArray());
        assertThat(sum(whole.of(table))).isNotZero();
        assertThat(sum(ended.of(table))).isZero();
        assertThat(ended.ledger().at(Ending.Kind.TARGET)).isEqualTo(sum(ended.of(words)), within(1e-15));
        assertThat(ended.ledger().at(Ending.Kind.BIAS)).isEqualTo(whole.ledger().at(Ending.Kind.BIAS));
        assertThat(ended.ledger().at(Sink.PRUNED)).isZero();
        assertThat(lrp.endingAt(words).explain(output, Seed.top1()).plan()).isSameAs(ended.plan());
        assertThat(Graph.of(output).size()).isEqualTo(ended.graph().size());
    }

    private static double sum(Tensor tensor) {
        return Arrays.stream(tensor.toDoubleArray()).sum();
    }
}
