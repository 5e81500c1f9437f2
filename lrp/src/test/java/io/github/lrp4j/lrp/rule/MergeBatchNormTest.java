package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RelevancePlan;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Batch norms merged on the graph give the relevance of the same network whose numbers were folded beforehand, by hand:
 * behind and in front of linear ops of every geometry, under every rule.
 */
class MergeBatchNormTest {
    private static final double EPS = 1e-3;

    /** A batch norm's numbers. */
    private record Norm(double[] weight, double[] bias, double[] mean, double[] variance) {
        static Norm random(Random random, int channels) {
            return new Norm(random.doubles(channels, -2, 2).toArray(), random.doubles(channels, -1, 1).toArray(),
                    random.doubles(channels, -1, 1).toArray(), random.doubles(channels, 0.2, 2).toArray());
        }

        double scale(int c) {
            return weight[c] / Math.sqrt(variance[c] + EPS);
        }

        double shift(int c) {
            return bias[c] - mean[c] * scale(c);
        }

        Value apply(Value x, String name) {
            return x.batchNorm(vector(mean).durable(), vector(variance).durable(),
                    x.tape().parameter(name + ".weight", vector(weight).durable()),
                    x.tape().parameter(name + ".bias", vector(bias)), EPS);
        }
    }

    private static Tensor vector(double[] values) {
        return Tensor.of(values, values.length);
    }

    static Stream<LinearLayer> layers() {
        return LinearLayer.all().stream().filter(layer -> layer.biasDim() == 1);
    }

    static Stream<Arguments> layersAndRules() {
        Stream<Rule> others = Stream.of(new Flat(EPS), new Adjoint(false));
        List<Rule> rules = Stream.concat(LinearCase.all().stream().map(LinearCase::rule), others).toList();
        return layers().flatMap(layer -> rules.stream().map(rule -> Arguments.of(layer, rule)));
    }

    private static RuleTable table(Rule rule) {
        return RuleTable.of(every(BatchNorm.class).use(new MergeBatchNorm()), every(Linear.class).use(rule),
                every(Additive.class).use(new AbsorbBias()));
    }

    /** Numbers and shapes of one layer. */
    private static final class Numbers {
        final LinearLayer layer;
        final Random random = new Random(11);
        final double[] x;
        final double[] w;
        final Shape output;

        Numbers(LinearLayer layer) {
            this.layer = layer;
            x = random.doubles(layer.inputs(), -1, 1).toArray();
            w = random.doubles(layer.weight().elements(), -1, 1).toArray();
            output = layer.apply(x, w).shape();
        }

        Value product(Tape tape, double[] weight) {
            return layer.product().apply(tape.input("x", Tensor.of(x, layer.input())),
                    tape.parameter("w", Tensor.of(weight, layer.weight()).durable()));
        }

        double[] relevance() {
            return new Random(5).doubles(output.elements(), -1, 1).toArray();
        }

        /** The channel that a cell belongs to. */
        static int channel(Shape shape, int cell) {
            int inner = IntStream.range(2, shape.rank()).map(shape::size).reduce(1, (a, b) -> a * b);
            return cell / inner % shape.size(1);
        }

        /** The output channel that a weight cell works for: where the output is not zero if all other weights are. */
        int outputChannel(int weightCell) {
            double[] ones = new double[x.length];
            Arrays.fill(ones, 1);
            double[] y = layer.apply(ones, unit(weightCell)).toDoubleArray();
            return IntStream.range(0, y.length).filter(j -> y[j] != 0).map(j -> channel(output, j)).findFirst()
                    .orElse(0);
        }

        /** The input channel that a weight cell reads. */
        int inputChannel(int weightCell) {
            return IntStream.range(0, layer.input().size(1)).filter(c -> {
                double[] only = new double[x.length];
                Arrays.setAll(only, i -> channel(layer.input(), i) == c ? 1 : 0);
                return Arrays.stream(layer.apply(only, unit(weightCell)).toDoubleArray()).anyMatch(y -> y != 0);
            }).findFirst().orElse(0);
        }

        private double[] unit(int weightCell) {
            double[] unit = new double[w.length];
            unit[weightCell] = 1;
            return unit;
        }
    }

    private static Relevance explain(RuleTable table, Value y, double[] r) {
        return Lrp.with(table).explain(y, Seed.of(Tensor.of(r, y.shape())));
    }

    private static void same(Relevance got, Relevance want) {
        double[] expected = input(want);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(1);
        assertThat(input(got)).containsExactly(expected, within(1e-12 * largest));
        assertThat(got.ledger().at(Sink.BIAS)).isCloseTo(want.ledger().at(Sink.BIAS), within(1e-12 * largest * 100));
        assertThat(got.ledger().imbalance()).isLessThan(1e-12);
    }

    private static double[] input(Relevance relevance) {
        return relevance.of(relevance.graph().nodes().stream().filter(node -> node.op().name().equals("x")).findFirst()
                .orElseThrow(), 0).toDoubleArray();
    }

    @ParameterizedTest(name = "{1}, {0}")
    @MethodSource("layersAndRules")
    void behindALinearOpAndItsBias(LinearLayer layer, Rule rule) {
        Numbers n = new Numbers(layer);
        int channels = n.output.size(1);
        Norm norm = Norm.random(n.random, channels);
        double[] b = n.random.doubles(channels, -1, 1).toArray();
        for (boolean biased : new boolean[] {false, true}) {
            Tape tape = new Tape(new ReferenceKernels());
            Value z = n.product(tape, n.w);
            Value y = norm.apply(biased ? z.addBias(tape.parameter("b", vector(b)), 1) : z, "norm");

            double[] folded = n.w.clone();
            Arrays.setAll(folded, i -> n.w[i] * norm.scale(n.outputChannel(i)));
            double[] shift = new double[channels];
            Arrays.setAll(shift, c -> norm.shift(c) + (biased ? b[c] * norm.scale(c) : 0));
            Tape by = new Tape(new ReferenceKernels());
            Value want = n.product(by, folded).addBias(by.parameter("b", vector(shift)), 1);

            Relevance got = explain(table(rule), y, n.relevance());
            same(got, explain(table(rule), want, n.relevance()));
            assertThat(reason(got.plan())).contains("merged into " + z.node().op().name());
        }
    }

    @ParameterizedTest(name = "{1}, {0}")
    @MethodSource("layersAndRules")
    void inFrontOfALinearOp(LinearLayer layer, Rule rule) {
        Numbers n = new Numbers(layer);
        Norm norm = Norm.random(n.random, layer.input().size(1));
        double[] b = n.random.doubles(n.output.size(1), -1, 1).toArray();
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(n.x, layer.input()));
        Value y = layer.product().apply(norm.apply(x, "norm"), tape.parameter("w", Tensor.of(n.w, layer.weight())))
                .addBias(tape.parameter("b", vector(b)), 1);

        double[] folded = n.w.clone();
        Arrays.setAll(folded, i -> n.w[i] * norm.scale(n.inputChannel(i)));
        double[] shiftEverywhere = new double[n.x.length];
        Arrays.setAll(shiftEverywhere, i -> norm.shift(Numbers.channel(layer.input(), i)));
        double[] added = layer.apply(shiftEverywhere, n.w).toDoubleArray();
        Arrays.setAll(added, j -> added[j] + b[Numbers.channel(n.output, j)]);
        Tape by = new Tape(new ReferenceKernels());
        Value want = n.product(by, folded).add(by.parameter("added", Tensor.of(added, n.output)));

        assertThat(y.tensor().toDoubleArray()).containsExactly(want.tensor().toDoubleArray(), within(1e-12));
        Relevance got = explain(table(rule), y, n.relevance());
        same(got, explain(table(rule), want, n.relevance()));
        assertThat(reason(got.plan())).contains("merged into").doesNotContain("not merged");
    }

    @ParameterizedTest
    @MethodSource("layers")
    void inFrontAndTwiceBehind(LinearLayer layer) {
        Numbers n = new Numbers(layer);
        Norm front = Norm.random(n.random, layer.input().size(1));
        Norm first = Norm.random(n.random, n.output.size(1));
        Norm second = Norm.random(n.random, n.output.size(1));
        double[] shiftEverywhere = new double[n.x.length];
        Arrays.setAll(shiftEverywhere, i -> front.shift(Numbers.channel(layer.input(), i)));
        double[] added = layer.apply(shiftEverywhere, n.w).toDoubleArray();
        Arrays.setAll(added, j -> {
            int c = Numbers.channel(n.output, j);
            return (added[j] * first.scale(c) + first.shift(c)) * second.scale(c) + second.shift(c);
        });
        double[] folded = n.w.clone();
        Arrays.setAll(folded, i -> n.w[i] * front.scale(n.inputChannel(i)) * first.scale(n.outputChannel(i))
                * second.scale(n.outputChannel(i)));
        Tape by = new Tape(new ReferenceKernels());
        Value want = n.product(by, folded).add(by.parameter("added", Tensor.of(added, n.output)));
        for (Retain retain : List.of(Retain.GRADIENT, Retain.SPEED)) {
            Tape tape = new Tape(new ReferenceKernels(), retain);
            Value x = front.apply(tape.input("x", Tensor.of(n.x, layer.input())).tanh().mul(tape.constant(
                    Tensor.of(Arrays.stream(n.x).map(v -> v / Math.tanh(v)).toArray(), layer.input()))), "front");
            Value z = layer.product().apply(x, tape.parameter("w", Tensor.of(n.w, layer.weight()).durable()));
            Value y = second.apply(first.apply(z, "first"), "second");
            Rule rule = new Gamma(0.25, EPS);
            Relevance got = explain(table(rule), y, n.relevance());
            // The second explanation finds the scaled weight that the first one left with the weight.
            same(explain(table(rule), y, n.relevance()), got);
            same(got, explain(table(rule), want, n.relevance()));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aShiftThatSharesTakesWhatABiasWouldTake(LinearLayer layer) {
        Numbers n = new Numbers(layer);
        int channels = n.output.size(1);
        Norm norm = Norm.random(n.random, channels);
        double[] b = n.random.doubles(channels, -1, 1).toArray();
        RuleTable table = RuleTable.of(every(BatchNorm.class).use(MergeBatchNorm.sharing(1e-11)));
        Tape tape = new Tape(new ReferenceKernels());
        Value bias = tape.parameter("b", vector(b));
        Value y = norm.apply(n.product(tape, n.w).addBias(bias, 1), "norm");
        Relevance got = explain(table, y, n.relevance());

        double[] folded = n.w.clone();
        Arrays.setAll(folded, i -> n.w[i] * norm.scale(n.outputChannel(i)));
        double[] shift = new double[channels];
        Arrays.setAll(shift, c -> norm.shift(c) + b[c] * norm.scale(c));
        Tape by = new Tape(new ReferenceKernels());
        Value total = by.parameter("b", vector(shift));
        Relevance want = explain(RuleTable.of(), n.product(by, folded).addBias(total, 1), n.relevance());
        same(got, want);
        Value shiftParameter = tape.parameter("norm.bias", got.graph().nodes().stream()
                .filter(node -> node.op().name().equals("norm.bias")).findFirst().orElseThrow().keptOutput(0));
        assertThat(got.of(shiftParameter).toDoubleArray()).containsExactly(want.of(total).toDoubleArray(),
                within(1e-12));
        assertThat(got.of(bias).toDoubleArray()).containsOnly(0);
    }

    @Test
    void anotherReaderInBetweenForbidsIt() {
        Random random = new Random(1);
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(random.doubles(2 * 3 * 5, -1, 1).toArray(), 2, 3, 5));
        Value w = tape.parameter("w", Tensor.of(random.doubles(3 * 3 * 3, -1, 1).toArray(), 3, 3, 3));
        Value z = x.conv(w, ConvSpec.of(1, 1, 1));
        Value y = Norm.random(random, 3).apply(z, "norm").relu().add(z);
        double[] r = random.doubles(30, -1, 1).toArray();
        Relevance relevance = explain(table(new Epsilon(EPS)), y, r);
        assertThat(reason(relevance.plan())).contains("not merged: conv1d in front has 2 readers");
        RuleTable identity = table(new Epsilon(EPS)).prepend(every(BatchNorm.class).use(new Identity()));
        assertThat(input(relevance)).containsExactly(input(explain(identity, y, r)), within(0.0));
    }

    @Test
    void channelsThatAreNoDimensionOfTheWeightForbidIt() {
        Random random = new Random(1);
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", Tensor.of(random.doubles(2 * 3 * 5, -1, 1).toArray(), 2, 3, 5));
        Value z = x.matmul(tape.parameter("w", Tensor.of(random.doubles(5 * 4, -1, 1).toArray(), 5, 4)));
        Value y = Norm.random(random, 3).apply(z, "norm");
        Relevance relevance = explain(table(new Epsilon(EPS)), y, random.doubles(24, -1, 1).toArray());
        assertThat(reason(relevance.plan())).contains("not merged: no linear op whose channels it scales in front");
    }

    /** Why the batch norm has its rule. */
    private static String reason(RelevancePlan plan) {
        return plan.audit().stream().filter(step -> step.rule().startsWith("MergeBatchNorm")).findFirst().orElseThrow()
                .reason();
    }
}
