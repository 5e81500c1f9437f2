package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.IndexAdd;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of sums and products equal their formulas, written out per cell. */
class SumRulesTest {
    private static final double EPS = 1e-3;

    private final Tape tape = new Tape(new ReferenceKernels());

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    private static Relevance explain(Rule rule, Value output) {
        Tensor seed = TestTensors.normal(99, DType.F64, output.shape());
        return Lrp.with(RuleTable.of(every(Op.class).use(rule))).explain(output, Seed.of(seed));
    }

    static Stream<Arguments> binary() {
        return Stream.of(
                binary("a + b", Value::add, new Proportional(EPS),
                        (a, b) -> Math.abs(a) / (Math.abs(a) + Math.abs(b) + EPS)),
                binary("a - b", Value::sub, new Proportional(EPS),
                        (a, b) -> Math.abs(a) / (Math.abs(a) + Math.abs(b) + EPS)),
                binary("a + 3b", (a, b) -> a.add(b, 3), new Proportional(EPS),
                        (a, b) -> Math.abs(a) / stabilized(Math.abs(a) + 3 * Math.abs(b))),
                binary("a * b", Value::mul, new Proportional(EPS),
                        (a, b) -> Math.abs(a) / (Math.abs(a) + Math.abs(b) + EPS)),
                binary("a / b", Value::div, new Proportional(EPS),
                        (a, b) -> Math.abs(a) / (Math.abs(a) + Math.abs(1 / b) + EPS)),
                binary("a + b", Value::add, new Norm(EPS), (a, b) -> a / stabilized(a + b)),
                binary("a - b", Value::sub, new Norm(EPS), (a, b) -> a / stabilized(a - b)),
                binary("a + b", Value::add, new Norm(Stabilizer.plain(EPS)), (a, b) -> a / (a + b + EPS)),
                binary("a * b", Value::mul, new Uniform(), (a, b) -> 0.5),
                binary("a + b", Value::add, new OnlyOperand(0), (a, b) -> 1),
                binary("a + b", Value::add, new OnlyOperand(1), (a, b) -> 0));
    }

    private static double stabilized(double z) {
        return z >= 0 ? z + EPS : z - EPS;
    }

    /** @param share of R that the first operand takes where the operands are a and b */
    private static Arguments binary(String formula, BinaryOperator<Value> op, Rule rule, DoubleBinaryOperator share) {
        return Arguments.of(formula, rule, op, share);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("binary")
    void theFirstOperandTakesItsShare(String formula, Rule rule, BinaryOperator<Value> op, DoubleBinaryOperator share) {
        Value a = tape.input("a", normal(1, 2, 3, 4));
        Value b = tape.input("b", normal(2, 3, 1));
        Relevance relevance = explain(rule, op.apply(a, b));
        double[] va = a.tensor().toDoubleArray();
        double[] r = relevance.seed().toDoubleArray();
        double[] want = new double[va.length];
        for (int i = 0; i < want.length; i++) {
            want[i] = share.applyAsDouble(va[i], b.tensor().at(i / 4 % 3, 0)) * r[i];
        }
        assertThat(relevance.of(a).toDoubleArray()).containsExactly(want, within(1e-12));
        assertThat(relevance.of(b).shape()).isEqualTo(Shape.of(3, 1));
    }

    static Stream<Arguments> reductions() {
        UnaryOperator<Value> sum = x -> x.sum(List.of(0, 2), false);
        UnaryOperator<Value> mean = x -> x.mean(List.of(0, 2), true);
        return Stream.of(Arguments.of("sum", sum, 1), Arguments.of("mean", mean, 8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reductions")
    void aReductionSharesByMagnitude(String name, UnaryOperator<Value> op, double cells) {
        Value x = tape.input("x", normal(1, 2, 3, 4));
        Relevance relevance = explain(new Proportional(EPS), op.apply(x));
        double[] v = x.tensor().toDoubleArray();
        double[] r = relevance.seed().toDoubleArray();
        double[] magnitude = new double[3];
        for (int i = 0; i < v.length; i++) {
            magnitude[i / 4 % 3] += Math.abs(v[i]);
        }
        double[] want = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            int group = i / 4 % 3;
            want[i] = Math.abs(v[i]) / (magnitude[group] + EPS * cells) * r[group];
        }
        assertThat(relevance.of(x).toDoubleArray()).containsExactly(want, within(1e-12));
    }

    @Test
    void besideAConstantTheOtherOperandTakesEverything() {
        Value a = tape.input("a", normal(1, 3, 1));
        Value constant = tape.constant(normal(2, 3, 4));
        for (Value output : List.of(a.add(constant), constant.sub(a), a.mul(constant), a.div(constant))) {
            Relevance relevance = explain(new Proportional(EPS), output);
            double[] r = relevance.seed().toDoubleArray();
            double[] want = new double[3];
            for (int i = 0; i < r.length; i++) {
                want[i / 4] += r[i];
            }
            assertThat(relevance.of(a).toDoubleArray()).containsExactly(want, within(1e-12));
            assertThat(relevance.plan().promises()).isEmpty();
        }
    }

    @Test
    void addingAtIndicesSharesPerCell() {
        Value base = tape.input("base", normal(1, 4));
        Value source = tape.input("source", normal(2, 3));
        Value output = tape.apply(new IndexAdd(0), base, tape.constant(Tensor.of(new long[] {1, 1, 3}, 3)), source);
        Relevance relevance = explain(new Proportional(EPS), output);
        double[] b = base.tensor().toDoubleArray();
        double[] s = source.tensor().toDoubleArray();
        double[] r = relevance.seed().toDoubleArray();
        double atOne = Math.abs(b[1]) + Math.abs(s[0]) + Math.abs(s[1]) + EPS;
        assertThat(relevance.of(base).at(1)).isCloseTo(Math.abs(b[1]) / atOne * r[1], within(1e-12));
        assertThat(relevance.of(source).at(1)).isCloseTo(Math.abs(s[1]) / atOne * r[1], within(1e-12));
        assertThat(relevance.of(source).at(2))
                .isCloseTo(Math.abs(s[2]) / (Math.abs(b[3]) + Math.abs(s[2]) + EPS) * r[3], within(1e-12));
    }
}
