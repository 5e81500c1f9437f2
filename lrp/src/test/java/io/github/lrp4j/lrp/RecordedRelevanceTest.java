package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.Rearrange;
import io.github.lrp4j.autograd.expr.Scan;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.LayerNorm;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.autograd.op.ScatterAdd;
import io.github.lrp4j.autograd.op.SharedExtremum;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.AlphaBeta;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.Flat;
import io.github.lrp4j.lrp.rule.FusedAttention;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.ImplicitIdentity;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.lrp.rule.NormWithConstantDeviation;
import io.github.lrp4j.lrp.rule.OnlyOperand;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.lrp.rule.WSquare;
import io.github.lrp4j.lrp.rule.ZBox;
import io.github.lrp4j.lrp.rule.ZPlus;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Losses on recorded relevance have right derivatives: every linear rule on every linear op, every family by default. */
class RecordedRelevanceTest {
    private final List<DynamicTest> tests = new ArrayList<>();

    private static Tensor normal(int seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    private static Tensor positive(int seed, int... sizes) {
        return TestTensors.uniform(seed, 0.5, 2, DType.F64, Shape.of(sizes));
    }

    private void check(String name, RuleTable rules, RelevanceDerivatives.Model model, Tensor... leaves) {
        tests.add(DynamicTest.dynamicTest(name,
                () -> new RelevanceDerivatives(rules, model, List.of(leaves)).require(1e-6)));
    }

    /** Behind the op, a smooth function of all of it with two classes. */
    private static Value classes(Value y) {
        int cells = Math.toIntExact(y.tensor().elements());
        Value head = y.tape().constant(TestTensors.normal(90, DType.F64, Shape.of(cells, 2)));
        return y.tanh().reshape(1, cells).matmul(head);
    }

    private static RuleTable linear(Rule rule, boolean absorb) {
        RuleTable table = RuleTable.of(every(Linear.class).use(rule));
        return absorb ? table.prepend(every(AddBias.class).use(new AbsorbBias())) : table;
    }

    @TestFactory
    Stream<DynamicTest> linearRules() {
        List<Rule> rules = List.of(new Epsilon(1e-3), new Epsilon(Stabilizer.plain(1e-3), Factors.COPIES),
                new Gamma(0.25, 1e-3), new Gamma(0.25, 1e-3, Gamma.AtZero.NOTHING, Factors.COPIES), new ZPlus(1e-3),
                new ZPlus(1e-3, ZPlus.Denominator.UNCLAMPED, Factors.ACTIVATIONS), new AlphaBeta(2, 1, 1e-3),
                new AlphaBeta(1, 0, 1e-3), new ZBox(List.of(-3.0), List.of(3.0), 1e-3), new WSquare(1e-3),
                new Flat(1e-3));
        ConvSpec strided = new ConvSpec(List.of(2, 1), List.of(1, 0), List.of(1, 2), 2);
        for (Rule rule : rules) {
            for (boolean absorb : new boolean[] {false, true}) {
                RuleTable table = linear(rule, absorb);
                String how = rule + (absorb ? " with absorbed bias, " : ", ");
                check(how + "linear", table, v -> classes(v.get(0).tanh().linear(v.get(1), v.get(2))),
                        normal(1, 2, 3), normal(2, 4, 3), normal(3, 4));
                check(how + "conv1d", table, v -> classes(v.get(0).conv(v.get(1), v.get(2), ConvSpec.of(1, 2, 1))),
                        normal(4, 1, 2, 5), normal(5, 2, 2, 3), normal(6, 2));
                check(how + "conv2d", table, v -> classes(v.get(0).relu().conv(v.get(1), v.get(2), strided)),
                        normal(7, 1, 4, 4, 4), normal(8, 2, 2, 3, 2), normal(9, 2));
                check(how + "conv3d", table, v -> classes(v.get(0).conv(v.get(1), v.get(2), ConvSpec.of(3, 1, 0))),
                        normal(10, 1, 1, 2, 3, 3), normal(11, 2, 1, 2, 2, 2), normal(12, 2));
                check(how + "conv_transpose", table, v -> classes(
                        v.get(0).convTranspose(v.get(1), v.get(2), ConvSpec.of(1, 2, 1), List.of(1))),
                        normal(13, 1, 2, 3), normal(14, 2, 2, 3), normal(15, 2));
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> sumsAndProducts() {
        RuleTable paper = Presets.dynamicLrp();
        check("add", paper, v -> classes(v.get(0).add(v.get(1), 0.5)), normal(1, 2, 3), normal(2, 3));
        check("residual", paper, v -> classes(v.get(0).tanh().add(v.get(0))), normal(1, 2, 3));
        check("sub", paper, v -> classes(v.get(0).sub(v.get(1))), normal(1, 2, 3), normal(2, 2, 1));
        check("mul", paper, v -> classes(v.get(0).mul(v.get(1))), normal(1, 2, 3), normal(2, 3));
        check("div", paper, v -> classes(v.get(0).div(v.get(1))), normal(1, 2, 3), positive(2, 3));
        check("sum", paper, v -> classes(v.get(0).sum(List.of(1), false)), normal(1, 2, 3));
        check("mean", paper, v -> classes(v.get(0).mean(List.of(0, 2), true)), normal(1, 2, 3, 2));
        check("cumsum", paper, v -> classes(Scan.cumulativeSum(v.get(0), 1)), normal(1, 2, 4));
        Tensor index = Tensor.of(new long[] {1, 1, 0, 2}, 2, 2);
        check("scatter_add", paper, v -> classes(
                v.get(0).tape().apply(new ScatterAdd(1), v.get(0), v.get(1), v.get(2))),
                normal(1, 2, 3), index, normal(2, 2, 2));
        check("norm rule", RuleTable.of(every(Add.class).use(new Norm(1e-3))),
                v -> classes(v.get(0).tanh().add(v.get(1))), normal(1, 2, 3), normal(2, 3));
        check("skip only", RuleTable.of(every(Add.class).use(new OnlyOperand(0))),
                v -> classes(v.get(0).tanh().add(v.get(1))), normal(1, 2, 3), normal(2, 3));
        check("uniform", RuleTable.of(every(Mul.class).use(new Uniform())),
                v -> classes(v.get(0).tanh().mul(v.get(1))), normal(1, 2, 3), normal(2, 3));
        check("gradient", Presets.gradient(),
                v -> classes(v.get(0).layerNorm(1, v.get(1), v.get(2), 1e-3).gelu()), normal(1, 2, 3), normal(2, 3),
                normal(3, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> normalisation() {
        RuleTable paper = Presets.dynamicLrp();
        // In front of the norm stands a layer whose rule reads values on both sides of it.
        check("layer_norm", paper, v -> classes(
                v.get(0).linear(v.get(1), v.get(2)).layerNorm(1, v.get(3), v.get(4), 1e-3)),
                normal(1, 2, 3), normal(2, 4, 3), normal(3, 4), normal(4, 4), normal(5, 4));
        check("rms_norm", paper, v -> classes(v.get(0).linear(v.get(1), v.get(2)).rmsNorm(1, v.get(3), 1e-3)),
                normal(1, 2, 3), normal(2, 4, 3), normal(3, 4), normal(4, 4));
        check("group_norm", paper,
                v -> classes(v.get(0).conv(v.get(1), ConvSpec.of(1, 1, 0)).groupNorm(2, v.get(2), v.get(3), 1e-3)),
                normal(1, 1, 2, 4), normal(2, 4, 2, 2), normal(3, 4), normal(4, 4));
        check("batch_norm", paper, v -> classes(v.get(0).conv(v.get(1), ConvSpec.of(1, 1, 0))
                .batchNorm(normal(8, 3), positive(9, 3), v.get(2), v.get(3), 1e-3)),
                normal(1, 2, 2, 4), normal(2, 3, 2, 2), normal(3, 3), normal(4, 3));
        check("batch_norm_training", paper, v -> classes(
                v.get(0).conv(v.get(1), ConvSpec.of(1, 1, 0)).batchNormTraining(v.get(2), v.get(3), 1e-3).output()),
                normal(1, 2, 2, 4), normal(2, 3, 2, 2), normal(3, 3), normal(4, 3));
        check("layer_norm as LXT has it",
                RuleTable.of(every(LayerNorm.class).use(new NormWithConstantDeviation(Stabilizer.signed(1e-3)))),
                v -> classes(v.get(0).linear(v.get(1), v.get(2)).layerNorm(1, v.get(3), v.get(4), 1e-3)),
                normal(1, 2, 3), normal(2, 4, 3), normal(3, 4), normal(4, 4), normal(5, 4));
        check("softmax", paper, v -> classes(v.get(0).linear(v.get(1), v.get(2)).softmax(1)),
                normal(1, 2, 3), normal(2, 4, 3), normal(3, 4));
        check("log_softmax", paper, v -> classes(v.get(0).linear(v.get(1), v.get(2)).logSoftmax(1)),
                normal(1, 2, 3), normal(2, 4, 3), normal(3, 4));
        RuleTable taylor = RuleTable.of(every(Softmax.class).use(new SoftmaxTaylor()));
        check("softmax, Taylor", taylor, v -> classes(v.get(0).linear(v.get(1), v.get(2)).softmax(1)),
                normal(1, 2, 3), normal(2, 4, 3), normal(3, 4));
        for (RuleTable table : List.of(paper, taylor, RuleTable.of(every(Linear.class).use(new Gamma(0.5, 1e-3))))) {
            check("attention " + table, table, v -> classes(attention(v)),
                    normal(1, 2, 3, 4), normal(2, 4, 4), normal(3, 4, 4), normal(4, 4, 4));
        }
        for (FusedAttention.Probabilities how : FusedAttention.Probabilities.values()) {
            check("fused attention " + how,
                    RuleTable.of(every(Attention.class).use(new FusedAttention(Stabilizer.signed(1e-3), how))),
                    v -> classes(fused(v)), normal(1, 2, 3, 4), normal(2, 4, 4), normal(3, 4, 4), normal(4, 4, 4));
        }
        return tests.stream();
    }

    private static Value fused(List<Value> v) {
        Value q = v.get(0).matmul(v.get(1)).reshape(2, 3, 2, 2).transpose(1, 2);
        Value k = v.get(0).matmul(v.get(2)).reshape(2, 3, 2, 2).transpose(1, 2);
        Value value = v.get(0).matmul(v.get(3)).reshape(2, 3, 2, 2).transpose(1, 2);
        Value mixed = q.scaledDotProductAttention(k, value, null, AttentionSpec.of(0.7).causally());
        return mixed.transpose(1, 2).reshape(2, 3, 4);
    }

    private static Value attention(List<Value> v) {
        Value q = v.get(0).matmul(v.get(1).transpose(0, 1)).reshape(2, 3, 2, 2).transpose(1, 2);
        Value k = v.get(0).matmul(v.get(2)).reshape(2, 3, 2, 2).transpose(1, 2);
        Value value = v.get(0).matmul(v.get(3)).reshape(2, 3, 2, 2).transpose(1, 2);
        Value weights = q.matmul(k.transpose(2, 3)).scale(0.7).softmax(3);
        return weights.matmul(value).transpose(1, 2).reshape(2, 3, 4);
    }

    @TestFactory
    Stream<DynamicTest> pointwise() {
        for (UnaryFn.Kind kind : UnaryFn.Kind.values()) {
            UnaryFn f =
                    new UnaryFn(kind, kind == UnaryFn.Kind.CLAMP ? 0.7 : 1.3, kind == UnaryFn.Kind.SOFTPLUS ? 20 : 1.6);
            check(kind.toString(), Presets.dynamicLrp(),
                    v -> classes(v.get(0).mul(v.get(1)).elementwise(f).add(v.get(2))),
                    positive(1, 2, 3), positive(2, 3), positive(3, 3));
        }
        check("silu, implicit", RuleTable.of(every(Elementwise.class).use(new ImplicitIdentity(1e-3))),
                v -> classes(v.get(0).mul(v.get(1)).silu()), normal(1, 2, 3), normal(2, 3));
        return tests.stream();
    }

    /** Between two layers whose rules read values, on both sides of what moves or picks cells. */
    @TestFactory
    Stream<DynamicTest> movementAndSelection() {
        moved("max_pool", x -> x.reshape(1, 2, 6).maxPool(PoolSpec.of(1, 3, 2, 1)));
        moved("avg_pool", x -> x.reshape(1, 2, 6).avgPool(PoolSpec.of(1, 3, 2, 1)));
        moved("adaptive_avg_pool", x -> x.reshape(1, 2, 6).adaptiveAvgPool(4));
        moved("max", x -> x.max(1, false));
        moved("shared max", x -> x.tape().apply(new SharedExtremum(List.of(1), true, true), x));
        moved("gather", x -> x.gather(1, x.tape().constant(Tensor.of(new long[] {0, 0, 2, 1}, 2, 2))));
        moved("index_select", x -> x.indexSelect(1, x.tape().constant(Tensor.of(new long[] {3, 3, 0}, 3))));
        moved("masked_fill", x -> x.maskedFill(x.tape().constant(TestTensors.mask(5, Shape.of(2, 6))), 0.5));
        moved("where", x -> x.tape().constant(TestTensors.mask(6, Shape.of(2, 6))).where(x, x.scale(-0.3)));
        moved("dropout", x -> x.dropout(0.3, new java.util.Random(4)));
        moved("permute", x -> x.reshape(2, 3, 2).permute(2, 0, 1));
        moved("slice", x -> x.slice(1, 1, 6, 2));
        moved("expand", x -> x.unsqueeze(1).expand(2, 3, 6));
        moved("pad", x -> x.pad(List.of(1, -1), List.of(0, 2), 0.25));
        moved("cat, split", x -> Value.cat(1, x.split(1, 2, 4).get(1), x.split(1, 2, 4).get(0), x));
        moved("stack, unbind", x -> Value.stack(1, x.unbind(0).get(1), x.unbind(0).get(0)));
        moved("flip, roll", x -> Rearrange.flip(Rearrange.roll(x, 2, 1), 0));
        check("embedding", Presets.dynamicLrp(),
                v -> classes(v.get(1).embedding(v.get(2)).add(v.get(0))), normal(1, 2, 3), normal(2, 5, 3),
                Tensor.of(new long[] {4, 1}, 2));
        return tests.stream();
    }

    private void moved(String name, java.util.function.UnaryOperator<Value> op) {
        check(name, Presets.dynamicLrp(), v -> {
            Value y = op.apply(v.get(0).linear(v.get(1), v.get(2)));
            return classes(y.add(y.tanh()));
        }, normal(1, 2, 3), normal(2, 6, 3), normal(3, 6));
    }

    /** Graphs of many ops, several Promises deep, under presets whose rules read everything. */
    @TestFactory
    Stream<DynamicTest> randomGraphs() {
        List<RuleTable> tables = List.of(Presets.dynamicLrp(), Presets.epsilonPlus(), Presets.dynamicLrpGamma(1, 0.5));
        return IntStream.range(0, 60).mapToObj(seed -> DynamicTest.dynamicTest("graph " + seed, () -> {
            Tape tape = new Tape(new ReferenceKernels());
            Value output = RandomGraphs.record(tape, seed, 4 + seed % 12);
            Lrp lrp = Lrp.with(tables.get(seed % tables.size()));
            Relevance plain = lrp.explain(output, Seed.top1());
            Relevance recorded = lrp.recordGraph().explain(output, Seed.top1());
            for (var node : plain.graph().nodes()) {
                if (node.operands().isEmpty()) {
                    double[] want = plain.of(node, 0).toDoubleArray();
                    double[] got = recorded.of(node, 0).toDoubleArray();
                    double largest = java.util.Arrays.stream(want).map(Math::abs).max().orElse(0);
                    for (int i = 0; i < want.length; i++) {
                        assertThat(got[i]).isCloseTo(want[i],
                                org.assertj.core.data.Offset.offset(1e-10 * Math.max(1, largest)));
                    }
                }
            }
        }));
    }

    @Test
    void aRunThatWasNotRecordedHasNoValues() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(1, 2, 3));
        Relevance relevance = Lrp.with(Presets.dynamicLrp()).explain(x.tanh(), Seed.top1());
        assertThatThrownBy(() -> relevance.value(x)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("recordGraph()");
    }

    /** A weight that keeps what rules derive from it must not hide that the derived tensor depends on it. */
    @Test
    void durableWeightsAreDifferentiatedToo() {
        Tensor weight = normal(2, 4, 3);
        Tensor before = gradient(weight);
        Tensor durable = gradient(normal(2, 4, 3).durable());
        assertThat(durable.toDoubleArray()).containsExactly(before.toDoubleArray());
        assertThat(before.toDoubleArray()).doesNotContain(0);
    }

    private static Tensor gradient(Tensor weight) {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", positive(1, 2, 3));
        Value w = tape.parameter("w", weight);
        Lrp lrp = Lrp.with(RuleTable.of(every(Linear.class).use(new Gamma(0.5, 1e-3))));
        Value output = x.linear(w, null);
        lrp.explain(output, Seed.target(0));
        Value relevance =
                lrp.recordGraph().explain(output, Seed.of(Tensor.full(1, DType.F64, output.shape()))).value(x);
        return Gradients.ofScalar(relevance.square().sum()).of(w);
    }

    /** Relevance is a value like any other: it can be explained in its turn. */
    @Test
    void relevanceOfRelevance() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(1, 1, 3));
        Value w = tape.parameter("w", normal(2, 2, 3));
        Value output = x.linear(w, null);
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Value relevance = lrp.recordGraph().explain(output, Seed.top1().timesOutput()).value(x);
        // With the start at z, R_i = x_i w_i for the winner: a product of leaves.
        Relevance second = lrp.explain(relevance, Seed.target(1));
        assertThat(second.ledger().imbalance()).isLessThan(1e-12);
        assertThat(second.of(x).toDoubleArray()).isNotEqualTo(new double[3]);
    }

    @Test
    void intermediateRelevanceIsAValueToo() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(1, 1, 3));
        Value hidden = x.linear(tape.parameter("w", normal(2, 2, 3)), null).tanh();
        Value output = hidden.linear(tape.parameter("v", normal(3, 2, 2)), null);
        Relevance relevance =
                Lrp.with(Presets.dynamicLrp()).recordGraph().explain(output, Seed.top1().timesOutput(), hidden);
        assertThat(relevance.value(hidden).node().isLive()).isTrue();
        assertThat(relevance.value(hidden).tensor().toDoubleArray())
                .containsExactly(relevance.of(hidden).toDoubleArray());
    }

    /** What the tape records for the pass carries its scope, and no op is left out of its graph. */
    @Test
    void recordedNodesCarryTheScopeOfThePass() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(1, 1, 3));
        Value output = x.linear(tape.parameter("w", normal(2, 2, 3)), null);
        Value relevance =
                Lrp.with(Presets.dynamicLrp()).recordGraph().explain(output, Seed.top1().timesOutput()).value(x);
        assertThat(relevance.node().scope()).isEqualTo("relevance");
        assertThat(tape.scope()).isEmpty();
        assertThat((Object) relevance.node().op()).isInstanceOf(Op.class);
    }
}
