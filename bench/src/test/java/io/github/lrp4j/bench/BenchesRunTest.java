package io.github.lrp4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.Resampling;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bench runs once, on its smallest shape. */
class BenchesRunTest {
    private static final Peak PEAK = new Peak(1, 1);
    private static final Kernels SIMD = Backend.SIMD.kernels();
    private static final Subject PICTURE = tape -> {
        Numbers numbers = new Numbers();
        Value pixels = tape.input("pixels", numbers.normal(1, 3, 8, 8));
        Value features = pixels.conv(tape.parameter("conv", numbers.normal(4, 3, 3, 3)), ConvSpec.of(2, 1, 1)).relu();
        Value logits = features.maxPool(PoolSpec.of(2, 2, 2, 0)).flatten(1)
                .linear(tape.parameter("fc", numbers.normal(5, 64)), tape.parameter("bias", numbers.normal(5)));
        return new Subject.Recorded(pixels, List.of(Start.at(logits, Seed.top1())));
    };
    private static final Subject ENCODER = tape -> {
        Value tokens = tape.input("tokens", new Numbers().normal(1, 8, 32));
        return new Subject.Recorded(tokens,
                List.of(Start.at(new EncoderGraph(2, 32, 4).record(tape, tokens, 10), Seed.top1())));
    };

    private static void requireFinite(List<Tensor> results) {
        assertThat(results).isNotEmpty().allSatisfy(result -> {
            assertThat(result.elements()).isPositive();
            assertThat(Arrays.stream(result.toDoubleArray())).allMatch(Double::isFinite);
        });
    }

    /** Every kernel bench in every variant on its smallest shape. */
    static List<KernelBench> kernelBenches() {
        List<KernelBench> benches = new ArrayList<>();
        for (MatMulBench.Layout layout : MatMulBench.Layout.values()) {
            MatMulBench bench = new MatMulBench();
            bench.size = MatMulBench.Size.TINY;
            bench.layout = layout;
            benches.add(bench);
        }
        for (ConvBench.Pass pass : ConvBench.Pass.values()) {
            ConvBench bench = new ConvBench();
            bench.layer = ConvBench.Layer.EMBEDDED;
            bench.pass = pass;
            benches.add(bench);
        }
        for (ElementwiseBench.Function function : ElementwiseBench.Function.values()) {
            ElementwiseBench bench = new ElementwiseBench();
            bench.size = ElementwiseBench.Size.SMALL;
            bench.function = function;
            benches.add(bench);
        }
        for (ReductionBench.Function function : ReductionBench.Function.values()) {
            ReductionBench bench = new ReductionBench();
            bench.size = ReductionBench.Size.LOGITS;
            bench.function = function;
            benches.add(bench);
        }
        for (SoftmaxBench.Function function : SoftmaxBench.Function.values()) {
            SoftmaxBench bench = new SoftmaxBench();
            bench.size = SoftmaxBench.Size.LOGITS;
            bench.function = function;
            benches.add(bench);
        }
        for (PoolingBench.Function function : PoolingBench.Function.values()) {
            PoolingBench bench = new PoolingBench();
            bench.layer = PoolingBench.Layer.SMALL;
            bench.function = function;
            benches.add(bench);
        }
        for (NormBench.Function function : NormBench.Function.values()) {
            NormBench bench = new NormBench();
            bench.size = NormBench.Size.SMALL;
            bench.function = function;
            benches.add(bench);
        }
        for (AttentionBench.Pass pass : AttentionBench.Pass.values()) {
            AttentionBench bench = new AttentionBench();
            bench.layer = AttentionBench.Layer.SMALL;
            bench.pass = pass;
            benches.add(bench);
        }
        for (SelectionBench.Function function : SelectionBench.Function.values()) {
            SelectionBench bench = new SelectionBench();
            bench.size = SelectionBench.Size.SMALL;
            bench.function = function;
            benches.add(bench);
        }
        for (Resampling.Mode mode : Resampling.Mode.values()) {
            for (ResamplingBench.Pass pass : ResamplingBench.Pass.values()) {
                ResamplingBench bench = new ResamplingBench();
                bench.size = ResamplingBench.Size.SMALL;
                bench.mode = mode;
                bench.pass = pass;
                benches.add(bench);
            }
        }
        return benches;
    }

    /** Every rule bench in every variant on its smallest shape. */
    static List<KernelBench> ruleBenches() {
        List<KernelBench> benches = new ArrayList<>();
        for (LinearRuleBench.Layer layer : List.of(LinearRuleBench.Layer.SMALL_LINEAR, LinearRuleBench.Layer.SMALL_CONV)) {
            for (LinearRuleBench.Rules rule : LinearRuleBench.Rules.values()) {
                for (LinearRuleBench.Input input : LinearRuleBench.Input.values()) {
                    LinearRuleBench bench = new LinearRuleBench();
                    bench.layer = layer;
                    bench.rule = rule;
                    bench.input = input;
                    benches.add(bench);
                }
            }
        }
        for (NodeRuleBench.Rules rule : NodeRuleBench.Rules.values()) {
            NodeRuleBench bench = new NodeRuleBench();
            bench.size = NodeRuleBench.Size.SMALL;
            bench.rule = rule;
            benches.add(bench);
        }
        for (AttentionRuleBench.Rules rule : AttentionRuleBench.Rules.values()) {
            AttentionRuleBench bench = new AttentionRuleBench();
            bench.layer = AttentionBench.Layer.SMALL;
            bench.rule = rule;
            benches.add(bench);
        }
        return benches;
    }

    @ParameterizedTest
    @MethodSource({"kernelBenches", "ruleBenches"})
    void agreesWithTheReference(KernelBench bench) {
        bench.kernels = Backend.SIMD;
        bench.prepare(SIMD, PEAK);
        Rates rates = new Rates();
        rates.clear();
        assertThat(bench.run(rates)).isNotEmpty();
        assertThat(bench.run(rates)).isNotEmpty();

        assertThat(rates.shareOfPeak).isPositive().isCloseTo(1e9 * (rates.gflop + rates.gigabytes), withPercentage(1e-6));
    }

    @Test
    void everyKernelHasABench() {
        Set<String> called = new TreeSet<>();
        ReferenceKernels reference = new ReferenceKernels();
        Kernels listening = (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                    called.add(method.getName());
                    return method.invoke(reference, arguments);
                });
        for (KernelBench bench : kernelBenches()) {
            bench.kernels = Backend.REFERENCE;
            bench.prepare(listening, PEAK);
            bench.run(new Rates());
        }

        assertThat(called).containsAll(Arrays.stream(Kernels.class.getMethods()).map(Method::getName)
                .filter(name -> !name.equals("name")).toList());
    }

    @Test
    void aWrongResultIsNoticed() {
        Tensor right = Tensor.of(new double[] {1, 2, 3}, 3);

        assertThatCode(() -> Agreement.require("k", List.of(right), List.of(right), 1e-4)).doesNotThrowAnyException();
        for (double wrong : new double[] {2.99, Double.NaN}) {
            assertThatThrownBy(() -> Agreement.require("k", List.of(right),
                    List.of(Tensor.of(new double[] {1, 2, wrong}, 3)), 1e-4)).hasMessageContaining("differs");
        }
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void explanations(Preset rules) {
        ExplainBench bench = new ExplainBench();
        // The reference is fastest where nothing has been compiled yet.
        bench.kernels = Backend.REFERENCE;
        bench.rules = rules;
        for (Subject subject : List.of(PICTURE, ENCODER)) {
            bench.explain(subject);
            assertThat(bench.forward().getFirst().toDoubleArray())
                    .containsExactly(bench.inference().getFirst().toDoubleArray());
            requireFinite(List.of(bench.ofInput(), bench.forwardAndRelevance()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "SMALL_ENCODER")
    void severalExplanations(LanesBench.Model model) {
        LanesBench bench = new LanesBench();
        bench.kernels = Backend.REFERENCE;
        bench.model = model;
        bench.rules = Preset.DYNAMIC_LRP_GAMMA;
        bench.lanes = 3;
        bench.draw();

        List<Tensor> together = bench.ofInput(bench.together());
        List<Tensor> oneByOne = bench.ofInput(bench.oneByOne());
        requireFinite(together);
        assertThat(together).hasSize(3).hasSameSizeAs(oneByOne);
    }
}
