package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Presets on transformer-like graphs: conservation where it is promised, and two forms of one method that agree. */
class PresetsTest {
    /** How the norm of a block is made. */
    private enum NormKind {
        LAYER, RMS, WRITTEN_OUT_RMS
    }

    private final Tape tape = new Tape(new ReferenceKernels());

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    private Value weight(String name, int... sizes) {
        double scale = 0.6;
        double[] values = normal(name.hashCode(), sizes).toDoubleArray();
        return tape.parameter(name, Tensor.of(Arrays.stream(values).map(v -> v * scale).toArray(), Shape.of(sizes)));
    }

    private Value norm(Value x, NormKind kind) {
        return switch (kind) {
            case LAYER -> x.layerNorm(1, null, null, 1e-5);
            case RMS -> x.rmsNorm(1, null, 1e-5);
            case WRITTEN_OUT_RMS -> x.mul(x.pow(2).mean(List.of(-1), true).shift(1e-5).rsqrt());
        };
    }

    /** Pre-norm attention and a gated feed-forward part, without any bias; one logit per position and class. */
    private Value transformer(Value x, NormKind kind) {
        return transformer(x, kind, false);
    }

    /** @param fused whether attention is one op instead of products and a softmax */
    private Value transformer(Value x, NormKind kind, boolean fused) {
        Value n = norm(x, kind);
        Value q = n.matmul(weight("q", 6, 6));
        Value k = n.matmul(weight("k", 6, 6));
        Value v = n.matmul(weight("v", 6, 6));
        Value attended = fused
                ? q.scaledDotProductAttention(k, v, null, AttentionSpec.of(0.4))
                : q.matmul(k.transpose(0, 1)).scale(0.4).softmax(-1).matmul(v);
        Value h = attended.matmul(weight("o", 6, 6)).add(x);
        Value m = norm(h, kind);
        Value gated = m.matmul(weight("gate", 6, 8)).silu().mul(m.matmul(weight("up", 6, 8)));
        Value out = h.add(gated.matmul(weight("down", 8, 6)));
        return norm(out, kind).matmul(weight("head", 6, 3));
    }

    private static double sum(Tensor tensor) {
        return Arrays.stream(tensor.toDoubleArray()).sum();
    }

    @ParameterizedTest
    @EnumSource
    void conservativePropagationConservesWithoutBiases(NormKind kind) {
        Value x = tape.input("x", normal(1, 4, 6));
        Value logits = transformer(x, kind);
        Relevance relevance = Lrp.with(Presets.conservativePropagation()).explain(logits, Seed.top1());
        assertThat(sum(relevance.of(x))).isCloseTo(4, within(1e-8));
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-12);
        // As a gradient it starts from the logits themselves: the sum is theirs.
        Relevance gradient = Lrp.with(Presets.conservativePropagationAsGradient()).explain(logits, Seed.top1());
        double explained = sum(Seed.top1().timesOutput().start(logits));
        assertThat(sum(gradient.timesValue(x))).isCloseTo(explained, within(1e-8));
    }

    @ParameterizedTest
    @EnumSource
    void conservativePropagationIsItsGradientForm(NormKind kind) {
        Value x = tape.input("x", normal(1, 4, 6));
        Value logits = transformer(x, kind);
        Relevance direct = Lrp.with(Presets.conservativePropagation()).explain(logits, Seed.top1().timesOutput());
        Relevance gradient = Lrp.with(Presets.conservativePropagationAsGradient()).explain(logits, Seed.top1());
        agree(direct.of(x), gradient.timesValue(x), 1e-6);
    }

    @ParameterizedTest
    @EnumSource
    void attnLrpIsItsGradientForm(NormKind kind) {
        Value x = tape.input("x", normal(1, 4, 6));
        Value logits = transformer(x, kind);
        Relevance direct = Lrp.with(Presets.attnLrp()).explain(logits, Seed.top1().timesOutput());
        Relevance gradient = Lrp.with(Presets.attnLrpAsGradient()).explain(logits, Seed.top1());
        // The direct form divides by values plus 1e-6, some of which are small.
        agree(direct.of(x), gradient.timesValue(x), 1e-3);
    }

    static Stream<RuleTable> ofAttention() {
        return Stream.of(Presets.attnLrp(), Presets.attnLrpAsGradient(), Presets.conservativePropagation(),
                Presets.conservativePropagationAsGradient());
    }

    @ParameterizedTest(name = "table {index}")
    @MethodSource("ofAttention")
    void attentionInOneOpSaysTheSame(RuleTable table) {
        Value x = tape.input("x", normal(1, 4, 6));
        Tensor writtenOut = Lrp.with(table).explain(transformer(x, NormKind.LAYER, false), Seed.target(1)).of(x);
        PresetsTest other = new PresetsTest();
        Value y = other.tape.input("x", normal(1, 4, 6));
        Value fused = other.transformer(y, NormKind.LAYER, true);
        agree(Lrp.with(table).explain(fused, Seed.target(1)).of(y), writtenOut, 1e-9);
    }

    private static void agree(Tensor got, Tensor want, double tolerance) {
        double largest = Arrays.stream(want.toDoubleArray()).map(Math::abs).max().orElse(1);
        assertThat(largest).isGreaterThan(1e-3);
        assertThat(got.toDoubleArray()).containsExactly(want.toDoubleArray(), within(tolerance * largest));
    }

    @Test
    void gatesAndProbabilitiesTakeNothingInConservativePropagation() {
        Value x = tape.input("x", normal(1, 4, 6));
        RelevancePlan plan = Lrp.with(Presets.conservativePropagation()).plan(transformer(x, NormKind.LAYER));
        List<String> held = plan.audit().stream().map(RelevancePlan.Step::rule).filter(rule -> rule.contains("holding"))
                .toList();
        assertThat(held).hasSize(2).anyMatch(rule -> rule.startsWith("Epsilon"))
                .anyMatch(rule -> rule.startsWith("Proportional"));
    }

    @Test
    void dynamicLrpSeesAFoldedNetworkWhenAskedTo() {
        Value x = tape.input("x", normal(1, 2, 3, 5));
        Tensor statistics = Tensor.full(0.5, DType.F64, Shape.of(4));
        Value y = x.conv(weight("w", 4, 3, 3), weight("b", 4), ConvSpec.of(1, 1, 1))
                .batchNorm(statistics, statistics, weight("norm.weight", 4), weight("norm.bias", 4), 1e-5).relu()
                .reshape(2, 20).matmul(weight("fc", 20, 3));
        RuleTable table = Presets.dynamicLrp().prepend(Presets.mergedBatchNorm());
        Relevance relevance = Lrp.with(table).explain(y, Seed.top1());
        assertThat(relevance.plan().audit()).anyMatch(step -> step.reason().contains("merged into conv1d"));
        double biases = relevance.ledger().at(ConservationLedger.Ending.Kind.WEIGHT)
                + relevance.ledger().at(ConservationLedger.Ending.Kind.BIAS);
        assertThat(sum(relevance.of(x)) + biases).isCloseTo(2, within(1e-8));
        assertThat(biases).isNotZero();
    }

    /** A chain of linear ops that read an activation: convolutions, and layers at their end. */
    private Value chain(int convolutions) {
        Value x = tape.input("x", normal(1, 2, 3, 5));
        for (int i = 0; i < convolutions; i++) {
            x = x.conv(weight("w" + i, 3, 3, 3), weight("b" + i, 3), ConvSpec.of(1, 1, 1)).relu();
        }
        return x.reshape(2, 15).matmul(weight("fc", 15, 3));
    }

    @ParameterizedTest
    @CsvSource({"1, Z", "2, ZE", "3, ZGE", "4, ZGEE", "5, ZGGEE"})
    void compositeLrpChangesRulesHalfWayUp(int convolutions, String want) {
        RelevancePlan plan = Lrp.with(Presets.compositeLrp(List.of(-3.0), List.of(3.0))).plan(chain(convolutions));
        String got = plan.audit().stream().map(RelevancePlan.Step::rule)
                .filter(rule -> rule.contains("ZBox") || rule.contains("Gamma") || rule.contains("0.25"))
                .map(rule -> rule.substring(0, 1)).collect(Collectors.joining());
        assertThat(got).isEqualTo(want);
    }

    /** Gamma 0 is the table as it was; layers get gamma, products of two activations do not. */
    @Test
    void gammaOfTransformersIsForLayers() {
        Value x = tape.input("x", normal(1, 4, 6));
        Value logits = transformer(x, NormKind.LAYER);
        for (RuleTable[] pair : new RuleTable[][] {{Presets.attnLrp(), Presets.attnLrpGamma(0, 0)},
            {Presets.conservativePropagation(), Presets.conservativePropagationGamma(0, 0)}}) {
            assertThat(Lrp.with(pair[1]).explain(logits, Seed.top1()).of(x).toDoubleArray())
                    .containsExactly(Lrp.with(pair[0]).explain(logits, Seed.top1()).of(x).toDoubleArray());
        }
        for (RuleTable table : List.of(Presets.attnLrpGamma(3, 0.5), Presets.conservativePropagationGamma(3, 0.5))) {
            List<String> gammas = Lrp.with(table).plan(logits).audit().stream().map(RelevancePlan.Step::rule)
                    .filter(rule -> rule.contains("Gamma")).toList();
            // Queries, keys, values, output; gate, up, down; head.
            assertThat(gammas).hasSize(8).allMatch(rule -> rule.contains("0.5"));
        }
        Relevance relevance = Lrp.with(Presets.conservativePropagationGamma(3, 0.5)).explain(logits, Seed.top1());
        assertThat(sum(relevance.of(x))).isCloseTo(4, within(1e-4));
    }

    @Test
    void everyPresetPrintsItself() {
        Stream.of(Presets.dynamicLrp(), Presets.dynamicLrpGamma(100, 1), Presets.epsilonPlus(),
                Presets.epsilonPlusFlat(), Presets.epsilonAlpha2Beta1(), Presets.attnLrp(),
                Presets.compositeLrp(List.of(0.0), List.of(1.0)), Presets.attnLrpGamma(100, 0.05),
                Presets.conservativePropagationGamma(100, 0.05),
                Presets.attnLrpAsGradient(), Presets.conservativePropagation(),
                Presets.conservativePropagationAsGradient(), Presets.gradient())
                .forEach(table -> assertThat(table.toString().lines()).hasSize(table.rows().size() + 1));
        assertThat(Presets.dynamicLrpGamma(100, 0).toString()).contains("every " + MatMul.class.getSimpleName())
                .contains("Epsilon");
        assertThat(every(MatMul.class)).hasToString("every MatMul");
    }
}
