package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A model with its input, to be recorded and explained: a network of pictures, or a language model that is asked. */
public interface Subject {
    /** Pixels along a side of a picture. */
    int PIXELS = 224;
    /** Tokens of a question. */
    int TOKENS = 384;

    /** What is explained of a recorded model: its input, from these starts. */
    record Recorded(Value input, List<Start> starts) {
        /** The gradient with respect to the input. */
        public Tensor gradient() {
            Tensor[] cotangents =
                    starts.stream().map(start -> start.seed().start(start.output())).toArray(Tensor[]::new);
            return Gradients.only(outputs(), cotangents, input).of(input);
        }

        /** Gives back what the graph kept. */
        public void free() {
            Graph.of(outputs()).free();
        }

        private Value[] outputs() {
            return starts.stream().map(Start::output).toArray(Value[]::new);
        }
    }

    /** Records the model. */
    Recorded record(Tape tape);

    /**
     * A subject of published size.
     *
     * @param model name of a vision model or of a {@link QuestionModel}
     * @param batch pictures or questions at once
     */
    static Subject named(String model, Weights weights, int batch) {
        return isQuestion(model)
                ? question(model, weights, batch, TOKENS)
                : picture(model, weights, batch, PIXELS);
    }

    /** Whether there is a model of that name. */
    static boolean isKnown(String model) {
        return isQuestion(model) || VisionModels.names().contains(model);
    }

    private static boolean isQuestion(String model) {
        return QuestionModel.labels().contains(model);
    }

    /** A network of square pictures, its batch norms folded. */
    static Subject picture(String model, Weights weights, int batch, int pixels) {
        Network network = BatchNormFolding.fold(VisionModels.load(model, weights));
        Tensor picture = new Numbers().normal(batch, 3, pixels, pixels);
        return tape -> {
            Value input = tape.input("pixels", picture);
            return new Recorded(input, List.of(Start.at(network.forward(tape, input), Seed.top1())));
        };
    }

    /** A language model that marks an answer; explained from the looked-up words on. */
    static Subject question(String model, Weights weights, int batch, int tokens) {
        QuestionModel.Recorder network = QuestionModel.named(model).load(weights).model();
        long[] ids = new SplittableRandom(2).longs((long) batch * tokens, 10, 30_000).toArray();
        TokenBatch question = new TokenBatch(Tensor.of(ids, batch, tokens), null, null);
        return tape -> {
            QuestionModel.Answer answer = network.record(tape, question);
            return new Recorded(answer.words(), answer.starts());
        };
    }

    /** Weights of a model by key, to be stored in a file. */
    static Map<String, Tensor> parameters(String model, Weights weights) {
        if (isQuestion(model)) {
            return QuestionModel.named(model).load(weights).parameters();
        }
        return VisionModels.load(model, weights).state();
    }
}
