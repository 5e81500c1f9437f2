package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules that wrap another rule: constant operands, factors, relevance filters. */
class WrappedRulesTest {
    private static final double EPS = 1e-3;

    private final Tape tape = new Tape(new ReferenceKernels());

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    private static Relevance explain(Rule rule, Value y, Tensor r) {
        return Lrp.with(RuleTable.of(every(Op.class).use(rule))).explain(y, Seed.of(r));
    }

    /** {@code R_v = v * P^T(R / (P v + eps sign))}: all of it to the values, cell by cell. */
    @Test
    void constantProbabilitiesLeaveEverythingToTheValues() {
        Value p = tape.input("p", normal(1, 2, 3, 4));
        Value v = tape.input("v", normal(2, 2, 4, 5));
        Value out = p.matmul(v);
        Tensor r = normal(3, 2, 3, 5);
        Relevance relevance = explain(new HoldingConstant(new Epsilon(EPS), 0), out, r);
        double[] want = new double[2 * 4 * 5];
        for (int b = 0; b < 2; b++) {
            for (int i = 0; i < 3; i++) {
                for (int d = 0; d < 5; d++) {
                    double z = out.tensor().at(b, i, d);
                    double s = r.at(b, i, d) / (z >= 0 ? z + EPS : z - EPS);
                    for (int k = 0; k < 4; k++) {
                        want[(b * 4 + k) * 5 + d] += v.tensor().at(b, k, d) * p.tensor().at(b, i, k) * s;
                    }
                }
            }
        }
        assertThat(relevance.of(v).toDoubleArray()).containsExactly(want, within(1e-10));
        assertThat(relevance.of(p).toDoubleArray()).containsOnly(0);
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-12);
    }

    @Test
    void aConstantGateLeavesEverythingToTheOtherFactorAndReadsNothing() {
        Value gate = tape.input("gate", normal(1, 3, 4)).silu();
        Value up = tape.input("up", normal(2, 3, 4)).tanh();
        Tensor r = normal(3, 3, 4);
        for (int held = 0; held < 2; held++) {
            Relevance relevance = Lrp.with(RuleTable.of(every(io.github.lrp4j.autograd.op.Mul.class)
                    .use(new HoldingConstant(new Proportional(EPS), held))))
                    .explain(gate.mul(up), Seed.of(r), gate, up);
            assertThat(relevance.of(held == 0 ? up : gate).toDoubleArray()).containsExactly(r.toDoubleArray());
            assertThat(relevance.of(held == 0 ? gate : up).toDoubleArray()).containsOnly(0);
            assertThat(relevance.plan().promises()).isEmpty();
        }
    }

    @Test
    void allOperandsConstantDropsEverything() {
        Value a = tape.input("a", normal(1, 3));
        Value b = tape.input("b", normal(2, 3));
        Relevance relevance =
                explain(new HoldingConstant(new Proportional(EPS), List.of(0, 1)), a.add(b), normal(3, 3));
        assertThat(relevance.of(a).toDoubleArray()).containsOnly(0);
        assertThat(relevance.of(b).toDoubleArray()).containsOnly(0);
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-12);
    }

    @Test
    void aFactorMultipliesWhatTheRuleGives() {
        Value x = tape.input("x", normal(1, 3, 4));
        Value y = x.matmul(tape.parameter("w", normal(2, 4, 5)));
        Tensor r = normal(3, 3, 5);
        double[] whole = explain(new Epsilon(EPS), y, r).of(x).toDoubleArray();
        Relevance half = explain(new Scaled(new Epsilon(EPS), 0.5), y, r);
        assertThat(half.of(x).toDoubleArray())
                .containsExactly(Arrays.stream(whole).map(v -> v / 2).toArray(), within(1e-15));
        assertThat(half.ledger().imbalance()).isLessThan(1e-12);
    }

    @Test
    void topKKeepsTheLargestCellsOfEachSample() {
        double[] r = {3, -5, 1, 4, 0.5, 0, 7, -7, 7, 1, -1, 2};
        Value x = tape.input("x", Tensor.of(new double[12], 2, 3, 2));
        Relevance two = explain(new TopK(new Identity(), 2), x.neg(), Tensor.of(r, 2, 3, 2));
        assertThat(two.of(x).toDoubleArray()).containsExactly(0, -5, 0, 4, 0, 0, 7, -7, 0, 0, 0, 0);
        assertThat(two.ledger().at(Sink.FILTERED)).isCloseTo(4.5 + 9, within(1e-12));
        assertThat(two.ledger().imbalance()).isLessThan(1e-12);
        // A fraction of 6 cells, rounded up: 3.
        Relevance third = explain(new TopK(new Identity(), 0.4), x.neg(), Tensor.of(r, 2, 3, 2));
        assertThat(third.of(x).toDoubleArray()).containsExactly(3, -5, 0, 4, 0, 0, 7, -7, 7, 0, 0, 0);
        Relevance all = explain(new TopK(new Identity(), 100), x.neg(), Tensor.of(r, 2, 3, 2));
        assertThat(all.of(x).toDoubleArray()).containsExactly(r);
    }

    @Test
    void topKFiltersBeforeALinearRule() {
        Value x = tape.input("x", normal(1, 2, 4));
        Value y = x.matmul(tape.parameter("w", normal(2, 4, 5)));
        double[] r = normal(3, 2, 5).toDoubleArray();
        double[] filtered = r.clone();
        for (int n = 0; n < 2; n++) {
            int from = 5 * n;
            double[] sizes = Arrays.stream(r, from, from + 5).map(Math::abs).sorted().toArray();
            for (int i = from; i < from + 5; i++) {
                filtered[i] = Math.abs(r[i]) >= sizes[2] ? r[i] : 0;
            }
        }
        RuleTable table = RuleTable.of(every(Linear.class).use(new TopK(new Epsilon(EPS), 3)));
        Relevance got = Lrp.with(table).explain(y, Seed.of(Tensor.of(r, 2, 5)));
        Relevance want = explain(new Epsilon(EPS), y, Tensor.of(filtered, 2, 5));
        assertThat(got.of(x).toDoubleArray()).containsExactly(want.of(x).toDoubleArray());
        assertThat(got.ledger().imbalance()).isLessThan(1e-12);
    }

    @Test
    void topKChecksItsAmount() {
        for (double amount : new double[] {0, -1, 2.5, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new TopK(new Identity(), amount))
                    .withMessageContaining("top-k");
        }
        assertThat(new TopK(new Identity(), 3).describe()).contains("top 3 cells");
    }
}
