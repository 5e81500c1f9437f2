package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;

/**
 * A transformer encoder with drawn weights, attention written out, and a classifier on the first token.
 *
 * @param blocks number of blocks
 * @param width size of a token
 * @param heads attention heads, a divisor of the width
 */
record EncoderGraph(int blocks, int width, int heads) {
    /** Logits {@code [1, classes]} of tokens {@code [1, T, width]}. */
    Value record(Tape tape, Value tokens, int classes) {
        Weights weights = new Weights(tape, new Numbers());
        Value h = tokens;
        for (int block = 0; block < blocks; block++) {
            h = attention(weights, "block." + block, norm(weights, "block." + block + ".norm1", h)).add(h);
            Value wide = linear(weights, "block." + block + ".mlp.in",
                    norm(weights, "block." + block + ".norm2", h), width, 4 * width).gelu();
            h = linear(weights, "block." + block + ".mlp.out", wide, 4 * width, width).add(h);
        }
        return linear(weights, "head", norm(weights, "norm", h).select(1, 0), width, classes);
    }

    private Value attention(Weights weights, String name, Value x) {
        Value q = split(linear(weights, name + ".q", x, width, width));
        Value k = split(linear(weights, name + ".k", x, width, width));
        Value v = split(linear(weights, name + ".v", x, width, width));
        Value shares = q.matmul(k.transpose(-2, -1)).scale(1 / Math.sqrt((double) width / heads)).softmax(3);
        Value mixed = shares.matmul(v).permute(0, 2, 1, 3).reshape(1, x.shape().size(1), width);
        return linear(weights, name + ".out", mixed, width, width);
    }

    private Value split(Value x) {
        return x.reshape(1, x.shape().size(1), heads, width / heads).permute(0, 2, 1, 3);
    }

    private Value norm(Weights weights, String name, Value x) {
        return x.layerNorm(1, weights.tape.parameter(name + ".weight", weights.numbers.normal(width).durable()),
                weights.tape.parameter(name + ".bias", weights.numbers.normal(width).durable()), 1e-5);
    }

    private static Value linear(Weights weights, String name, Value x, int in, int out) {
        Tensor drawn = weights.numbers.normal(out, in);
        return x.linear(weights.tape.parameter(name + ".weight", drawn.durable()),
                weights.tape.parameter(name + ".bias", weights.numbers.normal(out).durable()));
    }

    /** Where weights go and come from. */
    private record Weights(Tape tape, Numbers numbers) {
    }
}
