package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.Rearrange;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.rule.FusedAttention.Probabilities;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FusedAttentionTest {
    private static final Kernels REFERENCE = new ReferenceKernels();
    private static final Stabilizer EPS = Stabilizer.signed(1e-9);

    /** Random geometry, the same for both ways to compute it. */
    private static final class Geometry {
        private final Random random;
        private final int groups;
        private final int members;
        private final int queries;
        private final int keys;
        private final int width;
        private final int valueWidth;
        private final int batch;
        private final AttentionSpec spec;
        private final Tensor mask;
        private final boolean liveMask;

        Geometry(long seed) {
            random = new Random(seed);
            groups = 1 + random.nextInt(3);
            members = 1 + random.nextInt(3);
            queries = 1 + random.nextInt(6);
            keys = 1 + random.nextInt(7);
            width = 1 + random.nextInt(5);
            valueWidth = 1 + random.nextInt(5);
            batch = 1 + random.nextInt(2);
            spec = new AttentionSpec(0.2 + random.nextDouble(), random.nextBoolean(), true);
            liveMask = random.nextInt(3) == 0;
            int kind = liveMask ? 1 : random.nextInt(4);
            Shape shape = List.of(Shape.of(queries, keys), Shape.of(batch, 1, queries, keys), Shape.of(1, keys),
                    Shape.of(groups * members, queries, keys)).get(random.nextInt(4));
            mask = switch (kind) {
                case 0 -> TestTensors.mask(seed, shape);
                case 1 -> TestTensors.normal(seed, DType.F64, shape);
                case 2 -> partlyClosed(seed, shape);
                default -> null;
            };
        }

        private static Tensor partlyClosed(long seed, Shape shape) {
            double[] numbers = TestTensors.normal(seed, DType.F64, shape).toDoubleArray();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = numbers[i] < -0.5 ? Double.NEGATIVE_INFINITY : 0;
            }
            return Tensor.of(numbers, shape);
        }

        List<Value> operands(Tape tape) {
            Value q = tape.input("q", TestTensors.normal(random.nextLong(), DType.F64,
                    Shape.of(batch, groups * members, queries, width)));
            Value k = tape.input("k",
                    TestTensors.normal(random.nextLong(), DType.F64, Shape.of(batch, groups, keys, width)));
            Value v = tape.input("v",
                    TestTensors.normal(random.nextLong(), DType.F64, Shape.of(batch, groups, keys, valueWidth)));
            if (mask == null) {
                return List.of(q, k, v);
            }
            return List.of(q, k, v, liveMask ? tape.input("mask", mask) : tape.constant(mask));
        }

        Value fused(List<Value> in) {
            return in.get(0).scaledDotProductAttention(in.get(1), in.get(2), in.size() > 3 ? in.get(3) : null, spec);
        }

        Value written(List<Value> in) {
            Value k = Rearrange.repeatInterleave(in.get(1), members, 1);
            Value v = Rearrange.repeatInterleave(in.get(2), members, 1);
            Value x = in.get(0).matmul(k.transpose(-2, -1)).scale(spec.scale());
            Tape tape = x.tape();
            if (mask != null) {
                x = mask.dtype() == DType.BOOL
                        ? x.maskedFill(tape.constant(not(mask)), Double.NEGATIVE_INFINITY)
                        : x.add(in.get(3));
            }
            if (spec.causal()) {
                byte[] hidden = new byte[queries * keys];
                for (int i = 0; i < hidden.length; i++) {
                    hidden[i] = (byte) (i % keys > i / keys ? 1 : 0);
                }
                x = x.maskedFill(tape.constant(Tensor.of(hidden, DType.BOOL, Shape.of(queries, keys))),
                        Double.NEGATIVE_INFINITY);
            }
            return x.softmax(-1).matmul(v);
        }

        private static Tensor not(Tensor mask) {
            long[] flags = mask.toLongArray();
            for (int i = 0; i < flags.length; i++) {
                flags[i] = 1 - flags[i];
            }
            return Tensor.of(flags, mask.shape()).to(DType.BOOL);
        }
    }

    /** The two ways under AttnLRP, on geometries without a query that sees nothing (where written softmax is NaN). */
    @Test
    void writtenOutAndFusedAgreeUnderAttnLrp() {
        RuleTable table = RuleTable.of(every(Linear.class).use(new Epsilon(EPS, Factors.ACTIVATIONS)),
                every(Softmax.class).use(new SoftmaxTaylor()),
                every(Additive.class).use(new Norm(Stabilizer.signed(0))),
                every(Attention.class).use(new FusedAttention(EPS, Probabilities.TAYLOR)));
        int compared = 0;
        int masked = 0;
        for (long seed = 0; seed < 150; seed++) {
            Geometry geometry = new Geometry(seed);
            List<Value> in = geometry.operands(new Tape(REFERENCE));
            Value written = geometry.written(in);
            if (Double.isNaN(REFERENCE.total(written.tensor()))) {
                continue;
            }
            Value fused = geometry.fused(in);
            assertClose(fused.tensor(), written.tensor(), 1e-12, 1e-13);
            Seed start = Seed.of(TestTensors.normal(seed, DType.F64, fused.shape()));
            Relevance one = Lrp.with(table).explain(fused, start);
            Relevance other = Lrp.with(table).explain(written, start);
            for (Value operand : in) {
                if (operand.node().isLive()) {
                    assertAgree(one.of(operand), other.of(operand));
                }
            }
            compared++;
            masked += in.size() > 3 ? 1 : 0;
        }
        assertThat(compared).isGreaterThan(100);
        assertThat(masked).isGreaterThan(30);
    }

    private static void assertAgree(Tensor got, Tensor want) {
        double max = 0;
        for (double value : want.toDoubleArray()) {
            max = Math.max(max, Math.abs(value));
        }
        assertClose(got, want, 0, 1e-9 * max + 1e-300);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theValuePathConserves(boolean causal) {
        ConservationLedger ledger = ledger(new FusedAttention(1e-11), causal);
        assertThat(ledger.at(ConservationLedger.Ending.Kind.INPUT)).isCloseTo(ledger.seed(), within(1e-7));
        assertThat(ledger.at(Sink.DROPPED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDroppedHalfIsInTheBooks(boolean causal) {
        ConservationLedger ledger = ledger(new FusedAttention(EPS, Probabilities.DROPPED), causal);
        assertThat(ledger.at(Sink.DROPPED)).isCloseTo(0.5 * ledger.seed(), within(1e-6));
        assertThat(ledger.at(ConservationLedger.Ending.Kind.INPUT)).isCloseTo(0.5 * ledger.seed(), within(1e-6));
    }

    private static ConservationLedger ledger(Rule rule, boolean causal) {
        Tape tape = new Tape(REFERENCE);
        Value x = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(2, 5, 4)));
        AttentionSpec spec = new AttentionSpec(0.5, causal, false);
        Value y = x.scaledDotProductAttention(x.scale(0.5), x.tanh(), null, spec);
        Seed seed = Seed.of(TestTensors.uniform(2, 0.1, 1, DType.F64, y.shape()));
        return Lrp.with(RuleTable.of(every(Attention.class).use(rule))).explain(y, seed).ledger();
    }

    /** A query that may attend to nothing has an output of 0; its relevance ends there and nothing becomes NaN. */
    @ParameterizedTest
    @ValueSource(strings = {"CONSTANT", "DROPPED", "TAYLOR"})
    void aQueryThatSeesNothingPassesNothing(Probabilities probabilities) {
        Tape tape = new Tape(REFERENCE);
        Value q = tape.input("q", TestTensors.normal(3, DType.F64, Shape.of(2, 3, 4)));
        Value k = tape.input("k", TestTensors.normal(4, DType.F64, Shape.of(2, 3, 4)));
        Value v = tape.input("v", TestTensors.normal(5, DType.F64, Shape.of(2, 3, 4)));
        Value mask = tape.constant(
                Tensor.of(new byte[] {1, 1, 0, 0, 0, 0, 1, 0, 1}, DType.BOOL, Shape.of(3, 3)));
        Value y = q.scaledDotProductAttention(k, v, mask, AttentionSpec.of(0.5));
        double[] start = new double[24];
        Arrays.fill(start, 4, 8, 1);
        Relevance relevance = Lrp.with(RuleTable.of(every(Attention.class).use(new FusedAttention(EPS, probabilities))))
                .explain(y, Seed.of(Tensor.of(start, y.shape())));
        for (Value operand : List.of(q, k, v)) {
            if (relevance.of(operand) != null) {
                assertThat(Arrays.stream(relevance.of(operand).toDoubleArray())).allMatch(r -> r == 0);
            }
        }
    }

    /** More queries than a tile of the rule has, in float32 on fast kernels, against the reference in float64. */
    @Test
    void tilesMeet() {
        RuleTable table = RuleTable.of(every(Attention.class).use(new FusedAttention(EPS, Probabilities.TAYLOR)));
        Tensor x = TestTensors.uniform(6, 0.5, 1.5, DType.F32, Shape.of(40, 330, 2));
        Tensor[] relevances = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            Tape tape = new Tape(i == 0 ? REFERENCE : Backends.select().kernels());
            Value q = tape.input("q", i == 0 ? x.to(DType.F64) : x);
            Value y = q.scaledDotProductAttention(q.scale(0.3), q.scale(2), null, AttentionSpec.of(1).causally());
            relevances[i] = Lrp.with(table).explain(y, Seed.of(y.tensor())).of(q);
        }
        assertClose(relevances[1].to(DType.F64), relevances[0], 1e-4, 1e-3);
    }
}
