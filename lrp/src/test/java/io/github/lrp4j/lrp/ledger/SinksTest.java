package io.github.lrp4j.lrp.ledger;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Normalization;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.Embedding;
import io.github.lrp4j.autograd.op.PairwiseExtremum;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.lrp.rule.OnlyOperand;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Books computed by hand: a small graph for every account. */
class SinksTest {
    private final Tape tape = new Tape(new ReferenceKernels());

    private static Tensor row(double... values) {
        return Tensor.of(values, 1, values.length);
    }

    private Value x(double... values) {
        return tape.input("x", row(values));
    }

    private static ConservationLedger explain(RuleTable rules, Value output, double... seed) {
        ConservationLedger ledger =
                Lrp.with(rules).explain(output, Seed.of(Tensor.of(seed, output.shape()))).ledger();
        assertThat(ledger.imbalance()).isLessThan(1e-15);
        return ledger;
    }

    private static ConservationLedger explain(Value output, double... seed) {
        return explain(Presets.dynamicLrp(), output, seed);
    }

    /** What the sinks hold but for rounding; the stabiliser's share of the default rules is rounding. */
    private static Map<Sink, Double> sinks(ConservationLedger ledger) {
        Map<Sink, Double> found = new EnumMap<>(Sink.class);
        for (Sink sink : Sink.values()) {
            if (Math.abs(ledger.at(sink)) > 1e-9) {
                found.put(sink, ledger.at(sink));
            }
        }
        return found;
    }

    private static void only(ConservationLedger ledger, Sink sink, double amount) {
        assertThat(sinks(ledger).keySet()).containsExactly(sink);
        assertThat(ledger.at(sink)).isCloseTo(amount, within(1e-9));
        assertThat(ledger.seed() - amount)
                .isCloseTo(java.util.Arrays.stream(Ending.Kind.values()).mapToDouble(ledger::at).sum(), within(1e-9));
    }

    @Test
    void maskedCellsKeepWhatArrivesThere() {
        Value mask = tape.constant(Tensor.of(new byte[] {0, 1, 0, 1}, DType.BOOL, Shape.of(1, 4)));
        only(explain(x(1, 2, 3, 4).maskedFill(mask, -1), 1, 10, 100, 1000), Sink.MASKED, 1010);
    }

    @Test
    void aMaskWrittenOutAsAChoiceIsAMask() {
        Value keep = tape.constant(Tensor.of(new byte[] {1, 0, 1, 1}, DType.BOOL, Shape.of(1, 4)));
        Value fill = tape.constant(row(0, 0, 0, 0));
        only(explain(keep.where(x(1, 2, 3, 4), fill), 1, 10, 100, 1000), Sink.MASKED, 10);
    }

    @Test
    void aChoiceBetweenLiveBranchesLosesNothing() {
        Value keep = tape.constant(Tensor.of(new byte[] {1, 0}, DType.BOOL, Shape.of(1, 2)));
        assertThat(sinks(explain(keep.where(x(1, 2), tape.input("y", row(3, 4))), 1, 10))).isEmpty();
    }

    @Test
    void paddedCellsAreMaskedAndCroppedOnesAskForNothing() {
        only(explain(x(1, 2).pad(List.of(0, 1), List.of(0, 2), 7), 1, 10, 100, 1000, 10000), Sink.MASKED, 11001);
        assertThat(sinks(explain(x(1, 2, 3).pad(List.of(0, -1), List.of(0, 0), 0), 10, 100))).isEmpty();
        assertThat(sinks(explain(x(1, 2, 3).slice(1, 1, 2), 5))).isEmpty();
    }

    @Test
    void anAverageThatCountsItsPaddingLosesThatShare() {
        Value image = tape.input("x", Tensor.of(new double[] {1, 2}, 1, 1, 2));
        // Windows {pad, 1} and {2, pad} of two cells each: half of everything goes to padding.
        only(explain(image.avgPool(PoolSpec.of(1, 2, 2, 1)), 1, 3), Sink.MASKED, 2);
        assertThat(sinks(explain(tape.input("y", Tensor.of(new double[] {1, 2}, 1, 1, 2))
                .avgPool(PoolSpec.of(1, 2, 2, 0)), 3))).isEmpty();
    }

    @Test
    void droppedOutCellsAreMaskedAndKeptOnesPassWhatTheyGot() {
        Value y = x(1, 1, 1, 1, 1, 1, 1, 1).dropout(0.5, RandomGenerator.of("L64X128MixRandom"));
        double[] kept = y.tensor().toDoubleArray();
        double dropped = 0;
        double[] seed = new double[8];
        for (int i = 0; i < 8; i++) {
            seed[i] = 1 << i;
            dropped += kept[i] == 0 ? seed[i] : 0;
        }
        ConservationLedger ledger = explain(y, seed);
        assertThat(ledger.at(Sink.MASKED)).isEqualTo(dropped);
        assertThat(ledger.at(Ending.Kind.INPUT)).isEqualTo(255 - dropped);
    }

    @Test
    void constantsBesideLiveOperandsAreDeadLeaves() {
        Value constant = tape.constant(row(5, 6));
        only(explain(Value.cat(1, x(1, 2), constant), 1, 10, 100, 1000), Sink.DEAD_LEAF, 1100);
        only(explain(Value.stack(1, constant, tape.input("y", row(1, 2))), 1, 10, 100, 1000), Sink.DEAD_LEAF, 11);
        // A constant beside a live operand takes no share of a sum.
        assertThat(sinks(explain(constant.add(tape.input("z", row(1, 2))), 1, 10))).isEmpty();
        RuleTable onlyFirst = RuleTable.of(every(Additive.class).use(new OnlyOperand(0)));
        only(explain(onlyFirst, constant.add(tape.input("z", row(1, 2))), 1, 10), Sink.DEAD_LEAF, 11);
    }

    @Test
    void aMaximumWithAConstantLosesWhereThatWins() {
        Value floor = tape.constant(row(2, 2, 2));
        only(explain(tape.apply(new PairwiseExtremum(true), x(1, 3, 0), floor), 1, 10, 100), Sink.DEAD_LEAF, 101);
    }

    @Test
    void thePaddingIdOfATableTakesNothing() {
        Value table = tape.parameter("tokens.weight", Tensor.of(new double[] {1, 2, 3, 4}, 2, 2));
        Value ids = tape.input("ids", Tensor.of(new long[] {0, 1, 1}, 3));
        only(explain(tape.apply(new Embedding(0), table, ids), 1, 10, 100, 1000, 10000, 100000), Sink.MASKED, 11);
    }

    /** {@code z = 2 - 1 = 1}, stabilised to 1.25: a fifth of the relevance goes to the stabiliser. */
    @Test
    void theStabiliserTakesItsShare() {
        RuleTable rules = RuleTable.of(every(Linear.class).use(new Epsilon(0.25)));
        Value w = tape.parameter("w", Tensor.of(new double[] {1, 1}, 2, 1));
        only(explain(rules, x(2, -1).matmul(w), 5), Sink.STABILIZER, 1);
        RuleTable sums = RuleTable.of(every(Additive.class).use(new Norm(Stabilizer.plain(1))));
        only(explain(sums, tape.input("a", row(1)).add(tape.input("b", row(2))), 8), Sink.STABILIZER, 2);
    }

    /** {@code z = 3 + 1}: the absorbed bias counts a quarter, under every rule with the bias in its denominator. */
    @Test
    void anAbsorbedBiasTakesItsShareInsideTheRule() {
        RuleTable rules = RuleTable.of(every(AddBias.class).use(new AbsorbBias()),
                every(Linear.class).use(new Epsilon(0)));
        Value w = tape.parameter("w", Tensor.of(new double[] {1, 1}, 1, 2));
        Value b = tape.parameter("b", Tensor.of(new double[] {1}, 1));
        only(explain(rules, x(1, 2).linear(w, b), 8), Sink.BIAS, 2);
    }

    /** With x = (1, 2): s = (e^-1, 1) / (1 + e^-1), R_x = x (R - s sum R). */
    @Test
    void theConstantOfALinearisationIsABias() {
        RuleTable rules = RuleTable.of(every(Normalization.class).use(new SoftmaxTaylor()));
        double s1 = Math.exp(-1) / (1 + Math.exp(-1));
        double passed = 1 * (1 - s1) + 2 * (0 - (1 - s1));
        only(explain(rules, x(1, 2).softmax(1), 1, 0), Sink.BIAS, 1 - passed);
    }

    @Test
    void zennitsGammaDropsWhatArrivesAtZero() {
        RuleTable rules = RuleTable.of(every(Linear.class)
                .use(new Gamma(0.5, 1e-12, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS)));
        Value w = tape.parameter("w", Tensor.of(new double[] {1, 1, 1, -1}, 2, 2));
        only(explain(rules, x(1, 1).matmul(w), 3, 4), Sink.DROPPED, 4);
    }

    /** Both factors get a full copy of 5 and each copy loses a fifth to the stabiliser. */
    @Test
    void copiesAreCreated() {
        RuleTable rules = RuleTable.of(
                every(Linear.class).use(new Epsilon(Stabilizer.signed(0.25), Factors.COPIES)));
        Value w = tape.parameter("w", Tensor.of(new double[] {1, 1}, 2, 1));
        ConservationLedger ledger = explain(rules, x(2, -1).matmul(w), 5);
        assertThat(ledger.at(Sink.CREATED)).isEqualTo(-5);
        assertThat(ledger.at(Sink.STABILIZER)).isCloseTo(2, within(1e-12));
        assertThat(ledger.at(Ending.Kind.INPUT)).isCloseTo(4, within(1e-12));
        assertThat(ledger.at(Ending.Kind.WEIGHT)).isCloseTo(4, within(1e-12));
    }

    @Test
    void aGradientIsNoDecomposition() {
        only(explain(Presets.gradient(), x(1, 2).scale(3), 1, 1), Sink.NOT_CONSERVED, -4);
    }

    @Test
    void leavesAreToldApartByTheirUse() {
        Value ids = tape.input("ids", Tensor.of(new long[] {1, 0}, 2));
        Value places = tape.constant(Tensor.of(new long[] {0, 1}, 2));
        Value tokens = tape.parameter("embed.tokens", Tensor.of(new double[] {1, 2, 3, 4}, 2, 2)).embedding(ids);
        Value positions = tape.parameter("embed.positions", Tensor.of(new double[] {1, 1, 1, 1}, 2, 2))
                .embedding(places);
        Value token = tape.parameter("class_token", Tensor.of(new double[] {1, 1}, 1, 2));
        Value sum = Value.cat(0, token.expand(1, 2), tokens.add(positions)).add(
                tape.parameter("table", Tensor.of(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, 4, 2)).slice(0, 0, 3));
        Value y = sum.matmul(tape.parameter("fc.weight", Tensor.of(new double[] {1, 1}, 2, 1)))
                .mul(tape.parameter("gain", Tensor.of(new double[] {2}, 1)));
        ConservationLedger ledger = explain(y, 1, 1, 1);
        Map<String, Ending.Kind> kinds = new java.util.TreeMap<>();
        ledger.endings().forEach(ending -> kinds.put(ending.name(), ending.kind()));
        assertThat(kinds).containsExactlyInAnyOrderEntriesOf(Map.of("embed.tokens", Ending.Kind.EMBEDDING,
                "embed.positions", Ending.Kind.BIAS, "class_token", Ending.Kind.BIAS, "table", Ending.Kind.BIAS,
                "gain", Ending.Kind.WEIGHT));
        assertThat(ledger.at(Ending.Kind.EMBEDDING)).isPositive();
    }
}
