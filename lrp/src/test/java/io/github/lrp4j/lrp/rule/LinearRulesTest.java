package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.rule.LinearCase.EPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule of linear ops equals its cell-by-cell replica, on matrix products and convolutions of every geometry, without
 * and with an absorbed bias, with outputs that are exactly zero, and between two activations.
 */
class LinearRulesTest {
    /** What the layer is fed. */
    private enum Feed {
        /** No bias, input of both signs. */
        SIGNED,
        /** With a bias. */
        BIASED,
        /** With a bias, input after a ReLU. */
        NON_NEGATIVE,
        /** No bias, and some outputs are exactly zero. */
        ZERO_OUTPUTS;

        boolean biased() {
            return this == BIASED || this == NON_NEGATIVE;
        }
    }

    static Stream<Arguments> layersAndRules() {
        return LinearLayer.all().stream().flatMap(layer -> LinearCase.all().stream()
                .flatMap(rule -> Stream.of(Feed.values()).map(feed -> Arguments.of(layer, rule, feed))));
    }

    @ParameterizedTest(name = "{1} on {0}, {2}")
    @MethodSource("layersAndRules")
    void equalsItsReplica(LinearLayer layer, LinearCase rule, Feed feed) {
        Random random = new Random(17);
        double[] input = random.doubles(layer.inputs(), feed == Feed.NON_NEGATIVE ? 0 : -1, 1).toArray();
        double[] weight = random.doubles(layer.weight().elements(), -1, 1).toArray();
        if (feed == Feed.ZERO_OUTPUTS) {
            // Outputs that do not read the last two cells are zero: their relevance meets the stabiliser alone.
            Arrays.fill(input, 0, input.length - 2, 0.0);
        }
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(input, layer.input()));
        Value z = layer.product().apply(x, tape.parameter("w", Tensor.of(weight, layer.weight())));
        int dim = layer.biasDim();
        double[] bias = random.doubles(z.shape().size(dim), -1, 1).toArray();
        Value y = feed.biased() ? z.addBias(tape.parameter("b", Tensor.of(bias, bias.length)), dim) : z;
        double[] r = random.doubles(y.shape().elements(), -1, 1).toArray();

        Relevance relevance = explain(rule.rule(), y, r);

        int inner = IntStream.range(dim + 1, z.shape().rank()).map(z.shape()::size).reduce(1, (a, b) -> a * b);
        double[] cellBias = new double[r.length];
        Arrays.setAll(cellBias, j -> feed.biased() && !viewBetween(layer) ? bias[j / inner % bias.length] : 0);
        double[] want = rule.replica().apply(new SlowRules(input, layer.matrix(weight), cellBias, r));
        if (feed == Feed.ZERO_OUTPUTS) {
            assertThat(Arrays.stream(z.tensor().toDoubleArray()).filter(v -> v == 0).count()).isPositive();
        }
        close(relevance.of(x), want);
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-12);
        if (!feed.biased()) {
            assertThat(relevance.ledger().at(Sink.BIAS)).isZero();
        }
    }

    /** A linear layer of rank 3 views its rows: a bias added behind the view back is not next to the product. */
    private static boolean viewBetween(LinearLayer layer) {
        return layer.name().equals("linear");
    }

    private static Relevance explain(Rule rule, Value y, double[] r) {
        RuleTable table = RuleTable.of(every(Linear.class).use(rule), every(AddBias.class).use(new AbsorbBias()));
        return Lrp.with(table).explain(y, Seed.of(Tensor.of(r, y.shape())));
    }

    private static void close(Tensor got, double[] want) {
        assertThat(got.toDoubleArray()).containsExactly(want,
                within(1e-9 * Arrays.stream(want).map(Math::abs).max().orElse(1)));
    }

    static Stream<Arguments> bilinear() {
        return Stream.of("matmul", "batched matmul", "broadcast matmul", "grouped conv2d", "transposed conv1d")
                .flatMap(name -> LinearLayer.all().stream().filter(layer -> layer.name().equals(name)))
                .flatMap(layer -> Stream.of(
                        Arguments.of(layer, new LinearCase(new Epsilon(EPS), s -> s.epsilon(EPS / 2))),
                        Arguments.of(layer, new LinearCase(new AlphaBeta(2, 1, EPS), s -> s.alphaBeta(2, 1, EPS))),
                        Arguments.of(layer, new LinearCase(new Gamma(0.25, EPS), s -> s.gamma(0.25, EPS, true))),
                        Arguments.of(layer, new LinearCase(new WSquare(EPS), s -> s.wSquare(EPS)))));
    }

    /** Half of the relevance through each factor, as if the other were the weight. */
    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("bilinear")
    void twoActivationsTakeHalfEach(LinearLayer layer, LinearCase rule) {
        Random random = new Random(3);
        double[] first = random.doubles(layer.inputs(), -1, 1).toArray();
        double[] second = random.doubles(layer.weight().elements(), -1, 1).toArray();
        Tape tape = new Tape(new ReferenceKernels());
        Value a = tape.input("a", Tensor.of(first, layer.input()));
        Value b = tape.input("b", Tensor.of(second, layer.weight()));
        Value y = layer.product().apply(a, b);
        double[] r = random.doubles(y.shape().elements(), -1, 1).toArray();
        Relevance relevance = explain(rule.rule(), y, r);

        double[] half = Arrays.stream(r).map(v -> v / 2).toArray();
        double[] noBias = new double[r.length];
        close(relevance.of(a), rule.replica().apply(new SlowRules(first, layer.matrix(second), noBias, half)));
        double[][] other = matrixOfSecond(layer, first, second.length, r.length);
        close(relevance.of(b), rule.replica().apply(new SlowRules(second, other, noBias, half)));
    }

    private static double[][] matrixOfSecond(LinearLayer layer, double[] first, int inputs, int outputs) {
        double[][] matrix = new double[outputs][inputs];
        for (int i = 0; i < inputs; i++) {
            double[] unit = new double[inputs];
            unit[i] = 1;
            double[] column = layer.apply(first, unit).toDoubleArray();
            for (int j = 0; j < outputs; j++) {
                matrix[j][i] = column[j];
            }
        }
        return matrix;
    }

    static Stream<LinearLayer> layers() {
        return LinearLayer.all().stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void flatSpreadsOverWhatIsRead(LinearLayer layer) {
        Random random = new Random(5);
        double[] ones = new double[(int) layer.weight().elements()];
        Arrays.fill(ones, 1);
        Tape tape = new Tape(new ReferenceKernels());
        double[] input = random.doubles(layer.inputs(), -1, 1).toArray();
        Value x = tape.input("x", Tensor.of(input, layer.input()));
        Value z = layer.product().apply(x,
                tape.parameter("w", Tensor.of(random.doubles(ones.length, -1, 1).toArray(), layer.weight())));
        double[] r = random.doubles(z.shape().elements(), -1, 1).toArray();
        Relevance relevance = explain(new Flat(EPS), z, r);

        double[][] unit = layer.matrix(ones);
        boolean[][] reads = new boolean[r.length][input.length];
        for (int j = 0; j < r.length; j++) {
            for (int i = 0; i < input.length; i++) {
                reads[j][i] = unit[j][i] != 0;
            }
        }
        close(relevance.of(x), new SlowRules(input, unit, new double[r.length], r).flat(reads, EPS));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void copiesGoWholeToBothFactors(LinearLayer layer) {
        Random random = new Random(7);
        double[] input = random.doubles(layer.inputs(), -1, 1).toArray();
        double[] weight = random.doubles(layer.weight().elements(), -1, 1).toArray();
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(input, layer.input()));
        Value w = tape.parameter("w", Tensor.of(weight, layer.weight()));
        Value y = layer.product().apply(x, w);
        double[] r = random.doubles(y.shape().elements(), -1, 1).toArray();
        Relevance relevance = explain(new Epsilon(Stabilizer.signed(EPS), Factors.COPIES), y, r);

        double[] noBias = new double[r.length];
        close(relevance.of(x), new SlowRules(input, layer.matrix(weight), noBias, r).epsilon(EPS));
        double[][] other = matrixOfSecond(layer, input, weight.length, r.length);
        close(relevance.of(w), new SlowRules(weight, other, noBias, r).epsilon(EPS));
        assertThat(relevance.ledger().at(Sink.CREATED)).isCloseTo(-Arrays.stream(r).sum(), within(1e-9));
    }
}
