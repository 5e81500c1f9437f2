package io.github.lrp4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every bench runs once, on its smallest shape. */
class BenchesRunTest {
    private static final Subject PICTURE =
            Subject.picture("resnet18", Weights.initialized(new Quick(new SplittableRandom(1))), 1, 32);
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

    @ParameterizedTest
    @EnumSource(Backend.class)
    void kernels(Backend backend) {
        MatMulBench matmul = new MatMulBench();
        matmul.kernels = backend;
        matmul.size = MatMulBench.Size.TINY;
        matmul.draw();
        ConvBench conv = new ConvBench();
        conv.kernels = backend;
        conv.layer = ConvBench.Layer.EMBEDDED;
        conv.draw();
        ElementwiseBench elementwise = new ElementwiseBench();
        elementwise.kernels = backend;
        elementwise.size = ElementwiseBench.Size.SMALL;
        elementwise.draw();
        ReductionBench reduction = new ReductionBench();
        reduction.kernels = backend;
        reduction.size = ReductionBench.Size.LOGITS;
        reduction.draw();
        PoolingBench pooling = new PoolingBench();
        pooling.kernels = backend;
        pooling.layer = PoolingBench.Layer.SMALL;
        pooling.draw();
        NormBench norm = new NormBench();
        norm.kernels = backend;
        norm.draw();

        requireFinite(
                List.of(matmul.linear(), conv.forward(), conv.inputAdjoint(), conv.weightAdjoint(), elementwise.add(),
                        elementwise.addBias(), elementwise.relu(), elementwise.gelu(), elementwise.exp(),
                        elementwise.absoluteShare(),
                        elementwise.stabilizedQuotient(), reduction.sumOfRows(), reduction.sumOfColumns(),
                        reduction.largest().values(),
                        reduction.softmax(), pooling.max().values(), pooling.maxAdjoint(), pooling.average(),
                        pooling.averageAdjoint(),
                        pooling.adaptive(), norm.layerNorm().output(), norm.layerNormAdjoint(), norm.batchNorm(),
                        norm.batchStatistics().output()));
        assertThat(reduction.total()).isFinite();
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void explanations(Preset rules) {
        ExplainBench bench = new ExplainBench();
        bench.kernels = Backend.SIMD;
        bench.rules = rules;
        bench.explain(PICTURE);

        assertThat(bench.forward().getFirst().toFloatArray())
                .containsExactly(bench.inference().getFirst().toFloatArray());
        requireFinite(List.of(bench.ofInput(), bench.forwardAndRelevance()));
        bench.explain(ENCODER);
        requireFinite(List.of(bench.ofInput()));
    }

    @ParameterizedTest
    @EnumSource(names = "SMALL_ENCODER")
    void severalExplanations(LanesBench.Model model) {
        LanesBench bench = new LanesBench();
        bench.kernels = Backend.SIMD;
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
