package io.github.lrp4j.zoo;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.Map;

/**
 * {@code logits = f(pictures)}: a trained classifier of pictures and what one must know to use it.
 *
 * <pre>{@code
 * Tape tape = new Tape(kernels);
 * Value pixels = tape.input("pixels", model.facts().preprocessing().apply(ImageFile.read(file)));
 * Value logits = model.forward(tape, pixels);
 * }</pre>
 *
 * <p>Ops are recorded under the scopes of the modules as torchvision names them ({@code features.0},
 * {@code layer1.0.conv1}), and parameters under their keys in the weight file ({@code features.0.weight}). Immutable
 * and thread-safe.
 */
public interface Model {
    /** What people call it: {@code vgg16}. */
    String name();

    /** Its input and its classes. */
    ModelFacts facts();

    /**
     * Records the network in evaluation mode.
     *
     * @param tape the tape of {@code input}
     * @param input {@code [N, C, H, W]}
     * @return {@code [N, classes]}
     */
    Value forward(Tape tape, Value input);

    /** The trained weights, by key, in the order of the modules. */
    Map<String, Tensor> parameters();
}
