package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.ShapeException;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several outputs explained at once: the sum of what each gives alone. */
class SeveralRootsTest {
    private final Tape tape = new Tape(new ReferenceKernels());
    private final Lrp lrp = Lrp.with(Presets.dynamicLrp());

    private static Tensor normal(long seed, Shape shape) {
        return TestTensors.normal(seed, DType.F64, shape);
    }

    private static Tensor normal(long seed, int... sizes) {
        return normal(seed, Shape.of(sizes));
    }

    /** The two heads of extractive question answering: where the answer starts and where it ends. */
    @Test
    void startAndEndOfAnAnswer() {
        Value tokens = tape.input("tokens", normal(1, 1, 5, 4));
        Value hidden = tokens.linear(tape.parameter("w", normal(2, 6, 4)), tape.parameter("b", normal(3, 6))).gelu();
        List<Value> heads = hidden.linear(tape.parameter("heads", normal(4, 2, 6)), null).unbind(2);
        Start start = Start.at(heads.get(0), Seed.target(1));
        Start end = Start.at(heads.get(1), Seed.target(3));
        Relevance both = lrp.explain(start, end);
        double[] first = lrp.explain(start).of(tokens).toDoubleArray();
        double[] second = lrp.explain(heads.get(1), Seed.target(3)).of(tokens).toDoubleArray();
        double[] sum = IntStream.range(0, first.length).mapToDouble(i -> first[i] + second[i]).toArray();
        assertThat(both.of(tokens).toDoubleArray()).containsExactly(sum, within(1e-14));
        assertThat(both.ledger().seed()).isEqualTo(2);
        assertThat(both.ledger().imbalance()).isLessThan(1e-14);
        assertThat(both.seeds()).hasSize(2);
    }

    static Stream<Integer> seeds() {
        return IntStream.range(0, 40).boxed();
    }

    /** On random graphs, roots anywhere: some lead to others, some are named twice; Promises or everything retained. */
    @ParameterizedTest
    @MethodSource("seeds")
    void relevanceAddsUpOnRandomGraphs(int seed) {
        int steps = 5 + seed;
        List<Value> lean = RandomGraphs.recordAll(new Tape(new ReferenceKernels()), 9_000 + seed, steps);
        List<Value> full =
                RandomGraphs.recordAll(new Tape(new ReferenceKernels(), Retain.SPEED), 9_000 + seed, steps);
        List<Integer> live = new ArrayList<>(IntStream.range(0, lean.size())
                .filter(i -> lean.get(i).node().isLive()).boxed().toList());
        Collections.shuffle(live, new Random(seed));
        List<Integer> roots = new ArrayList<>(live.subList(0, Math.min(3, live.size())));
        roots.add(lean.size() - 1);
        roots.add(roots.get(0));
        Relevance together = lrp.explain(starts(lean, roots).toArray(Start[]::new));
        Relevance retained = lrp.explain(starts(full, roots));
        assertThat(retained.plan().promises()).isEmpty();
        assertThat(together.ledger().imbalance()).isLessThan(1e-12);
        double[] sum = new double[lean.get(0).shape().arrayLength()];
        for (Start start : starts(lean, roots)) {
            Relevance alone = lrp.explain(start);
            if (alone.graph().indexOf(lean.get(0).node()) >= 0) {
                double[] own = alone.of(lean.get(0)).toDoubleArray();
                for (int i = 0; i < own.length; i++) {
                    sum[i] += own[i];
                }
            }
        }
        if (together.graph().indexOf(lean.get(0).node()) >= 0) {
            double largest = java.util.Arrays.stream(sum).map(Math::abs).max().orElse(0);
            assertThat(together.of(lean.get(0)).toDoubleArray()).containsExactly(sum, within(1e-9 * (largest + 1e-3)));
            assertThat(together.of(lean.get(0)).toDoubleArray())
                    .containsExactly(retained.of(full.get(0)).toDoubleArray(), within(1e-12 * (largest + 1e-3)));
        }
    }

    private static List<Start> starts(List<Value> values, List<Integer> roots) {
        return roots.stream().map(i -> Start.at(values.get(i), Seed.of(normal(i, values.get(i).shape())))).toList();
    }

    /** A root inside the branch of another root's Promise ends that branch: its own relevance has to come in there. */
    @Test
    void aRootWithinABranch() {
        Value x = tape.input("x", Tensor.of(new double[] {1, -2, 3, 0.5}, 2, 2));
        Value inner = x.neg();
        Value outer = inner.scale(2).sum(List.of(1), false);
        Seed one = Seed.of(Tensor.full(1, DType.F64, Shape.of(2)));
        Seed ones = Seed.of(Tensor.full(1, DType.F64, Shape.of(2, 2)));
        Relevance both = lrp.explain(Start.at(outer, one), Start.at(inner, ones));
        int index = both.graph().indexOf(inner.node());
        assertThat(both.plan().promiseAt(index)).hasValueSatisfying(
                promise -> assertThat(promise.kind()).isEqualTo(Promise.Kind.PRE_PROMISE));
        assertThat(both.of(x).toDoubleArray()).containsExactly(
                new double[] {1 + 1.0 / 3, 1 + 2.0 / 3, 1 + 6.0 / 7, 1 + 1.0 / 7}, within(1e-9));
        assertThat(both.ledger().imbalance()).isLessThan(1e-14);
    }

    @Test
    void twiceTheSameRootIsTwiceTheRelevance() {
        Value x = tape.input("x", normal(1, 2, 3));
        Value y = x.tanh().add(x);
        Relevance twice = lrp.explain(Start.at(y, Seed.target(0)), Start.at(y, Seed.target(2)));
        double[] first = lrp.explain(y, Seed.target(0)).of(x).toDoubleArray();
        double[] second = lrp.explain(y, Seed.target(2)).of(x).toDoubleArray();
        double[] sum = IntStream.range(0, first.length).mapToDouble(i -> first[i] + second[i]).toArray();
        assertThat(twice.of(x).toDoubleArray()).containsExactly(sum, within(1e-15));
    }

    /** Roots and targets together: a root that leads to no target is all in the books as pruned. */
    @Test
    void aRootThatLeadsToNoTarget() {
        Value x = tape.input("x", normal(1, 3));
        Value y = tape.input("y", normal(2, 3));
        Value a = x.tanh();
        Value b = y.tanh();
        Relevance onlyX = lrp.only(x).explain(Start.at(a, Seed.top1()), Start.at(b, Seed.top1()));
        assertThat(onlyX.of(x).toDoubleArray()).isEqualTo(lrp.explain(a, Seed.top1()).of(x).toDoubleArray());
        assertThat(onlyX.ledger().at(Sink.PRUNED)).isEqualTo(1);
        assertThat(onlyX.ledger().imbalance()).isZero();
    }

    @Test
    void rootsAreChecked() {
        Value x = tape.input("x", normal(1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.explain(new Start[0]))
                .withMessageContaining("no outputs");
        Value elsewhere = new Tape(new ReferenceKernels()).input("x", normal(1, 3)).tanh();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lrp.explain(Start.at(x.tanh(), Seed.top1()), Start.at(elsewhere, Seed.top1())))
                .withMessageContaining("different tapes");
        Seed wrong = (kernels, output) -> normal(1, 4);
        assertThatThrownBy(() -> lrp.explain(Start.at(x.tanh(), Seed.top1()), Start.at(x.neg(), wrong)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("neg").hasMessageContaining("wanted [3], got [4]");
    }
}
