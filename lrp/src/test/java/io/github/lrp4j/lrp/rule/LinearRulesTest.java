package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
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
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule of linear ops equals its cell-by-cell replica, on matrix products and on convolutions of every geometry,
 * without and with an absorbed bias. The matrix of a layer is obtained by feeding it the unit vectors.
 */
class LinearRulesTest {
    private static final double EPS = 1e-3;

    /** A layer without bias: what it applies to its input and weight, and their shapes. */
    private record Layer(String name, Shape input, Shape weight, java.util.function.BinaryOperator<Value> product) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A rule and its replica. */
    private record Case(Rule rule, Function<SlowRules, double[]> replica) {
        @Override
        public String toString() {
            return rule.describe();
        }
    }

    static Stream<Arguments> layersAndRules() {
        List<Layer> layers = List.of(
                new Layer("matmul", Shape.of(1, 5), Shape.of(5, 4), Value::matmul),
                conv("conv1d", Shape.of(1, 2, 7), Shape.of(3, 2, 3), ConvSpec.of(1, 1, 1)),
                conv("strided conv2d", Shape.of(1, 2, 5, 6), Shape.of(3, 2, 3, 3), ConvSpec.of(2, 2, 1)),
                conv("depthwise conv2d", Shape.of(1, 3, 5, 5), Shape.of(3, 1, 3, 3),
                        new ConvSpec(List.of(1, 1), List.of(2, 2), List.of(2, 2), 3)),
                conv("conv3d", Shape.of(1, 1, 3, 4, 4), Shape.of(2, 1, 2, 2, 2), ConvSpec.of(3, 1, 0)));
        List<Case> cases = List.of(
                new Case(new Epsilon(EPS), s -> s.epsilon(EPS)),
                new Case(new ZPlus(EPS), s -> s.zPlus(EPS)),
                new Case(new AlphaBeta(1, 0, EPS), s -> s.alphaBeta(1, 0, EPS)),
                new Case(new AlphaBeta(2, 1, EPS), s -> s.alphaBeta(2, 1, EPS)),
                new Case(new Gamma(0.25, EPS), s -> s.gamma(0.25, EPS)),
                new Case(new Gamma(100, EPS, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS), s -> s.gamma(100, EPS)),
                new Case(new ZBox(-1, 1, EPS), s -> s.zBox(-1, 1, EPS)),
                new Case(new WSquare(EPS), s -> s.wSquare(EPS)));
        return layers.stream()
                .flatMap(layer -> cases.stream().flatMap(c -> Stream.of(Arguments.of(layer, c, false, false),
                        Arguments.of(layer, c, true, false), Arguments.of(layer, c, true, true))));
    }

    private static Layer conv(String name, Shape input, Shape weight, ConvSpec spec) {
        return new Layer(name, input, weight, (x, w) -> x.conv(w, spec));
    }

    @ParameterizedTest(name = "{1} on {0}, bias {2}, input after ReLU {3}")
    @MethodSource("layersAndRules")
    void equalsItsReplica(Layer layer, Case c, boolean withBias, boolean nonNegative) {
        Random random = new Random(17);
        double[] input = random.doubles(layer.input().elements(), nonNegative ? 0 : -1, 1).toArray();
        double[] weight = random.doubles(layer.weight().elements(), -1, 1).toArray();
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(input, layer.input()));
        Value w = tape.parameter("w", Tensor.of(weight, layer.weight()));
        Value z = layer.product().apply(x, w);
        int outputs = (int) z.shape().elements();
        double[] bias = random.doubles(z.shape().size(1), -1, 1).toArray();
        Value y = withBias ? z.addBias(tape.parameter("b", Tensor.of(bias, bias.length)), 1) : z;
        double[] r = random.doubles(outputs, -1, 1).toArray();

        RuleTable table = RuleTable.of(every(Linear.class).use(c.rule()), every(AddBias.class).use(new AbsorbBias()));
        Relevance relevance = Lrp.with(table).explain(y, Seed.of(Tensor.of(r, y.shape())));

        double[] cellBias = new double[outputs];
        int perChannel = outputs / z.shape().size(1);
        Arrays.setAll(cellBias, j -> withBias ? bias[j / perChannel] : 0);
        double[] want = c.replica().apply(new SlowRules(input, matrix(layer, weight, outputs), cellBias, r));
        assertThat(relevance.of(x).toDoubleArray()).containsExactly(want,
                within(1e-9 * Arrays.stream(want).map(Math::abs).max().orElse(1)));
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-12);
        if (!withBias) {
            assertThat(relevance.ledger().at(Sink.BIAS)).isZero();
        }
    }

    private static double[][] matrix(Layer layer, double[] weight, int outputs) {
        int inputs = (int) layer.input().elements();
        double[][] w = new double[outputs][inputs];
        for (int i = 0; i < inputs; i++) {
            double[] unit = new double[inputs];
            unit[i] = 1;
            Tape tape = new Tape(new ReferenceKernels());
            double[] column = layer.product().apply(tape.input("x", Tensor.of(unit, layer.input())),
                    tape.parameter("w", Tensor.of(weight, layer.weight()))).tensor().toDoubleArray();
            for (int j = 0; j < outputs; j++) {
                w[j][i] = column[j];
            }
        }
        return w;
    }

    static Stream<Layer> flatLayers() {
        return layersAndRules().map(a -> (Layer) a.get()[0]).distinct();
    }

    @ParameterizedTest
    @MethodSource("flatLayers")
    void flatSpreadsOverWhatIsRead(Layer layer) {
        Random random = new Random(5);
        double[] ones = new double[(int) layer.weight().elements()];
        Arrays.fill(ones, 1);
        Tape tape = new Tape(new ReferenceKernels());
        double[] input = random.doubles(layer.input().elements(), -1, 1).toArray();
        Value x = tape.input("x", Tensor.of(input, layer.input()));
        Value z = layer.product().apply(x,
                tape.parameter("w", Tensor.of(random.doubles(ones.length, -1, 1).toArray(), layer.weight())));
        double[] r = random.doubles(z.shape().elements(), -1, 1).toArray();
        Relevance relevance = Lrp.with(RuleTable.of(every(Linear.class).use(new Flat(EPS)))).explain(z,
                Seed.of(Tensor.of(r, z.shape())));

        double[][] unit = matrix(layer, ones, r.length);
        boolean[][] reads = new boolean[r.length][input.length];
        for (int j = 0; j < r.length; j++) {
            for (int i = 0; i < input.length; i++) {
                reads[j][i] = unit[j][i] != 0;
            }
        }
        double[] want = new SlowRules(input, unit, new double[r.length], r).flat(reads, EPS);
        assertThat(relevance.of(x).toDoubleArray()).containsExactly(want, within(1e-9));
    }
}
