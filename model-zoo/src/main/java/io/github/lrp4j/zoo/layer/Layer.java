package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.Map;

/**
 * {@code y = f(x)}: one module of a network, with its weights.
 *
 * <p>Immutable. A network is a tree of layers; {@link Sequential}, {@link Residual} and {@link Skip} hold others. The names of the
 * children along the way are the scope under which a layer's ops are recorded, and, in all networks of this module, the
 * prefix of its keys in a weight file as well.
 */
public sealed interface Layer
        permits AdaptiveAvgPool2d, BatchNorm2d, ClassToken, Conv2d, Dropout, Flatten, Gelu, GeluTanh,
        LayerNorm, Linear, MaxPool2d, PositionEmbedding, Relu, Residual, RmsNorm, SamePad2d, SelfAttention, Sequential,
        Silu, Skip, SqueezeExcitation, Tanh, TokenPooling, Tokens {
    /** Records the layer on the tape of {@code x}. */
    Value forward(Value x, Pass pass);

    /** {@link #forward} under the scope of the module {@code name} within the present one. */
    default Value forwardIn(String name, Value x, Pass pass) {
        try (Scope _ = x.tape().scope(name)) {
            return forward(x, pass);
        }
    }

    /** Adds the trained weights, by key. */
    default void collectParameters(Map<String, Tensor> parameters) {
    }

    /** Adds what is stored with the weights but not trained: running statistics. */
    default void collectBuffers(Map<String, Tensor> buffers) {
    }

    /** This layer with those weights and buffers replaced that {@code state} has. */
    default Layer with(Map<String, Tensor> state) {
        return this;
    }
}
