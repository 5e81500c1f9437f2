package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Pointwise;
import io.github.lrp4j.autograd.Product;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.ShapeException;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.LayerNorm;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.ImplicitIdentity;
import io.github.lrp4j.lrp.rule.OnlyOperand;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.lrp.rule.NormWithConstantDeviation;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.lrp.rule.HoldingConstant;
import io.github.lrp4j.lrp.rule.InGradientForm;
import io.github.lrp4j.lrp.rule.Residual;
import io.github.lrp4j.lrp.rule.Scaled;
import io.github.lrp4j.lrp.rule.WSquare;
import io.github.lrp4j.lrp.rule.ZPlus;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle of lanes: K explanations from one sweep are K explanations, and so are their books. */
class LanesAgreeWithSingleRunsTest {
    private static final int GRAPHS_PER_BATCH = 18;

    private static final List<Seed> SEEDS = List.of(Seed.target(0), Seed.top1().timesOutput(),
            Seed.target(2, 1).againstStrongestOther(), Seed.output(), Seed.target(1).throughSoftmax());

    /** A rule that knows nothing of lanes: the same arithmetic as another, asked lane by lane. */
    private record Unaware(Rule rule) implements Rule {
        @Override
        public Needs needs(Site site) {
            return rule.needs(site);
        }

        @Override
        public boolean gives(Site site, int i) {
            return rule.gives(site, i);
        }

        @Override
        public Tensor[] propagate(RuleCall call) {
            assertThat(call.lanes()).isZero();
            call.book(Sink.DROPPED, 0.25 * call.kernels().total(call.relevance()));
            return rule.propagate(call);
        }

        @Override
        public Sink remainder() {
            return rule.remainder();
        }
    }

    /** How often what happened at each node. */
    private record Counts(Map<Integer, Integer> propagated, Map<Integer, Integer> recovered) implements Trace {
        @Override
        public void propagated(int index) {
            propagated.merge(index, 1, Integer::sum);
        }

        @Override
        public void recovered(int index) {
            recovered.merge(index, 1, Integer::sum);
        }
    }

    private static final List<RuleTable> TABLES = List.of(Presets.dynamicLrp(), Presets.dynamicLrpGamma(100, 1),
            Presets.epsilonPlus(), Presets.epsilonAlpha2Beta1(),
            Presets.epsilonGammaBox(List.of(-2.0), List.of(2.0)), Presets.epsilonPlusFlat(), Presets.gradient(),
            RuleTable.of(every(io.github.lrp4j.autograd.Linear.class).use(new Unaware(new Epsilon(1e-6))),
                    every(Pointwise.class).use(new Unaware(new Adjoint(false)))),
            RuleTable.of(every(Softmax.class).use(new SoftmaxTaylor()),
                    every(LayerNorm.class).use(new NormWithConstantDeviation(Stabilizer.signed(1e-6))),
                    every(Product.class).use(new Uniform()), every(Additive.class).use(new Norm(1e-6)),
                    every(io.github.lrp4j.autograd.Linear.class)
                            .use(new ZPlus(1e-9, ZPlus.Denominator.UNCLAMPED, Factors.COPIES))),
            RuleTable.of(every(io.github.lrp4j.autograd.Linear.class).use(new WSquare(1e-9)),
                    every(Add.class).use(new OnlyOperand(1)),
                    every(Pointwise.class).use(new ImplicitIdentity(1e-6))),
            Presets.attnLrp(), Presets.conservativePropagation(),
            RuleTable.of(Selector.residual().use(new Residual(Residual.Shares.SIGNED, 1e-9)),
                    every(io.github.lrp4j.autograd.Linear.class)
                            .use(new InGradientForm(new Epsilon(1e-9), 1e-9)),
                    every(Product.class).use(new Scaled(new Adjoint(false), 0.5)),
                    every(Attention.class)
                            .use(new HoldingConstant(new Adjoint(false), List.of(Attention.QUERY, Attention.KEY)))));

    static Stream<Integer> batches() {
        return IntStream.range(0, TABLES.size()).boxed();
    }

    /** A rule that says it takes lanes must be in one of the tables above. */
    @Test
    void everyRuleThatTakesLanesIsCompared() throws Exception {
        Set<Class<?>> compared = new HashSet<>();
        for (int graph = 0; graph < 40; graph++) {
            Value output = RandomGraphs.record(new Tape(new ReferenceKernels()), graph, 40);
            RelevancePlan plan = Lrp.with(TABLES.get(graph % TABLES.size())).plan(output);
            for (int i = 0; i < plan.audit().size(); i++) {
                compared.add(plan.rule(i).getClass());
            }
        }
        Path rules = Path.of(Epsilon.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(Epsilon.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(rules)) {
            for (String file : (Iterable<String>) files.map(path -> path.getFileName().toString())::iterator) {
                if (!file.endsWith(".class") || file.equals("package-info.class")) {
                    continue;
                }
                Class<?> type = Class.forName(
                        Epsilon.class.getPackageName() + "." + file.substring(0, file.length() - ".class".length()));
                if (type.isRecord() && Rule.class.isAssignableFrom(type)
                        && type.getMethod("takesLanes").getDeclaringClass() != Rule.class) {
                    assertThat(compared).contains(type);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void onRandomGraphs(int batch) {
        Retain[] modes = {Retain.GRADIENT, Retain.SPEED, Retain.checkpoint(3)};
        for (int g = 0; g < GRAPHS_PER_BATCH; g++) {
            long seed = 1_000L * batch + g;
            Tape tape = new Tape(new ReferenceKernels(), modes[g % modes.length]);
            Value output = RandomGraphs.record(tape, seed, 5 + g % 40);
            Lrp lrp = Lrp.with(TABLES.get((g + batch) % TABLES.size())).allowingNonFinite();
            agree("graph " + seed, g % 4 == 0 ? lrp.keepingAll() : lrp, output);
        }
    }

    private static void agree(String name, Lrp lrp, Value output) {
        Counts counts = new Counts(new HashMap<>(), new HashMap<>());
        List<Relevance> together = lrp.watchedBy(counts).explainEach(output, SEEDS);
        Counts ofOne = new Counts(new HashMap<>(), new HashMap<>());
        lrp.watchedBy(ofOne).explain(output, SEEDS.get(0));
        assertThat(counts.propagated).as(name).isEqualTo(ofOne.propagated);
        assertThat(counts.propagated.values()).as(name).containsOnly(1);
        assertThat(counts.recovered).as(name).isEqualTo(ofOne.recovered);
        for (int k = 0; k < SEEDS.size(); k++) {
            Relevance alone = lrp.explain(output, SEEDS.get(k));
            String lane = name + ", lane " + k;
            for (Node node : alone.graph().nodes()) {
                if (node.op() instanceof Leaf) {
                    assertThat(together.get(k).of(node, 0).toDoubleArray()).as("%s, %s", lane, node)
                            .containsExactly(alone.of(node, 0).toDoubleArray());
                }
            }
            sameBooks(lane, together.get(k).ledger(), alone.ledger());
            assertThat(together.get(k).seeds().get(0).toDoubleArray()).as(lane)
                    .containsExactly(alone.seeds().get(0).toDoubleArray());
        }
    }

    private static void sameBooks(String lane, ConservationLedger together, ConservationLedger alone) {
        assertThat(together.entries()).as(lane).isEqualTo(alone.entries());
        assertThat(together.endings()).as(lane).isEqualTo(alone.endings());
        assertThat(together.seed()).as(lane).isEqualTo(alone.seed());
        assertThat(together.imbalance()).as(lane).isEqualTo(alone.imbalance());
    }

    /** Attention over tokens, written out: products of two activations, softmax, norms, shared embeddings. */
    private static Value attention(Tape tape, Tensor embedded, DType dtype) {
        Value x = tape.input("x", embedded.to(dtype));
        Value h = x;
        for (int layer = 0; layer < 2; layer++) {
            Value q = heads(h.matmul(weight(tape, dtype, "q" + layer, 12, 12)));
            Value k = heads(h.matmul(weight(tape, dtype, "k" + layer, 12, 12)));
            Value v = heads(h.matmul(weight(tape, dtype, "v" + layer, 12, 12)));
            Value a = q.matmul(k.transpose(-2, -1)).scale(0.5).softmax(3);
            Value mixed = a.matmul(v).permute(0, 2, 1, 3).reshape(2, 5, 12);
            h = mixed.linear(weight(tape, dtype, "o" + layer, 12, 12), weight(tape, dtype, "ob" + layer, 12)).add(h)
                    .layerNorm(1, weight(tape, dtype, "g" + layer, 12), weight(tape, dtype, "s" + layer, 12), 1e-5);
        }
        return h.matmul(weight(tape, dtype, "head", 12, 7));
    }

    private static Value heads(Value x) {
        return x.reshape(2, 5, 3, 4).permute(0, 2, 1, 3);
    }

    private static Value weight(Tape tape, DType dtype, String name, int... sizes) {
        return tape.parameter(name, TestTensors.normal(name.hashCode(), dtype, Shape.of(sizes)));
    }

    @Test
    void tokensOfASequenceInFloat32OnTheFastestKernels() {
        Kernels kernels = Backends.select().kernels();
        List<Seed> seeds = new ArrayList<>(Seed.top1().atPositions(0, 2, -1));
        seeds.addAll(Seed.target(3).minus(Seed.target(4)).atPositions(1, 3));
        for (int t : new int[] {1, 3, 8}) {
            RuleTable table = TABLES.get(t);
            Tape tape = new Tape(kernels);
            Value output = attention(tape, TestTensors.normal(4, DType.F32, Shape.of(2, 5, 12)), DType.F32);
            Lrp lrp = Lrp.with(table);
            List<Relevance> together = lrp.explainEach(output, seeds);
            List<Relevance> again = lrp.explainEach(output, seeds);
            for (int k = 0; k < seeds.size(); k++) {
                Relevance alone = lrp.explain(output, seeds.get(k));
                for (Node node : alone.graph().nodes()) {
                    if (node.op() instanceof Leaf) {
                        double[] want = alone.of(node, 0).toDoubleArray();
                        double scale = Arrays.stream(want).map(Math::abs).max().orElse(0) + 1e-3;
                        double[] got = together.get(k).of(node, 0).toDoubleArray();
                        assertThat(got).as("%s lane %d at %s", table, k, node)
                                .containsExactly(want, within(2e-3 * scale));
                        assertThat(again.get(k).of(node, 0).toDoubleArray()).containsExactly(got);
                    }
                }
            }
        }
    }

    @Test
    void intermediateValuesAndOnlyTargetsHaveTheirLanes() {
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", TestTensors.normal(5, DType.F64, Shape.of(2, 6)));
        Value hidden = x.matmul(tape.parameter("w", TestTensors.normal(6, DType.F64, Shape.of(6, 4)))).relu();
        Value output = hidden.matmul(tape.parameter("v", TestTensors.normal(7, DType.F64, Shape.of(4, 3))));
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        List<Relevance> each = lrp.explainEach(output, Seed.targets(0, 1, 2), hidden);
        List<Relevance> only = lrp.only(hidden).explainEach(output, Seed.targets(0, 1, 2));
        for (int c = 0; c < 3; c++) {
            double[] want = lrp.explain(output, Seed.target(c), hidden).of(hidden).toDoubleArray();
            assertThat(each.get(c).of(hidden).toDoubleArray()).containsExactly(want);
            assertThat(only.get(c).of(hidden).toDoubleArray()).containsExactly(want);
            sameBooks("class " + c, only.get(c).ledger(), lrp.only(hidden).explain(output, Seed.target(c)).ledger());
        }
    }

    @Test
    void anySeedsWillDo() {
        Tape tape = new Tape(new ReferenceKernels());
        Value output = tape.input("x", TestTensors.normal(5, DType.F64, Shape.of(2, 3))).tanh();
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        assertThat(lrp.explainEach(output, List.of())).isEmpty();
        assertThat(lrp.explainEach(output, List.of(Seed.top1()))).hasSize(1);
        Seed single = Seed.of(Tensor.full(1, DType.F32, Shape.of(2, 3)));
        List<Relevance> mixed = lrp.explainEach(output, List.of(Seed.top1(), single));
        assertThat(mixed.get(1).seeds().get(0).dtype()).isEqualTo(DType.F32);
        Seed wrong = (kernels, y) -> Tensor.full(1, DType.F64, Shape.of(3));
        assertThatThrownBy(() -> lrp.explainEach(output, List.of(Seed.top1(), wrong)))
                .isInstanceOf(ShapeException.class).hasMessageContaining("seed 1 of output 0");
        Seed infinite = Seed.top1().times(Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> lrp.explainEach(output, List.of(Seed.top1(), infinite)))
                .isInstanceOf(NonFiniteRelevanceException.class);
    }
}
