package io.github.lrp4j.zoo.train;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.CrossEntropy;
import io.github.lrp4j.autograd.optim.AdamW;
import io.github.lrp4j.autograd.optim.LearningRate;
import io.github.lrp4j.autograd.optim.Optimizer;
import io.github.lrp4j.autograd.optim.Sgd;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.data.LabelledImages;
import io.github.lrp4j.zoo.layer.Pass;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Minimises the cross entropy of a {@link Network} over labelled grey pictures, by gradients from its tape.
 *
 * <p>The same plan, data and initial weights give the same network to the last bit on the same kernels, with any number
 * of threads; on others (another vector width, say) sums round differently, and training amplifies that.
 */
public final class Trainer {
    private static final int EVALUATION_BATCH = 250;

    private final Kernels kernels;
    private final TrainingPlan plan;
    private final TrainingListener listener;

    /** A trainer. */
    public Trainer(Kernels kernels, TrainingPlan plan, TrainingListener listener) {
        this.kernels = kernels;
        this.plan = plan;
        this.listener = listener;
    }

    /**
     * The network after training.
     *
     * @param start the network before; it does not change
     * @param training pictures to learn from, of the network's input size
     * @param test pictures on which the accuracy is measured after each epoch
     * @throws IllegalArgumentException if pictures or classes do not fit the network, or there are fewer than a batch
     * @throws ArithmeticException if the loss is no number any more
     */
    public Network train(Network start, LabelledImages training, LabelledImages test) {
        requireFit(start, training);
        int steps = training.size() / plan.batch();
        if (steps == 0) {
            throw new IllegalArgumentException(
                    "training: " + training.size() + " pictures are less than a batch of " + plan.batch());
        }
        SplittableRandom random = new SplittableRandom(plan.seed());
        SplittableRandom order = random.split();
        SplittableRandom changes = random.split();
        SplittableRandom dropout = random.split();
        Optimizer optimizer = optimizer(steps * plan.epochs());
        Network network = start;
        for (int epoch = 1; epoch <= plan.epochs(); epoch++) {
            int[] shuffled = shuffled(training.size(), order);
            double total = 0;
            for (int step = 0; step < steps; step++) {
                Batch batch = batch(network, training, shuffled, step * plan.batch(), plan.batch(), plan.augmentation(),
                        changes);
                Step made = step(network, batch, dropout, optimizer);
                if (!Double.isFinite(made.loss)) {
                    throw new ArithmeticException("training diverged in epoch " + epoch + ", step " + (step + 1)
                            + ": the loss is " + made.loss + "; try a smaller rate than " + plan.rate());
                }
                network = made.network;
                total += made.loss;
                listener.stepDone(epoch, step + 1, steps, made.loss);
            }
            listener.epochDone(epoch, total / steps, accuracy(kernels, network, test));
        }
        return network;
    }

    private Optimizer optimizer(int steps) {
        LearningRate rate =
                LearningRate.cosine(plan.rate(), 0, Math.max(1, steps - plan.warmUp())).afterWarmUp(plan.warmUp());
        return switch (plan.algorithm()) {
            case ADAMW -> new AdamW(kernels, rate, 0.9, 0.999, 1e-8, plan.weightDecay());
            case SGD -> new Sgd(kernels, rate, 0.9, true, plan.weightDecay());
        };
    }

    private record Step(Network network, double loss) {
    }

    private Step step(Network network, Batch batch, RandomGenerator dropout, Optimizer optimizer) {
        Tape tape = new Tape(kernels);
        Pass pass = Pass.training(dropout);
        Value logits = network.forward(tape, tape.constant(batch.images), pass);
        Value loss = CrossEntropy.MEAN.smoothed(plan.labelSmoothing()).of(logits, batch.classes);
        Gradients gradients = Gradients.vjp(loss, Tensor.scalar(1, loss.tensor().dtype()));
        Map<String, Tensor> byName = new HashMap<>();
        network.parameters().forEach((name, tensor) -> byName.put(name, gradients.of(tape.parameter(name, tensor))));
        Map<String, Tensor> state = new LinkedHashMap<>(optimizer.step(network.parameters(), byName));
        state.putAll(pass.buffers());
        return new Step(network.with(state), loss.tensor().item());
    }

    /**
     * Pictures as input and their classes.
     *
     * @param images {@code [N, 1, H, W]}
     * @param classes {@code [N]}
     */
    private record Batch(Tensor images, Tensor classes) {
    }

    private static Batch batch(Network network, LabelledImages data, int[] indices, int from, int count,
            Augmentation augmentation, RandomGenerator random) {
        float[] values = network.facts().preprocessing().levels(0);
        int plane = data.height() * data.width();
        float[] pixels = new float[count * plane];
        long[] classes = new long[count];
        for (int i = 0; i < count; i++) {
            augmentation.draw(data, indices[from + i], values, random, pixels, i * plane);
            classes[i] = data.label(indices[from + i]);
        }
        return new Batch(Tensor.of(pixels, count, 1, data.height(), data.width()), Tensor.of(classes, count));
    }

    private static int[] shuffled(int size, RandomGenerator random) {
        int[] indices = inOrder(size);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = indices[i];
            indices[i] = indices[j];
            indices[j] = moved;
        }
        return indices;
    }

    private static int[] inOrder(int size) {
        int[] indices = new int[size];
        for (int i = 0; i < size; i++) {
            indices[i] = i;
        }
        return indices;
    }

    /** Share of the pictures whose largest logit is that of their class; of several largest, the first counts. */
    public static double accuracy(Kernels kernels, Network network, LabelledImages data) {
        requireFit(network, data);
        int[] indices = inOrder(data.size());
        int right = 0;
        for (int from = 0; from < data.size(); from += EVALUATION_BATCH) {
            int count = Math.min(EVALUATION_BATCH, data.size() - from);
            Batch batch = batch(network, data, indices, from, count, Augmentation.NONE, new SplittableRandom(0));
            Tape tape = new Tape(kernels, Retain.NOTHING);
            Tensor logits = network.forward(tape, tape.constant(batch.images)).tensor();
            long[] guessed = kernels.extremum(logits, 1, true).indices().toLongArray();
            for (int i = 0; i < count; i++) {
                right += guessed[i] == data.label(from + i) ? 1 : 0;
            }
        }
        return (double) right / data.size();
    }

    private static void requireFit(Network network, LabelledImages data) {
        int size = network.facts().preprocessing().size();
        if (network.facts().preprocessing().channels() != 1 || data.height() != size || data.width() != size) {
            throw new IllegalArgumentException(
                    "training: " + network.name() + " takes " + size + " x " + size + " pictures of "
                            + network.facts().preprocessing().channels() + " channels, the data are grey, "
                            + data.height() + " x "
                            + data.width());
        }
        int classes = network.facts().classes().size();
        for (int i = 0; i < data.size(); i++) {
            if (data.label(i) < 0 || data.label(i) >= classes) {
                throw new IllegalArgumentException("training: picture " + i + " is of class " + data.label(i) + ", "
                        + network.name() + " has " + classes + " classes");
            }
        }
    }
}
