package io.github.lrp4j.bench.compare;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.bench.Backend;
import io.github.lrp4j.bench.QuestionModel;
import io.github.lrp4j.bench.Quick;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.SplittableRandom;

/** Whole models with drawn weights: inference, gradient, and relevance under a preset, of the input alone. */
final class ModelJob {
    /** Tokens of a question. */
    private static final int TOKENS = 384;

    private final Kernels kernels = Backend.SIMD.kernels();
    private final Recorder recorder;

    private ModelJob(Recorder recorder) {
        this.recorder = recorder;
    }

    /** What is explained of a recorded model. */
    private record Recorded(Value input, List<Start> starts) {
    }

    private interface Recorder {
        Recorded record(Tape tape);
    }

    /**
     * A piece of work.
     *
     * @param model its name
     * @param what {@code forward}, {@code gradient} or a preset's name
     * @param batch pictures at once
     */
    static Runnable named(String model, String what, int batch) {
        Weights weights = Weights.initialized(new Quick(new SplittableRandom(1)));
        ModelJob job = new ModelJob(
                model.equals("roberta-large") ? question(model, weights) : picture(model, weights, batch));
        if (what.equals("forward")) {
            return () -> job.recorder.record(new Tape(job.kernels, Retain.NOTHING));
        }
        Lrp lrp = Lrp.with(table(what));
        return () -> job.explain(lrp);
    }

    private void explain(Lrp lrp) {
        Recorded recorded = recorder.record(new Tape(kernels));
        lrp.only(recorded.input).explain(recorded.starts, recorded.input).of(recorded.input);
    }

    private static Recorder picture(String model, Weights weights, int batch) {
        Network network = BatchNormFolding.fold(VisionModels.load(model, weights));
        Tensor picture = new Normal(new SplittableRandom(2)).tensor(batch, 3, 224, 224);
        return tape -> {
            Value pixels = tape.input("pixels", picture);
            return new Recorded(pixels, List.of(Start.at(network.forward(tape, pixels), Seed.top1())));
        };
    }

    private static Recorder question(String model, Weights weights) {
        QuestionModel.Recorder network = QuestionModel.named(model).load(weights).model();
        TokenBatch question = TokenBatch.of(new SplittableRandom(2).longs(TOKENS, 10, 30_000).toArray());
        return tape -> {
            QuestionModel.Answer answer = network.record(tape, question);
            return new Recorded(answer.words(), answer.starts());
        };
    }

    private static RuleTable table(String name) {
        return switch (name) {
            case "gradient" -> Presets.gradient();
            case "epsilon" -> Presets.dynamicLrp();
            case "gamma" -> Presets.dynamicLrpGamma(100, 1);
            case "small-gamma" -> Presets.dynamicLrpGamma(0.001, 0.001);
            case "epsilon-plus" -> Presets.epsilonPlus();
            case "epsilon-alpha2-beta1" -> Presets.epsilonAlpha2Beta1();
            case "epsilon-gamma-box" -> Presets.epsilonGammaBox(List.of(-2.2), List.of(2.7));
            case "attn-lrp" -> Presets.attnLrp();
            case "attn-lrp-as-gradient" -> Presets.attnLrpAsGradient();
            case "conservative" -> Presets.conservativePropagation();
            default -> throw new IllegalArgumentException("no preset " + name);
        };
    }
}
