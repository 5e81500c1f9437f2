package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Custom;
import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import io.github.lrp4j.tensor.DType;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LrpTest {
    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    /** A residual network of one module that is used {@code uses} times. */
    private static Value network(Tape tape, Value x, int uses) {
        Value w = tape.parameter("block.weight", normal(1, 3, 3, 3, 3));
        Value b = tape.parameter("block.bias", normal(2, 3));
        Value h = x;
        for (int u = 0; u < uses; u++) {
            try (Scope scope = tape.scope("block")) {
                h = h.conv(w, b, ConvSpec.of(2, 1, 1)).relu().add(h);
            }
        }
        return h.mean(List.of(2, 3), false).linear(tape.parameter("fc.weight", normal(3, 4, 3)),
                tape.parameter("fc.bias", normal(4, 4)));
    }

    private static double sum(Tensor tensor) {
        return java.util.Arrays.stream(tensor.toDoubleArray()).sum();
    }

    @Test
    void aModuleUsedTwiceAddsUpAtItsParameters() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(5, 2, 3, 5, 5));
        Value logits = network(tape, x, 2);
        Relevance relevance = Lrp.with(Presets.dynamicLrp()).explain(logits, Seed.top1());
        double biases =
                relevance.ledger().endings().stream().filter(e -> e.kind() == ConservationLedger.Ending.Kind.BIAS)
                        .mapToDouble(ConservationLedger.Ending::amount).sum();
        assertThat(relevance.ledger().endings().stream().filter(e -> e.name().equals("block.bias"))).hasSize(1);
        assertThat(sum(relevance.of(x)) + biases).isCloseTo(2, within(1e-8));
    }

    @Test
    void everySampleOfABatchIsExplainedByItself() {
        Tensor both = normal(5, 2, 3, 5, 5);
        Lrp lrp = Lrp.with(Presets.dynamicLrpGamma(0.5, 0.1));
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", both);
        Tensor together = lrp.explain(network(tape, x, 1), Seed.top1()).of(x);
        for (int n = 0; n < 2; n++) {
            Tape alone = new Tape(new ReferenceKernels());
            Value one = alone.input("x", both.slice(0, n, n + 1));
            Tensor own = lrp.explain(network(alone, one, 1), Seed.top1()).of(one);
            assertThat(own.toDoubleArray()).containsExactly(together.slice(0, n, n + 1).toDoubleArray(), within(1e-12));
        }
    }

    @Test
    void theGradientPresetIsTheGradient() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(5, 1, 3, 5, 5));
        Value logits = network(tape, x, 1);
        Relevance relevance = Lrp.with(Presets.gradient()).explain(logits, Seed.target(2));
        Tensor gradient = Gradients.vjp(logits, Seed.target(2).start(logits)).of(x);
        assertThat(relevance.of(x).toDoubleArray()).containsExactly(gradient.toDoubleArray(), within(1e-14));
        double[] product = relevance.timesValue(x).toDoubleArray();
        assertThat(product[7]).isEqualTo(gradient.toDoubleArray()[7] * x.tensor().toDoubleArray()[7]);
    }

    @Test
    void thePlanIsCompiledOncePerStructure() {
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        List<RelevancePlan> plans = IntStream.range(0, 3).mapToObj(run -> {
            Tape tape = new Tape(new ReferenceKernels());
            return lrp.plan(network(tape, tape.input("x", normal(run, 1, 3, 5, 5)), 1));
        }).toList();
        assertThat(plans.get(1)).isSameAs(plans.get(0));
        assertThat(plans.get(2)).isSameAs(plans.get(0));
        Tape full = new Tape(new ReferenceKernels(), Retain.SPEED);
        assertThat(lrp.plan(network(full, full.input("x", normal(1, 1, 3, 5, 5)), 1))).isNotSameAs(plans.get(0));
    }

    @Test
    void onePlanServesThreadsAtTheSameTime() throws Exception {
        Lrp lrp = Lrp.with(Presets.epsilonPlus());
        Callable<double[]> explanation = () -> {
            Tape tape = new Tape(new ReferenceKernels());
            Value x = tape.input("x", normal(5, 1, 3, 5, 5));
            return lrp.explain(network(tape, x, 2), Seed.top1()).of(x).toDoubleArray();
        };
        double[] want = explanation.call();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (var result : threads.invokeAll(java.util.Collections.nCopies(16, explanation))) {
                assertThat(result.get()).isEqualTo(want);
            }
        }
    }

    @Test
    void intermediateValuesCanBeAskedFor() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(5, 1, 4));
        Value hidden = x.tanh();
        Value output = hidden.linear(tape.parameter("w", normal(6, 3, 4)), null);
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        assertThat(sum(lrp.explain(output, Seed.top1(), hidden).of(hidden))).isCloseTo(1, within(1e-9));
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.explain(output, Seed.top1()).of(hidden))
                .withMessageContaining("tanh").withMessageContaining("intermediate");
        Value elsewhere = tape.input("y", normal(7, 1));
        assertThatThrownBy(() -> lrp.explain(output, Seed.top1()).of(elsewhere))
                .isInstanceOf(UnrelatedTargetException.class).hasMessageContaining("y #").hasMessageContaining("[1]");
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.explain(tape.constant(normal(1, 1, 2)), Seed.top1()))
                .withMessageContaining("depends on no parameter or input");
    }

    @Test
    void seedsAreCheckedAgainstTheOutput() {
        Tape tape = new Tape(new ReferenceKernels());
        Value output = tape.input("x", normal(5, 2, 4)).tanh();
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.explain(output, Seed.target(4)))
                .withMessage("seed: class 4 of output [2, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.explain(output, Seed.target(1, 2, 3)))
                .withMessageContaining("3 target classes for 2 samples");
        assertThatIllegalArgumentException().isThrownBy(() -> lrp.explain(output, Seed.of(normal(1, 4))))
                .withMessageContaining("output [2, 4], relevance [4]");
        assertThat(Seed.target(1, 3).start(output).toDoubleArray()).containsExactly(0, 1, 0, 0, 0, 0, 0, 1);
        Tensor atValue = Seed.target(2).timesOutput().start(output);
        assertThat(atValue.at(1, 2)).isEqualTo(output.tensor().at(1, 2));
    }

    @Test
    void tablesSelectByOpScopeOrderAndPredicateFirstMatchWins() {
        Tape tape = new Tape(new ReferenceKernels());
        Value output = network(tape, tape.input("x", normal(5, 1, 3, 5, 5)), 2);
        Rule a = new io.github.lrp4j.lrp.rule.Adjoint(false);
        Rule b = new io.github.lrp4j.lrp.rule.Uniform();
        RuleTable table = RuleTable.of(Selector.first(io.github.lrp4j.autograd.op.Conv.class).use(a),
                Selector.scope("block.*").not().and(every(io.github.lrp4j.autograd.Linear.class)).use(a),
                Selector.scope("bl?ck").and(every(io.github.lrp4j.autograd.Pointwise.class)).use(b));
        List<String> rows = Lrp.with(table).plan(output).audit().stream().filter(step -> !step.rule().equals("leaf"))
                .map(step -> step.node().replaceAll(" #\\d+", "") + ": " + step.reason()).collect(Collectors.toList());
        assertThat(rows).containsSubsequence("conv2d at block: first Conv",
                "relu at block: scope bl?ck and every Pointwise",
                "conv2d at block: not scope block.* and every Linear", "matmul: not scope block.* and every Linear");
        assertThat(rows).contains("add at block: default");
        assertThat(table.toString()).contains("first Conv").contains("everything else");
    }

    @Test
    void aCustomOpNeedsARule() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(5, 1, 4));
        Value output;
        try (Scope scope = tape.scope("head.0")) {
            output = tape.apply(new Cube(), x);
        }
        assertThatThrownBy(() -> Lrp.with(Presets.dynamicLrp()).explain(output, Seed.top1()))
                .isInstanceOf(MissingRuleException.class)
                .hasMessageContaining("cube at head.0").hasMessageContaining("every(Cube.class)");
        Lrp bound = Lrp.with(RuleTable.of(every(Cube.class).use(new Identity())));
        assertThat(sum(bound.explain(output, Seed.top1()).of(x))).isEqualTo(1);
    }

    /** {@code y = x^3}, defined outside of lrp4j. */
    private record Cube() implements Custom {
        @Override
        public String name() {
            return "cube";
        }

        @Override
        public Outputs forward(Kernels kernels, List<Tensor> operands) {
            double[] values = operands.get(0).toDoubleArray();
            java.util.Arrays.setAll(values, i -> values[i] * values[i] * values[i]);
            return Outputs.of(Tensor.of(values, operands.get(0).shape()));
        }

        @Override
        public Keeps keeps(boolean[] wanted) {
            return Keeps.operands(0);
        }

        @Override
        public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
            double[] x = saved.operand(0).toDoubleArray();
            double[] g = cotangents[0].toDoubleArray();
            java.util.Arrays.setAll(g, i -> 3 * x[i] * x[i] * g[i]);
            return new Tensor[] {Tensor.of(g, saved.operandShape(0))};
        }
    }

    /** 5,000 residual blocks: discovery, recovery and sweep are iterative, and each value is recovered once. */
    @Test
    void depthIsNoLimit() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(5, 1, 2));
        Value h = x;
        for (int block = 0; block < 5_000; block++) {
            h = h.add(h.scale(1e-4));
        }
        int[] recovered = new int[1];
        Relevance relevance = Lrp.with(Presets.dynamicLrp()).watchedBy(new Trace() {
            @Override
            public void recovered(int index) {
                recovered[0]++;
            }
        }).explain(h, Seed.top1());
        assertThat(sum(relevance.of(x))).isCloseTo(1, within(1e-6));
        assertThat(recovered[0]).isLessThanOrEqualTo(10_000);
    }
}
