package io.github.lrp4j.evaluate;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.Model;

/**
 * {@code logits = f(x)}: what is explained, seen through a tape, and the kernels that compute it.
 *
 * <p>The input is whatever relevance is asked of: pictures {@code [N, C, H, W]}, or the embedded words of a text
 * {@code [N, T, D]}. A model of the zoo is one in one line:
 * <pre>{@code
 * Classifier classifier = Classifier.of(network, Backends.select().kernels());
 * }</pre>
 *
 * <p>Thread-safe if {@code forward} is.
 */
public final class Classifier {
    /** Records logits {@code [N, classes]} of an input {@code [N, ...]} on the tape of that input. */
    @FunctionalInterface
    public interface Forward {
        /** The logits of every sample; samples do not influence each other. */
        Value logits(Value input);
    }

    /**
     * One forward pass and what came of it.
     *
     * @param input the samples
     * @param logits {@code [N, classes]}
     */
    public record Recorded(Value input, Value logits) {
        /** Gives back what the graph kept, after the last pass over it. */
        public void free() {
            Graph.of(logits).free();
        }
    }

    private final Forward forward;
    private final Kernels kernels;

    /**
     * A classifier.
     *
     * @param forward records the logits
     * @param kernels where to compute
     */
    public Classifier(Forward forward, Kernels kernels) {
        this.forward = forward;
        this.kernels = kernels;
    }

    /** A model of pictures. */
    public static Classifier of(Model model, Kernels kernels) {
        return new Classifier(input -> model.forward(input.tape(), input), kernels);
    }

    /** Where to compute. */
    public Kernels kernels() {
        return kernels;
    }

    /** Records a forward pass, keeping what gradients need. */
    public Recorded record(Tensor inputs) {
        return record(inputs, Retain.GRADIENT);
    }

    /**
     * Records a forward pass.
     *
     * @throws IllegalArgumentException if the logits are not {@code [N, classes]} with the N of the inputs
     */
    public Recorded record(Tensor inputs, Retain retain) {
        Value input = new Tape(kernels, retain).input("input", inputs);
        Value logits = forward.logits(input);
        if (logits.shape().rank() != 2 || logits.shape().size(0) != inputs.size(0)) {
            throw new IllegalArgumentException("classifier: logits " + logits.shape() + " of inputs " + inputs.shape()
                    + " are not [N, classes] with the N of the inputs");
        }
        return new Recorded(input, logits);
    }

    /** The logits {@code [N, classes]} alone; nothing else is kept. */
    public Tensor logits(Tensor inputs) {
        return record(inputs, Retain.NOTHING).logits().tensor();
    }

    /**
     * {@code d (seed . logits) / dx}; no gradient of a weight is computed.
     *
     * @param inputs where
     * @param seed weights of the logits of every sample
     * @return of the shape of the inputs
     */
    public Tensor gradient(Tensor inputs, Seed seed) {
        Recorded recorded = record(inputs);
        Value logits = recorded.logits();
        Tensor gradient = Gradients.only(logits, seed.start(logits), recorded.input()).of(recorded.input());
        recorded.free();
        return gradient;
    }
}
