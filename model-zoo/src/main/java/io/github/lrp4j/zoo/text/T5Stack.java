package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.layer.RmsNorm;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code h = norm(blocks(x))} with {@code x + attention(norm(x))}, in the decoder {@code x + attention(norm(x), encoder)},
 * and {@code x + mlp(norm(x))} in every block: T5's encoder or decoder.
 *
 * <p>The first block's table of distances serves all blocks, so its relevance comes from all of them.
 */
final class T5Stack {
    /** One block; {@code cross} and its norm are null in the encoder. */
    private record Block(T5Attention self, RmsNorm selfNorm, T5Attention cross, RmsNorm crossNorm, T5FeedForward mlp,
            RmsNorm mlpNorm) {
    }

    /**
     * What a decoder remembers of the tokens before and of the encoder, per block.
     *
     * @param self of the tokens before
     * @param cross of the encoder
     */
    record Memory(List<T5Attention.Memory> self, List<T5Attention.Memory> cross) {
        /** How many tokens there are so far. */
        int length() {
            return self.isEmpty() ? 0 : self.get(0).keys().shape().size(2);
        }

        /** The same numbers as constants of another tape. */
        Memory on(Tape tape) {
            return new Memory(self.stream().map(memory -> memory.on(tape)).toList(),
                    cross.stream().map(memory -> memory.on(tape)).toList());
        }
    }

    /**
     * The result of a pass.
     *
     * @param states {@code [N, T, D]}
     * @param distances looked-up entries of the table of distances, {@code [T, S, heads]}
     * @param memory what later tokens may read
     */
    record Result(Value states, Value distances, Memory memory) {
    }

    private final T5Config config;
    private final String path;
    private final boolean decoder;
    private final Tensor distances;
    private final List<Block> blocks = new ArrayList<>();
    private final RmsNorm norm;

    T5Stack(T5Config config, Weights weights, boolean decoder) {
        this.config = config;
        this.decoder = decoder;
        path = weights.path();
        // Files may repeat the table of words here, and old ones a table of distances that nothing reads.
        weights.ignore("embed_tokens.weight");
        distances = weights.pp("block").pp(0).pp("layer").pp(0).pp("SelfAttention").pp("relative_attention_bias")
                .get("weight", Initial.SMALL_NORMAL, config.buckets(), config.heads());
        weights.pp("block").pp(0).pp("layer").pp(1).pp("EncDecAttention").pp("relative_attention_bias")
                .ignore("weight");
        for (int i = 0; i < (decoder ? config.decoderLayers() : config.layers()); i++) {
            blocks.add(block(weights.pp("block").pp(i).pp("layer")));
        }
        norm = RmsNorm.of(weights.pp("final_layer_norm"), config.width(), config.eps());
    }

    private Block block(Weights layers) {
        Weights last = layers.pp(decoder ? 2 : 1);
        return new Block(T5Attention.of(config, layers.pp(0).pp("SelfAttention")), norm(layers.pp(0)),
                decoder ? T5Attention.of(config, layers.pp(1).pp("EncDecAttention")) : null,
                decoder ? norm(layers.pp(1)) : null, T5FeedForward.of(config, last.pp("DenseReluDense")), norm(last));
    }

    private RmsNorm norm(Weights layer) {
        return RmsNorm.of(layer.pp("layer_norm"), config.width(), config.eps());
    }

    /**
     * Records the stack.
     *
     * @param x embedded tokens {@code [N, T, D]}
     * @param forbidden places of this sequence that must not be read, null for none; the future is forbidden to a decoder
     *     anyway
     * @param encoded states of the encoder, null in the encoder or where {@code memory} has them
     * @param encoderForbidden places of the encoder that must not be read, null for none
     * @param memory of the tokens before, null at the beginning
     */
    Result forward(Value x, Tensor forbidden, Value encoded, Tensor encoderForbidden, Memory memory, Pass pass) {
        Tape tape = x.tape();
        int before = memory == null ? 0 : memory.length();
        int length = x.shape().size(1);
        Value looked;
        Value bias;
        try (Scope _ = tape.scope(path + ".block.0.layer.0.SelfAttention.relative_attention_bias")) {
            looked = tape.parameter(path + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight", distances)
                    .embedding(tape.constant(buckets(before, length)));
            bias = looked.permute(2, 0, 1).unsqueeze(0);
        }
        Tensor closed = decoder && length > 1 ? future(before, length) : null;
        Value states = x;
        List<T5Attention.Memory> self = new ArrayList<>();
        List<T5Attention.Memory> cross = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            try (Scope _ = tape.scope(path + ".block." + i + ".layer")) {
                T5Attention.Memory earlier = memory == null ? null : memory.self().get(i);
                states = self(block, states, earlier, self, bias, decoder ? closed : forbidden, pass);
                if (decoder) {
                    T5Attention.Memory known = memory == null ? null : memory.cross().get(i);
                    states = cross(block, states, encoded, known, cross, encoderForbidden, pass);
                }
                try (Scope _ = tape.scope(decoder ? "2" : "1")) {
                    Value normed = block.mlpNorm().forwardIn("layer_norm", states, pass);
                    try (Scope _ = tape.scope("DenseReluDense")) {
                        normed = block.mlp().forward(normed, pass);
                    }
                    states = states.add(normed);
                }
            }
        }
        try (Scope _ = tape.scope(path + ".final_layer_norm")) {
            return new Result(norm.forward(states, pass), looked, new Memory(self, cross));
        }
    }

    private static Value self(Block block, Value states, T5Attention.Memory earlier, List<T5Attention.Memory> kept,
            Value bias, Tensor forbidden, Pass pass) {
        try (Scope _ = states.tape().scope("0")) {
            Value normed = block.selfNorm().forwardIn("layer_norm", states, pass);
            try (Scope _ = states.tape().scope("SelfAttention")) {
                T5Attention.Memory now = block.self().remember(normed, pass);
                T5Attention.Memory all = earlier == null ? now : earlier.then(now);
                kept.add(all);
                normed = block.self().read(normed, all, bias, forbidden, pass);
            }
            return states.add(normed);
        }
    }

    private static Value cross(Block block, Value states, Value encoded, T5Attention.Memory known,
            List<T5Attention.Memory> kept, Tensor forbidden, Pass pass) {
        try (Scope _ = states.tape().scope("1")) {
            Value normed = block.crossNorm().forwardIn("layer_norm", states, pass);
            try (Scope _ = states.tape().scope("EncDecAttention")) {
                T5Attention.Memory all = known != null ? known : block.cross().remember(encoded, pass);
                kept.add(all);
                normed = block.cross().read(normed, all, null, forbidden, pass);
            }
            return states.add(normed);
        }
    }

    /** Bucket of every key, as each of {@code length} queries after {@code before} tokens sees it: {@code [T, S]}. */
    private Tensor buckets(int before, int length) {
        int keys = before + length;
        long[] buckets = new long[length * keys];
        for (int q = 0; q < length; q++) {
            for (int k = 0; k < keys; k++) {
                buckets[q * keys + k] = config.bucket(k - (before + q), !decoder);
            }
        }
        return Tensor.of(buckets, length, keys);
    }

    /** True where a key lies after its query, {@code [1, 1, T, S]}. */
    private static Tensor future(int before, int length) {
        int keys = before + length;
        byte[] future = new byte[length * keys];
        for (int q = 0; q < length; q++) {
            for (int k = before + q + 1; k < keys; k++) {
                future[q * keys + k] = 1;
            }
        }
        return Tensor.of(future, DType.BOOL, Shape.of(1, 1, length, keys));
    }

    void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight", distances);
        for (Block block : blocks) {
            block.self().collectParameters(parameters);
            block.selfNorm().collectParameters(parameters);
            if (decoder) {
                block.cross().collectParameters(parameters);
                block.crossNorm().collectParameters(parameters);
            }
            block.mlp().collectParameters(parameters);
            block.mlpNorm().collectParameters(parameters);
        }
        norm.collectParameters(parameters);
    }
}
