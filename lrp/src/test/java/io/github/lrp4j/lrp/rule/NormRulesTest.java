package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.UnsuitableRuleException;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of norms equal the rules of the matrix that the norm is once its deviation is a number,
 * {@code y_j = w_j / std_j (x_j - mean of j's group) + b_j}, written out per cell.
 */
class NormRulesTest {
    private static final double EPS = 1e-3;
    private static final Shape SHAPE = Shape.of(2, 6, 5);
    private static final int CELLS = 60;

    /** The op under test, on values x, weight, bias. */
    private interface Application {
        Value to(Value x, Tensor weight, Tensor bias);
    }

    /**
     * A norm.
     *
     * @param group of a cell, the cells that are normalised together having the same one
     * @param parameter of a cell, the position of its weight and bias; -1 for none
     * @param centred whether the group's mean is subtracted
     */
    private record Case(String name, IntUnaryOperator group, IntUnaryOperator parameter, boolean centred,
            boolean hasBias, Application op) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Value weight(Value x, Tensor w) {
        return x.tape().parameter("w", w);
    }

    private static Value bias(Value x, Tensor b) {
        return x.tape().parameter("b", b);
    }

    private static int channel(int cell) {
        return cell / 5 % 6;
    }

    static Stream<Case> norms() {
        IntUnaryOperator none = cell -> -1;
        return Stream.of(
                new Case("layer norm", cell -> cell / 5, cell -> cell % 5, true, true,
                        (x, w, b) -> x.layerNorm(1, weight(x, w), bias(x, b), EPS)),
                new Case("layer norm over two dimensions", cell -> cell / 30, cell -> cell % 30, true, true,
                        (x, w, b) -> x.layerNorm(2, weight(x, w.reshape(6, 5)), bias(x, b.reshape(6, 5)), EPS)),
                new Case("layer norm without bias", cell -> cell / 5, cell -> cell % 5, true, false,
                        (x, w, b) -> x.layerNorm(1, weight(x, w), null, EPS)),
                new Case("plain layer norm", cell -> cell / 5, none, true, false,
                        (x, w, b) -> x.layerNorm(1, null, null, EPS)),
                new Case("rms norm", cell -> cell / 5, cell -> cell % 5, false, false,
                        (x, w, b) -> x.rmsNorm(1, weight(x, w), EPS)),
                new Case("group norm", cell -> cell / 10, NormRulesTest::channel, true, true,
                        (x, w, b) -> x.groupNorm(3, weight(x, w), bias(x, b), EPS)),
                new Case("instance norm", cell -> cell / 5, none, true, false,
                        (x, w, b) -> x.groupNorm(6, null, null, EPS)),
                new Case("batch norm in training", NormRulesTest::channel, NormRulesTest::channel, true, true,
                        (x, w, b) -> x.batchNormTraining(weight(x, w), bias(x, b), EPS).output()));
    }

    /** One application with random numbers. */
    private static final class Numbers {
        final double[] x = new Random(3).doubles(CELLS, -1, 2).toArray();
        final double[] r = new Random(4).doubles(CELLS, -1, 1).toArray();
        final double[][] matrix = new double[CELLS][CELLS];
        final double[] bias = new double[CELLS];
        final Value input;
        final Value output;

        Numbers(Case norm) {
            int parameters = 1 + IntStream.range(0, CELLS).map(norm.parameter()).max().orElse(0);
            double[] w = new Random(5).doubles(Math.max(1, parameters), 0.5, 2).toArray();
            double[] b = new Random(6).doubles(Math.max(1, parameters), -1, 1).toArray();
            Tape tape = new Tape(new ReferenceKernels());
            input = tape.input("x", Tensor.of(x, SHAPE));
            output = norm.op().to(input, Tensor.of(w, w.length), Tensor.of(b, b.length));
            for (int j = 0; j < CELLS; j++) {
                int group = norm.group().applyAsInt(j);
                int[] members = IntStream.range(0, CELLS).filter(i -> norm.group().applyAsInt(i) == group).toArray();
                double mean = norm.centred() ? Arrays.stream(members).mapToDouble(i -> x[i]).average().orElse(0) : 0;
                double square = Arrays.stream(members).mapToDouble(i -> (x[i] - mean) * (x[i] - mean)).average()
                        .orElse(0);
                int parameter = norm.parameter().applyAsInt(j);
                double scale = (parameter < 0 ? 1 : w[parameter]) / Math.sqrt(square + EPS);
                bias[j] = norm.hasBias() ? b[parameter] : 0;
                matrix[j][j] = scale;
                for (int i : members) {
                    matrix[j][i] -= norm.centred() ? scale / members.length : 0;
                }
            }
        }

        Relevance explain(Rule rule) {
            return Lrp.with(RuleTable.of(every(Op.class).use(rule))).explain(output,
                    Seed.of(Tensor.of(r, output.shape())));
        }
    }

    private static void close(double[] got, double[] want) {
        assertThat(got).containsExactly(want, within(1e-9 * Arrays.stream(want).map(Math::abs).max().orElse(1)));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void theDeviationIsANumber(Case norm) {
        Numbers n = new Numbers(norm);
        Relevance absorbed = n.explain(new NormWithConstantDeviation(Stabilizer.signed(EPS)));
        close(absorbed.of(n.input).toDoubleArray(), new SlowRules(n.x, n.matrix, n.bias, n.r).epsilon(EPS));
        assertThat(absorbed.ledger().imbalance()).isLessThan(1e-12);

        Relevance plain = n.explain(new NormWithConstantDeviation(Stabilizer.plain(EPS)));
        close(plain.of(n.input).toDoubleArray(), new SlowRules(n.x, n.matrix, n.bias, n.r).plainEpsilon(EPS));

        Rule leftOut =
                new NormWithConstantDeviation(Stabilizer.signed(EPS), NormWithConstantDeviation.Bias.LEFT_OUT);
        Relevance conserved = n.explain(leftOut);
        close(conserved.of(n.input).toDoubleArray(), new SlowRules(n.x, n.matrix, new double[CELLS], n.r).epsilon(EPS));
        assertThat(conserved.ledger().at(Sink.BIAS)).isZero();
    }

    @ParameterizedTest
    @MethodSource("norms")
    void withoutBiasNothingIsLost(Case norm) {
        Numbers n = new Numbers(norm);
        Rule rule = new NormWithConstantDeviation(Stabilizer.signed(0), NormWithConstantDeviation.Bias.LEFT_OUT);
        double passed = Arrays.stream(n.explain(rule).of(n.input).toDoubleArray()).sum();
        assertThat(passed).isCloseTo(Arrays.stream(n.r).sum(), within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void inGradientFormItIsTheTransposedMatrix(Case norm) {
        Numbers n = new Numbers(norm);
        double[] want = new double[CELLS];
        for (int i = 0; i < CELLS; i++) {
            for (int j = 0; j < CELLS; j++) {
                want[i] += n.matrix[j][i] * n.r[j];
            }
        }
        close(n.explain(new DetachedDeviation()).of(n.input).toDoubleArray(), want);
    }

    @Test
    void runningStatisticsAreConstants() {
        double[] x = new Random(3).doubles(CELLS, -1, 2).toArray();
        double[] r = new Random(4).doubles(CELLS, -1, 1).toArray();
        double[][] of = new double[4][];
        for (int p = 0; p < 4; p++) {
            of[p] = new Random(7 + p).doubles(6, 0.3, 2).toArray();
        }
        Tape tape = new Tape(new ReferenceKernels());
        Value input = tape.input("x", Tensor.of(x, SHAPE));
        Value y = input.batchNorm(Tensor.of(of[0], 6), Tensor.of(of[1], 6), tape.parameter("w", Tensor.of(of[2], 6)),
                tape.parameter("b", Tensor.of(of[3], 6)), EPS);
        double[][] matrix = new double[CELLS][CELLS];
        double[] shift = new double[CELLS];
        for (int j = 0; j < CELLS; j++) {
            int c = channel(j);
            matrix[j][j] = of[2][c] / Math.sqrt(of[1][c] + EPS);
            shift[j] = of[3][c] - of[0][c] * matrix[j][j];
        }
        RuleTable table =
                RuleTable.of(every(Op.class).use(new NormWithConstantDeviation(Stabilizer.signed(EPS))));
        Relevance relevance = Lrp.with(table).explain(y, Seed.of(Tensor.of(r, SHAPE)));
        close(relevance.of(input).toDoubleArray(), new SlowRules(x, matrix, shift, r).epsilon(EPS));
        assertThat(relevance.ledger().at(Sink.BIAS)).isNotZero();
    }

    @Test
    void softmaxIsNoSuchNorm() {
        Tape tape = new Tape(new ReferenceKernels());
        Value y = tape.input("x", Tensor.of(new double[] {1, 2, 3}, 1, 3)).softmax(1);
        for (Rule rule : List.of(new DetachedDeviation(), new NormWithConstantDeviation(Stabilizer.plain(EPS)))) {
            assertThatThrownBy(() -> Lrp.with(RuleTable.of(every(Op.class).use(rule))).explain(y, Seed.top1()))
                    .isInstanceOf(UnsuitableRuleException.class).hasMessageContaining("softmax");
        }
    }
}
