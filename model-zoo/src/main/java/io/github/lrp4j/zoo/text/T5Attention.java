package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.layer.Attention;
import io.github.lrp4j.zoo.layer.Layer;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = concat_h(softmax(q_h k_h^T + bias_h) v_h) o^T}: T5's attention, without scale and without biases of the
 * projections.
 *
 * @param heads number of heads
 * @param query projection to queries
 * @param key projection to keys
 * @param value projection to values
 * @param mixed projection of the heads
 */
record T5Attention(int heads, Linear query, Linear key, Linear value, Linear mixed) {
    /**
     * Keys and values of an attention.
     *
     * @param keys {@code [N, heads, S, E]}
     * @param values {@code [N, heads, S, E]}
     */
    record Memory(Value keys, Value values) {
        Memory then(Memory later) {
            return new Memory(Value.cat(2, keys, later.keys), Value.cat(2, values, later.values));
        }

        /** Those of the sequences with these numbers, without history. */
        Memory rows(Kernels kernels, Tensor rows) {
            Tape tape = new Tape(kernels, Retain.NOTHING);
            return new Memory(tape.constant(kernels.indexSelect(keys.tensor(), 0, rows)),
                    tape.constant(kernels.indexSelect(values.tensor(), 0, rows)));
        }

        /** The same numbers as constants of another tape. */
        Memory on(Tape tape) {
            return new Memory(tape.constant(keys.tensor()), tape.constant(values.tensor()));
        }
    }

    static T5Attention of(T5Config config, Weights weights) {
        int inner = config.heads() * config.headWidth();
        return new T5Attention(config.heads(), into(config, weights.pp("q"), inner),
                into(config, weights.pp("k"), inner),
                into(config, weights.pp("v"), inner),
                Linear.withoutBias(weights.pp("o"), inner, config.width(), Initial.LECUN_NORMAL));
    }

    private static Linear into(T5Config config, Weights weights, int inner) {
        return Linear.withoutBias(weights, config.width(), inner, Initial.LECUN_NORMAL);
    }

    /** Keys and values of a sequence {@code [N, S, D]}. */
    Memory remember(Value x, Pass pass) {
        return new Memory(heads(key.forwardIn("k", x, pass)), heads(value.forwardIn("v", x, pass)));
    }

    /**
     * What the queries of {@code x} find in {@code memory}.
     *
     * @param bias {@code [1, heads, L, S]}, null for none
     * @param forbidden places that must not be read, null for none
     */
    Value read(Value x, Memory memory, Value bias, Tensor forbidden, Pass pass) {
        Value q = heads(query.forwardIn("q", x, pass));
        Value found = Attention.of(q, memory.keys(), memory.values(), bias, forbidden, 1, pass.attention())
                .permute(0, 2, 1, 3);
        Value tokens = found.reshape(found.shape().size(0), found.shape().size(1),
                found.shape().size(2) * found.shape().size(3));
        return mixed.forwardIn("o", tokens, pass);
    }

    private Value heads(Value x) {
        int width = x.shape().size(2) / heads;
        return x.reshape(x.shape().size(0), x.shape().size(1), heads, width).permute(0, 2, 1, 3);
    }

    void collectParameters(Map<String, Tensor> parameters) {
        for (Layer layer : new Layer[] {query, key, value, mixed}) {
            layer.collectParameters(parameters);
        }
    }
}
