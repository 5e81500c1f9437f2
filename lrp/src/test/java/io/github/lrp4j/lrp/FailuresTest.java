package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Custom;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.GraphFreedException;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.ShapeException;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.NonFiniteRelevanceException.Cause;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.lrp.rule.NormWithConstantDeviation;
import io.github.lrp4j.lrp.rule.OnlyOperand;
import io.github.lrp4j.lrp.rule.Proportional;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.lrp.rule.ZBox;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of failure has a type of its own, says where and what to do, and leaves everything usable. */
class FailuresTest {
    private final Tape tape = new Tape(new ReferenceKernels());
    private final Tensor bias = normal(4);
    private final Tensor weight = normal(4, 3);

    private static Tensor normal(int... sizes) {
        return TestTensors.normal(1, DType.F64, Shape.of(sizes));
    }

    /** x, a bias addition, a softmax and a matrix product in a scope. */
    private Value network(Value x) {
        try (Scope _ = tape.scope("head.1")) {
            return x.add(tape.parameter("b", bias)).softmax(1).matmul(tape.parameter("w", weight));
        }
    }

    private RelevancePlan planned(Lrp lrp) {
        return lrp.plan(network(tape.input("x", normal(2, 4))));
    }

    private static RuleTable with(Class<? extends Op> type, Rule rule) {
        return RuleTable.of(every(type).use(rule));
    }

    static Stream<Arguments> unsuitable() {
        return Stream.of(
                Arguments.of(with(Softmax.class, new Gamma(0.1, 1e-9)), "softmax at head.1", "is for linear ops"),
                Arguments.of(with(Linear.class, new SoftmaxTaylor()), "matmul at head.1", "is for softmax"),
                Arguments.of(with(Linear.class, new NormWithConstantDeviation(Stabilizer.plain(1))), "matmul at head.1",
                        "is for layer, RMS, group and batch normalisation"),
                Arguments.of(with(Linear.class, new Proportional(1e-9)), "matmul at head.1",
                        "is for sums and products"),
                Arguments.of(with(Linear.class, new Identity()), "matmul at head.1", "operand 0 has another shape"),
                Arguments.of(with(Linear.class, new Uniform()), "matmul at head.1", "does not broadcast"),
                Arguments.of(with(Additive.class, new OnlyOperand(2)), "add at head.1", "operand 2, and there is none"),
                Arguments.of(with(Linear.class, new ZBox(List.of(0.0, 1.0), List.of(1.0), 1e-9)), "matmul at head.1",
                        "has 2 and 1 bounds"));
    }

    /** Found while planning: no rule has run, and no Promise was kept. */
    @ParameterizedTest
    @MethodSource("unsuitable")
    void aRuleWhereItCannotBeApplied(RuleTable table, String place, String reason) {
        Set<Integer> propagated = new HashSet<>();
        Lrp lrp = Lrp.with(table).watchedBy(new Trace() {
            @Override
            public void propagated(int index) {
                propagated.add(index);
            }
        });
        Value output = network(tape.input("x", normal(2, 4)));
        assertThatThrownBy(() -> lrp.explain(output, Seed.top1())).isInstanceOf(UnsuitableRuleException.class)
                .hasMessageContaining(place).hasMessageContaining(reason).hasMessageContaining("change the row");
        assertThatThrownBy(() -> lrp.plan(output)).isInstanceOf(UnsuitableRuleException.class);
        assertThat(propagated).isEmpty();
    }

    /** No objection where no relevance arrives: the rule is never applied there. */
    @Test
    void aRuleThatIsNeverAppliedIsNoFailure() {
        Value x = tape.input("x", normal(2, 4));
        Value w = tape.parameter("w", normal(4, 3)).softmax(0);
        Relevance relevance = Lrp.with(with(Softmax.class, new Gamma(0.1, 1e-9))).explain(x.matmul(w), Seed.top1());
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-14);
    }

    /** A rule that a test tells what to do. */
    private record Told(Function<RuleCall, Tensor[]> what) implements Rule {
        @Override
        public Needs needs(Site site) {
            return Needs.NOTHING;
        }

        @Override
        public Tensor[] propagate(RuleCall call) {
            return what.apply(call);
        }

        @Override
        public String describe() {
            return "told";
        }
    }

    @Test
    void aRuleThatThrows() {
        Value output = network(tape.input("x", normal(2, 4)));
        Lrp throwing = Lrp.with(with(Softmax.class, new Told(call -> {
            throw new IndexOutOfBoundsException("index 7");
        })));
        assertThatThrownBy(() -> throwing.explain(output, Seed.top1())).isInstanceOf(RuleFailedException.class)
                .hasMessageContaining("softmax at head.1").hasMessageContaining("the rule told failed: index 7")
                .hasCauseInstanceOf(IndexOutOfBoundsException.class);
        Lrp empty = Lrp.with(with(Softmax.class, new Told(call -> null)));
        assertThatThrownBy(() -> empty.explain(output, Seed.top1())).isInstanceOf(RuleFailedException.class);
    }

    @Test
    void aRuleThatReturnsAnotherShape() {
        Value output = network(tape.input("x", normal(2, 4)));
        Lrp lrp = Lrp.with(with(Softmax.class, new Told(call -> new Tensor[] {normal(4, 2)})));
        assertThatThrownBy(() -> lrp.explain(output, Seed.top1())).isInstanceOf(ShapeException.class)
                .hasMessageContaining("softmax at head.1").hasMessageContaining("wanted [2, 4], got [4, 2]");
        Lrp tooMany = Lrp.with(with(Softmax.class, new Told(call -> new Tensor[] {normal(2, 4), normal(2, 4)})));
        assertThatThrownBy(() -> tooMany.explain(output, Seed.top1())).isInstanceOf(ShapeException.class)
                .hasMessageContaining("2 tensors to 1 operands");
    }

    /** A rule that asks for what is not there, before any number is touched. */
    @Test
    void aRuleThatThrowsWhenAsked() {
        Rule curious = new Rule() {
            @Override
            public Needs needs(Site site) {
                throw new IllegalArgumentException("what is a " + site.op().name() + "?");
            }

            @Override
            public Tensor[] propagate(RuleCall call) {
                throw new AssertionError("not reached");
            }
        };
        Value output = network(tape.input("x", normal(2, 4)));
        assertThatThrownBy(() -> Lrp.with(with(Softmax.class, curious)).plan(output))
                .isInstanceOf(RuleFailedException.class).hasMessageContaining("softmax at head.1")
                .hasMessageContaining("what is a softmax?");
    }

    /** {@code y = x} whose adjoint is of another shape. */
    private record Skewed() implements Custom {
        @Override
        public String name() {
            return "skewed";
        }

        @Override
        public Outputs forward(Kernels kernels, List<Tensor> operands) {
            return Outputs.of(operands.get(0));
        }

        @Override
        public Keeps keeps(boolean[] wanted) {
            return Keeps.NOTHING;
        }

        @Override
        public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
            return new Tensor[] {cotangents[0].transpose(0, 1)};
        }
    }

    @Test
    void anAdjointThatReturnsAnotherShape() {
        Value output = tape.apply(new Skewed(), tape.input("x", normal(2, 4)));
        assertThatThrownBy(() -> Lrp.with(Presets.gradient()).explain(output, Seed.top1()))
                .isInstanceOf(ShapeException.class).hasMessageContaining("skewed #1 [[2, 4] -> [2, 4]]")
                .hasMessageContaining("wanted [2, 4], got [4, 2]");
    }

    private static void nonFinite(Lrp lrp, Value output, Seed seed, Cause cause, String... texts) {
        assertThatThrownBy(() -> lrp.explain(output, seed)).isInstanceOfSatisfying(NonFiniteRelevanceException.class,
                e -> {
                    assertThat(e.reason()).as(e.getMessage()).isEqualTo(cause);
                    assertThat(e).hasMessageContainingAll(texts);
                });
        Relevance passing = lrp.allowingNonFinite().explain(output, seed);
        assertThat(passing.graph().nodes()).isNotEmpty();
    }

    /** z = 1 - 1 without a stabiliser: the division makes it, at the product, not where it is seen later. */
    @Test
    void relevanceThatARuleMadeInfinite() {
        Value x = tape.input("x", Tensor.of(new double[] {1, 1}, 1, 2));
        Value z;
        try (Scope _ = tape.scope("fc")) {
            z = x.tanh().matmul(tape.parameter("w", Tensor.of(new double[] {1, -1}, 2, 1)));
        }
        Lrp lrp = Lrp.with(with(Linear.class, new Epsilon(0)));
        nonFinite(lrp, z.scale(2), Seed.top1(), Cause.RULE, "matmul at fc", "[[1, 2], [2, 1] -> [1, 1]]",
                "at operand 0 under Epsilon", "larger stabiliser", "allowingNonFinite");
        assertThat(Lrp.with(Presets.dynamicLrp()).explain(z, Seed.of(Tensor.full(0, DType.F64, z.shape()))).of(x)
                .toDoubleArray()).containsOnly(0);
    }

    /** log 0 in the forward pass: the rule only reads it. */
    @Test
    void relevanceThatAnActivationMadeInfinite() {
        Value x = tape.input("x", Tensor.of(new double[] {0, 2}, 1, 2));
        Value log = x.log();
        Value output = log.matmul(tape.parameter("w", normal(2, 3)));
        nonFinite(Lrp.with(Presets.dynamicLrp()), output, Seed.target(0), Cause.ACTIVATION, "matmul", "operand 0",
                "-Infinity in cell 0 of [1, 2]", "make the forward pass finite");
    }

    @Test
    void relevanceThatStartsInfinite() {
        Value y = tape.input("x", normal(1, 2)).tanh();
        nonFinite(Lrp.with(Presets.dynamicLrp()), y, Seed.of(Tensor.of(new double[] {1, Double.NaN}, 1, 2)), Cause.SEED,
                "tanh", "NaN in cell 1 of [1, 2]");
    }

    /** Each contribution fits into a float32, their sum does not. */
    @Test
    void relevanceThatOverflowsWhereItMeets() {
        Value x = tape.input("x", Tensor.of(new float[] {1, 2}, 1, 2));
        Value y = x.tanh();
        Tensor large = Tensor.full(3e38, DType.F32, Shape.of(1, 2));
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Seed seed = Seed.of(large);
        assertThatThrownBy(() -> lrp.explain(Start.at(y.neg(), seed), Start.at(y.scale(2), seed)))
                .isInstanceOfSatisfying(NonFiniteRelevanceException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Cause.SUM);
                    assertThat(e.op()).isEqualTo("tanh");
                });
    }

    /** Large but finite: a sum that overflows is no reason to refuse. */
    @Test
    void finiteRelevanceWhoseSumOverflowsPasses() {
        Value x = tape.input("x", normal(1, 2));
        Tensor large = Tensor.full(1.5e308, DType.F64, Shape.of(1, 2));
        assertThat(Lrp.with(Presets.dynamicLrp()).explain(x.tanh(), Seed.of(large)).of(x).toDoubleArray())
                .containsOnly(1.5e308);
    }

    @Test
    void aFreedGraphIsNamedAsSuch() {
        Value x = tape.input("x", normal(2, 4));
        Value output = network(x);
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Relevance before = lrp.explain(output, Seed.top1());
        before.graph().free();
        assertThatThrownBy(() -> lrp.explain(output, Seed.top1())).isInstanceOf(GraphFreedException.class)
                .hasMessageContaining("head.1").hasMessageContaining("Graph.free()");
        // What was computed stays, and the leaves serve another forward pass on the same tape.
        Relevance again = lrp.explain(network(x), Seed.top1());
        assertThat(again.of(x).toDoubleArray()).isEqualTo(before.of(x).toDoubleArray());
        // So does the plan.
        assertThat(new FailuresTest().planned(lrp)).isSameAs(before.plan());
    }

    /** After each failure the same Lrp, plan and graph explain as if nothing had been. */
    @Test
    void nothingIsLeftHalfDone() {
        Value x = tape.input("x", normal(2, 4));
        Value output = network(x);
        boolean[] fail = new boolean[1];
        Rule moody = new Told(call -> {
            if (fail[0]) {
                throw new IllegalStateException("in a bad mood");
            }
            return new Tensor[] {call.relevance()};
        });
        Lrp lrp = Lrp.with(with(Softmax.class, moody));
        double[] want = lrp.explain(output, Seed.top1()).of(x).toDoubleArray();
        RelevancePlan plan = lrp.plan(output);
        List<Runnable> failures = List.of(
                () -> lrp.explain(output, (kernels, any) -> normal(7)),
                () -> lrp.only(tape.input("y", normal(1))).explain(output, Seed.top1()),
                () -> lrp.explain(output, Seed.of(Tensor.full(Double.NaN, DType.F64, Shape.of(2, 3)))),
                () -> {
                    fail[0] = true;
                    lrp.explain(output, Seed.top1());
                });
        for (Runnable failure : failures) {
            assertThatThrownBy(failure::run).isInstanceOf(GraphException.class);
            fail[0] = false;
            assertThat(lrp.explain(output, Seed.top1()).of(x).toDoubleArray()).isEqualTo(want);
            assertThat(lrp.plan(output)).isSameAs(plan);
            assertThat(Graph.of(output).size()).isEqualTo(plan.audit().size());
        }
    }

    /** Rules that pass relevance cell by cell know how a bias of a dimension in the middle lies. */
    @Test
    void onlyTheBiasOfAnImageGetsItsChannels() {
        Value x = tape.input("x", normal(1, 3, 3, 3));
        Value b = tape.parameter("b", normal(3));
        Value output = x.addBias(b, 1);
        Tensor seed = normal(1, 3, 3, 3);
        Relevance relevance = Lrp.with(with(Additive.class, new OnlyOperand(1))).explain(output, Seed.of(seed));
        double[] cells = seed.toDoubleArray();
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            for (int i = 0; i < 9; i++) {
                sum += cells[9 * c + i];
            }
            assertThat(relevance.of(b).at(c)).isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-14));
        }
    }
}
