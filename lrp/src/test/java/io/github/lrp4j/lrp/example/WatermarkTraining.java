package io.github.lrp4j.lrp.example;

import static io.github.lrp4j.lrp.Selector.every;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.optim.Adam;
import io.github.lrp4j.autograd.optim.LearningRate;
import io.github.lrp4j.autograd.optim.Optimizer;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A small network that is trained to be right for the right reasons: its loss counts the relevance that lies on the
 * watermark.
 */
final class WatermarkTraining {
    private static final int CHANNELS = 6;
    private static final int BATCH = 40;

    private static final Lrp LRP = Lrp.with(RuleTable.of(
            every(AddBias.class).use(new AbsorbBias()),
            every(Linear.class).use(new Epsilon(1e-4))));

    private final Kernels kernels;
    private final double lambda;
    private final Optimizer optimizer;
    private Map<String, Tensor> weights;

    /** @param lambda weight of the relevance on the watermark in the loss; 0 for an ordinary training */
    WatermarkTraining(Kernels kernels, double lambda, long seed) {
        this.kernels = kernels;
        this.lambda = lambda;
        this.optimizer = new Adam(kernels, LearningRate.constant(0.01));
        Random random = new Random(seed);
        weights = new LinkedHashMap<>();
        weights.put("conv1.weight", normal(random, CHANNELS, 1, 3, 3));
        weights.put("conv1.bias", Tensor.of(new float[CHANNELS], CHANNELS));
        weights.put("conv2.weight", normal(random, CHANNELS, CHANNELS, 3, 3));
        weights.put("conv2.bias", Tensor.of(new float[CHANNELS], CHANNELS));
        weights.put("head.weight", normal(random, 2, CHANNELS * 9));
        weights.put("head.bias", Tensor.of(new float[2], 2));
    }

    private static Tensor normal(Random random, int... sizes) {
        Shape shape = Shape.of(sizes);
        float[] values = new float[shape.arrayLength()];
        float deviation = (float) Math.sqrt(2.0 * sizes[0] / values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    private Value logits(Tape tape, Value pixels) {
        Value x = pixels.conv(parameter(tape, "conv1.weight"), parameter(tape, "conv1.bias"), ConvSpec.of(2, 1, 1))
                .relu().maxPool(PoolSpec.of(2, 2, 2, 0));
        x = x.conv(parameter(tape, "conv2.weight"), parameter(tape, "conv2.bias"), ConvSpec.of(2, 1, 1))
                .relu().maxPool(PoolSpec.of(2, 2, 2, 0));
        return x.flatten(1).linear(parameter(tape, "head.weight"), parameter(tape, "head.bias"));
    }

    private Value parameter(Tape tape, String name) {
        return tape.parameter(name, weights.get(name));
    }

    void train(MarkedShapes data, int epochs) {
        int count = data.pixels().size(0);
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int from = 0; from < count; from += BATCH) {
                step(data.batch(from, Math.min(from + BATCH, count)));
            }
        }
    }

    private void step(MarkedShapes batch) {
        Tape tape = new Tape(kernels);
        Value pixels = tape.input("pixels", batch.pixels());
        Value logits = logits(tape, pixels);
        Value loss = logits.crossEntropy(batch.labels());
        if (lambda > 0) {
            loss = loss.add(onWatermark(pixels, logits).scale(lambda));
        }
        Gradients gradients = Gradients.ofScalar(loss);
        Map<String, Tensor> found = new LinkedHashMap<>();
        weights.keySet().forEach(name -> found.put(name, gradients.of(parameter(tape, name))));
        weights = optimizer.step(weights, found);
    }

    /** The magnitude of relevance in the watermark's corner, per picture. */
    private static Value onWatermark(Value pixels, Value logits) {
        Relevance explained = LRP.recordGraph().explain(logits, classDifference(logits));
        Value corner = pixels.tape().constant(MarkedShapes.corner());
        return explained.value(pixels).mul(corner).abs().sum().scale(1.0 / pixels.shape().size(0));
    }

    /** What speaks for class 1 and against class 0: relevance of either logit alone would leave the other way open. */
    private static Seed classDifference(Value logits) {
        Tensor signs = Tensor.of(new float[] {-1, 1}, 1, 2).expand(logits.shape());
        return Seed.of(signs).timesOutput();
    }

    private static int[] classes(MarkedShapes data) {
        return Arrays.stream(data.labels().toLongArray()).mapToInt(Math::toIntExact).toArray();
    }

    /** Share of the pictures whose class is found. */
    double accuracy(MarkedShapes data) {
        Tape tape = new Tape(kernels);
        double[] scores = logits(tape, tape.constant(data.pixels())).tensor().toDoubleArray();
        int[] classes = classes(data);
        int right = 0;
        for (int n = 0; n < classes.length; n++) {
            right += (scores[2 * n + 1] > scores[2 * n] ? 1 : 0) == classes[n] ? 1 : 0;
        }
        return (double) right / classes.length;
    }

    /** The share of relevance on the watermark, over the pictures that carry one. */
    double relevanceOnWatermark(MarkedShapes marked) {
        Tape tape = new Tape(kernels);
        Value pixels = tape.input("pixels", marked.pixels());
        Value logits = logits(tape, pixels);
        Tensor relevance = LRP.explain(logits, classDifference(logits)).of(pixels);
        double[] values = relevance.toDoubleArray();
        double[] corner = MarkedShapes.corner().toDoubleArray();
        int[] classes = classes(marked);
        double share = 0;
        int count = 0;
        for (int n = 0; n < classes.length; n++) {
            if (classes[n] == 0) {
                continue;
            }
            double inside = 0;
            double all = 0;
            for (int i = 0; i < corner.length; i++) {
                double size = Math.abs(values[n * corner.length + i]);
                inside += corner[i] * size;
                all += size;
            }
            share += inside / all;
            count++;
        }
        return share / count;
    }
}
