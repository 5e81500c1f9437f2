package io.github.lrp4j.zoo.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.simd.SimdKernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.data.LabelledImages;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
    private static final Kernels KERNELS = new ReferenceKernels();
    private static final TrainingPlan PLAN =
            new TrainingPlan(4, 16, TrainingPlan.Algorithm.ADAMW, 0.01, 4, 0.01, 0.05, new Augmentation(1, true), 5);

    /** Noise with a bright horizontal bar (class 0), vertical bar (class 1) or none (class 2) somewhere. */
    private static LabelledImages bars(int count, int seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[count * 64];
        long[] labels = new long[count];
        for (int n = 0; n < count; n++) {
            labels[n] = random.nextInt(3);
            int at = 1 + random.nextInt(6);
            for (int i = 0; i < 64; i++) {
                boolean bar = (labels[n] == 0 && i / 8 == at) || (labels[n] == 1 && i % 8 == at);
                pixels[n * 64 + i] = (byte) ((bar ? 180 : 0) + random.nextInt(60));
            }
        }
        return LabelledImages.of(Tensor.of(pixels, DType.U8, Shape.of(count, 8, 8)), Tensor.of(labels, count));
    }

    private static Network network(boolean batchNorm) {
        VggConfig config = new VggConfig(1, VggConfig.steps("6 M 8 M"), batchNorm, 2, 2, List.of(12), 3, 0.1);
        ModelFacts facts = ModelFacts.unnamed(new ImagePreprocessing(8, 8, List.of(0.2), List.of(0.25)), 3);
        return Vgg.of("bars", facts, config, Weights.initialized(new SplittableRandom(2)));
    }

    @ParameterizedTest
    @CsvSource({"ADAMW, false", "SGD, false", "ADAMW, true"})
    void learns(TrainingPlan.Algorithm algorithm, boolean batchNorm) {
        TrainingPlan plan =
                new TrainingPlan(4, 16, algorithm, algorithm == TrainingPlan.Algorithm.SGD ? 0.05 : 0.01, 4, 1e-3, 0,
                        Augmentation.NONE, 5);
        List<Double> losses = new ArrayList<>();
        List<Double> accuracies = new ArrayList<>();
        Network start = network(batchNorm);
        float[] before = start.parameters().get("features.0.weight").toFloatArray();
        Network trained = new Trainer(KERNELS, plan, new TrainingListener() {
            @Override
            public void epochDone(int epoch, double loss, double accuracy) {
                assertThat(epoch).isEqualTo(losses.size() + 1);
                losses.add(loss);
                accuracies.add(accuracy);
            }
        }).train(start, bars(320, 1), bars(150, 2));
        assertThat(losses).hasSize(4);
        assertThat(losses.getLast()).isLessThan(0.5 * losses.getFirst());
        assertThat(accuracies.getLast()).isGreaterThan(0.9).isEqualTo(Trainer.accuracy(KERNELS, trained, bars(150, 2)));
        assertThat(start.parameters().get("features.0.weight").toFloatArray()).isEqualTo(before);
        assertThat(trained.parameters().keySet()).isEqualTo(start.parameters().keySet());
        if (batchNorm) {
            assertThat(trained.buffers().get("features.1.running_mean").toFloatArray())
                    .isNotEqualTo(start.buffers().get("features.1.running_mean").toFloatArray());
        }
    }

    @Test
    void seedDecides() {
        LabelledImages data = bars(64, 3);
        float[] first = weights(PLAN, data);
        assertThat(weights(PLAN, data)).isEqualTo(first);
        assertThat(weights(PLAN.withSeed(6), data)).isNotEqualTo(first);
    }

    /** Neither threads nor the progress of the just-in-time compiler leave a trace. */
    @Test
    void onlyTheSeedDecides() {
        LabelledImages data = bars(960, 3);
        VggConfig config = new VggConfig(1, VggConfig.steps("6 M 8 M"), true, 2, 2, List.of(64), 10, 0.1);
        ModelFacts facts = ModelFacts.unnamed(new ImagePreprocessing(8, 8, List.of(0.2), List.of(0.25)), 10);
        float[] first = null;
        for (int threads : new int[] {1, 2, 3}) {
            Network start = Vgg.of("bars", facts, config, Weights.initialized(new SplittableRandom(2)));
            try (SimdKernels kernels = new SimdKernels(threads)) {
                Network trained = new Trainer(kernels, PLAN.withEpochs(2).withBatch(32), TrainingListener.NONE)
                        .train(start, data, bars(10, 4));
                float[] weights = trained.parameters().get("features.0.weight").toFloatArray();
                first = first == null ? weights : first;
                assertThat(weights).as("with %d threads", threads).isEqualTo(first);
            }
        }
    }

    private static float[] weights(TrainingPlan plan, LabelledImages data) {
        Network trained =
                new Trainer(KERNELS, plan.withEpochs(1), TrainingListener.NONE).train(network(false), data, data);
        return trained.parameters().get("classifier.3.weight").toFloatArray();
    }

    @Test
    void tellsEveryStep() {
        List<String> told = new ArrayList<>();
        new Trainer(KERNELS, PLAN.withEpochs(2), new TrainingListener() {
            @Override
            public void stepDone(int epoch, int step, int steps, double loss) {
                told.add(epoch + ":" + step + "/" + steps);
            }
        }).train(network(false), bars(40, 1), bars(10, 2));
        assertThat(told).containsExactly("1:1/2", "1:2/2", "2:1/2", "2:2/2");
    }

    @Test
    void augmentationShiftsAndMirrors() {
        byte[] pixels = new byte[9];
        for (int i = 0; i < 9; i++) {
            pixels[i] = (byte) (i + 1);
        }
        LabelledImages images =
                LabelledImages.of(Tensor.of(pixels, DType.U8, Shape.of(1, 3, 3)), Tensor.of(new long[] {0}, 1));
        float[] values = new float[256];
        for (int i = 0; i < 256; i++) {
            values[i] = i;
        }
        List<String> seen = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        float[] out = new float[9];
        for (int i = 0; i < 400; i++) {
            new Augmentation(1, true).draw(images, 0, values, random, out, 0);
            seen.add(Arrays.toString(out));
        }
        assertThat(seen.stream().distinct().count()).isEqualTo(18);
        assertThat(seen).contains("[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]",
                "[3.0, 2.0, 1.0, 6.0, 5.0, 4.0, 9.0, 8.0, 7.0]", "[0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 4.0, 5.0]",
                "[5.0, 6.0, 0.0, 8.0, 9.0, 0.0, 0.0, 0.0, 0.0]");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Trainer trainer = new Trainer(KERNELS, PLAN, TrainingListener.NONE);
        assertThatThrownBy(() -> trainer.train(network(false), bars(10, 1), bars(10, 1)))
                .hasMessage("training: 10 pictures are less than a batch of 16");
        LabelledImages small =
                LabelledImages.of(Tensor.zeros(DType.F32, Shape.of(1, 4, 4)).to(DType.U8), Tensor.of(new long[1], 1));
        assertThatThrownBy(() -> trainer.train(network(false), small, small))
                .hasMessage("training: bars takes 8 x 8 pictures of 1 channels, the data are grey, 4 x 4");
        LabelledImages labels =
                LabelledImages.of(Tensor.zeros(DType.F32, Shape.of(1, 8, 8)).to(DType.U8),
                        Tensor.of(new long[] {3}, 1));
        assertThatThrownBy(() -> trainer.train(network(false), labels, labels))
                .hasMessage("training: picture 0 is of class 3, bars has 3 classes");
        assertThatThrownBy(() -> new Trainer(KERNELS, PLAN.withRate(1e9), TrainingListener.NONE).train(network(false),
                bars(320, 1), bars(10, 1))).isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("training diverged");
        assertThatThrownBy(() -> PLAN.withEpochs(0)).hasMessageContaining("epochs 0");
        assertThatThrownBy(() -> PLAN.withRate(0)).hasMessageContaining("rate 0");
    }
}
