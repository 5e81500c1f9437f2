package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.scope;
import static io.github.lrp4j.lrp.Selector.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.simd.SimdKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One plan for one structure, whatever the sizes, on however many threads. */
class PlanReuseTest {
    private static final int WIDTH = 8;
    private static final int HEADS = 2;

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    /** A recorded input and what was computed from it. */
    private record Recorded(Value input, Value output) {
        double[] explainedBy(Lrp lrp) {
            return lrp.explain(output, Seed.top1()).of(input).toDoubleArray();
        }
    }

    /** A pre-norm transformer block with written-out attention, of any batch and length: views, slices, expansions. */
    private static Recorded transformer(Kernels kernels, int batch, int length) {
        Tape tape = new Tape(kernels);
        Value x = tape.input("x", normal(batch * 100L + length, batch, length, WIDTH));
        Value table = tape.parameter("positions", normal(1, 64, WIDTH));
        // One sample more than there are: an expansion to its own shape would not be recorded at all.
        Value positions = table.slice(0, 0, length).reshape(1, length, WIDTH).expand(batch + 1, length, WIDTH);
        Value h = x.add(positions.slice(0, 0, batch));
        try (Scope _ = tape.scope("block")) {
            Value n = h.layerNorm(1, tape.parameter("ln.w", normal(2, WIDTH)), tape.parameter("ln.b", normal(3, WIDTH)),
                    1e-5);
            Value qkv = n.linear(tape.parameter("qkv.w", normal(4, 3 * WIDTH, WIDTH)),
                    tape.parameter("qkv.b", normal(5, 3 * WIDTH)));
            List<Value> parts = qkv.split(2, WIDTH, WIDTH, WIDTH).stream()
                    .map(part -> part.reshape(batch, length, HEADS, WIDTH / HEADS).permute(0, 2, 1, 3)).toList();
            Value scores = parts.get(0).matmul(parts.get(1).transpose(2, 3)).scale(0.5).softmax(3);
            Value mixed = scores.matmul(parts.get(2)).permute(0, 2, 1, 3).reshape(batch, length, WIDTH);
            h = h.add(mixed.linear(tape.parameter("out.w", normal(6, WIDTH, WIDTH)), null)).gelu();
        }
        Value pooled = h.mean(List.of(1), false).add(h.select(1, length - 1));
        return new Recorded(x, pooled.linear(tape.parameter("fc.w", normal(7, 4, WIDTH)), null));
    }

    /** A convolutional network with a flattened head, of any batch and image size. */
    private static Recorded convolutional(Kernels kernels, int batch, int size) {
        Tape tape = new Tape(kernels);
        Value x = tape.input("x", normal(batch * 100L + size, batch, 3, size, size));
        Value h = x.conv(tape.parameter("conv.w", normal(1, 4, 3, 3, 3)), tape.parameter("conv.b", normal(2, 4)),
                ConvSpec.of(2, 1, 1)).relu().maxPool(PoolSpec.of(2, 2, 2, 0));
        h = h.add(h.scale(0.5).tanh()).adaptiveAvgPool(2, 2).flatten(1).dropout(0.5, new Random(size));
        return new Recorded(x,
                h.linear(tape.parameter("fc.w", normal(3, 5, 16)), tape.parameter("fc.b", normal(4, 5))));
    }

    private static Set<RelevancePlan> distinct() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    @Test
    void otherBatchesAndLengthsUseTheSamePlan() {
        Kernels kernels = new ReferenceKernels();
        RuleTable table = Presets.dynamicLrp().prepend(every(Softmax.class).use(new SoftmaxTaylor()),
                scope("block").and(every(Linear.class)).use(new Gamma(0.1, 1e-9)));
        Lrp lrp = Lrp.with(table);
        Set<RelevancePlan> plans = distinct();
        for (int[] size : new int[][] {{1, 5}, {2, 5}, {1, 6}, {3, 9}, {1, 1}, {1, 5}}) {
            Recorded recorded = transformer(kernels, size[0], size[1]);
            plans.add(lrp.plan(recorded.output()));
            // What a plan of its own would give, to the bit.
            assertThat(recorded.explainedBy(lrp)).isEqualTo(recorded.explainedBy(Lrp.with(table)));
        }
        assertThat(plans).hasSize(1);
    }

    @Test
    void otherImageSizesUseTheSamePlan() {
        Kernels kernels = new ReferenceKernels();
        for (RuleTable table : List.of(Presets.dynamicLrp(), Presets.epsilonPlusFlat())) {
            Lrp lrp = Lrp.with(table);
            Set<RelevancePlan> plans = distinct();
            for (int[] size : new int[][] {{1, 8}, {2, 8}, {1, 12}, {2, 10}}) {
                Recorded recorded = convolutional(kernels, size[0], size[1]);
                plans.add(lrp.plan(recorded.output()));
                assertThat(recorded.explainedBy(lrp)).isEqualTo(recorded.explainedBy(Lrp.with(table)));
            }
            assertThat(plans).hasSize(1);
        }
    }

    /** A selector may look at shapes: what it decides is part of the key. */
    @Test
    void whereADecisionDependsOnSizesThePlanFollowsIt() {
        Rule wide = new Epsilon(1);
        Lrp lrp = Lrp.with(RuleTable.of(every(Linear.class).and(where("long", site -> {
            Shape shape = site.node().outputShape(0);
            return shape.rank() == 4 && shape.size(3) > 6;
        })).use(wide)));
        Kernels kernels = new ReferenceKernels();
        RelevancePlan five = lrp.plan(transformer(kernels, 1, 5).output());
        RelevancePlan six = lrp.plan(transformer(kernels, 2, 6).output());
        RelevancePlan seven = lrp.plan(transformer(kernels, 1, 7).output());
        RelevancePlan nine = lrp.plan(transformer(kernels, 1, 9).output());
        assertThat(six).isSameAs(five);
        assertThat(nine).isSameAs(seven).isNotSameAs(five);
        assertThat(seven.audit().stream().filter(step -> step.reason().endsWith("long"))).isNotEmpty();
        assertThat(five.audit().stream().filter(step -> step.reason().endsWith("long"))).isEmpty();
    }

    @Test
    void anotherStructureIsAnotherPlan() {
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Tape tape = new Tape(new ReferenceKernels());
        Value x = tape.input("x", normal(1, 3, 4));
        Value y = tape.input("y", normal(2, 3, 4));
        List<Value> structures = new ArrayList<>(List.of(x.tanh().add(y), x.sigmoid().add(y), x.tanh().sub(y),
                x.tanh().add(x), y.add(x.tanh()), x.relu().add(y), x.tanh().neg().add(y)));
        // As many outputs as there are entries, of which another one is used.
        structures.add(x.unbind(0).get(1).tanh());
        structures.add(x.unbind(0).get(2).tanh());
        structures.add(x.unbind(1).get(1).tanh());
        try (Scope _ = tape.scope("deeper")) {
            structures.add(x.tanh().add(y));
        }
        Set<RelevancePlan> plans = distinct();
        structures.forEach(output -> plans.add(lrp.plan(output)));
        structures.forEach(output -> plans.add(lrp.plan(output)));
        assertThat(plans).hasSize(structures.size());
        // The same graph with other roots, or for other targets.
        Value sum = structures.get(0);
        plans.add(lrp.plan(sum, sum));
        plans.add(lrp.only(x).plan(sum));
        plans.add(lrp.only(y).plan(sum));
        plans.add(lrp.only(y, x).plan(sum));
        plans.add(lrp.only(x, y).plan(sum));
        assertThat(plans).hasSize(structures.size() + 4);
    }

    /** Cold start: threads race for the plan, each with a tape and sizes of its own. */
    @Test
    void threadsWithTapesOfTheirOwnAgreeWithOneThread() throws Exception {
        try (SimdKernels kernels = new SimdKernels(2)) {
            Lrp serial = Lrp.with(Presets.epsilonPlus());
            Lrp shared = Lrp.with(Presets.epsilonPlus());
            List<Callable<Recorded>> recordings = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int batch = 1 + i % 2;
                int size = 3 + i % 4;
                recordings.add(i % 3 == 0
                        ? () -> convolutional(kernels, batch, 4 + 2 * size)
                        : () -> transformer(kernels, batch, size));
            }
            List<double[]> want = new ArrayList<>();
            for (Callable<Recorded> recording : recordings) {
                want.add(recording.call().explainedBy(serial));
            }
            CyclicBarrier together = new CyclicBarrier(4);
            List<Callable<double[]>> runs = new ArrayList<>();
            for (Callable<Recorded> recording : recordings) {
                runs.add(() -> {
                    Recorded recorded = recording.call();
                    together.await();
                    return recorded.explainedBy(shared);
                });
            }
            agree(runs, want);
        }
    }

    /** One recorded graph, explained on several threads for other classes and targets at the same time. */
    @Test
    void oneGraphServesThreadsAtTheSameTime() throws Exception {
        try (SimdKernels kernels = new SimdKernels(2)) {
            Lrp lrp = Lrp.with(Presets.dynamicLrp());
            Recorded recorded = transformer(kernels, 2, 6);
            List<Callable<double[]>> runs = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Seed seed = Seed.target(i % 4);
                Lrp own = i % 2 == 0 ? lrp : lrp.only(recorded.input());
                runs.add(() -> own.explain(recorded.output(), seed).of(recorded.input()).toDoubleArray());
            }
            List<double[]> want = new ArrayList<>();
            for (Callable<double[]> run : runs) {
                want.add(run.call());
            }
            assertThat(want.get(0)).isNotEqualTo(want.get(2));
            agree(runs, want);
        }
    }

    private static void agree(List<Callable<double[]>> runs, List<double[]> want) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<double[]>> got = threads.invokeAll(runs);
            for (int i = 0; i < got.size(); i++) {
                assertThat(got.get(i).get()).as("run %d", i).isEqualTo(want.get(i));
            }
        }
    }

    /** The same numbers whether a batch is explained together or one by one, under one plan. */
    @Test
    void batchesUnderOnePlanAreTheirSamples() {
        Kernels kernels = new ReferenceKernels();
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Tape tape = new Tape(kernels);
        Value x = tape.input("x", normal(1, 3, 4));
        Tensor both = lrp.explain(x.tanh().add(x), Seed.top1()).of(x);
        for (int n = 0; n < 3; n++) {
            Value one = new Tape(kernels).input("x", x.tensor().slice(0, n, n + 1));
            assertThat(lrp.explain(one.tanh().add(one), Seed.top1()).of(one).toDoubleArray())
                    .containsExactly(both.slice(0, n, n + 1).toDoubleArray(), within(1e-15));
        }
    }
}
