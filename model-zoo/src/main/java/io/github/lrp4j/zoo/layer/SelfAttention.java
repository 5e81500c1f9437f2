package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.Map;

/**
 * {@code y = concat_h(softmax(q_h k_h^T / sqrt(D / heads)) v_h) out^T + b} with {@code [q; k; v] = x in^T + b}:
 * multi-head self-attention (Vaswani et al., arXiv 1706.03762), {@code [N, T, D] -> [N, T, D]}.
 *
 * <p>Keys are PyTorch's: {@code in_proj_weight}, {@code in_proj_bias}, {@code out_proj.weight}, {@code out_proj.bias}.
 *
 * @param path prefix of the keys
 * @param heads number of heads, a divisor of D
 * @param inWeight {@code [3 D, D]}: queries, keys, values
 * @param inBias {@code [3 D]}, or null for none
 * @param out the projection of the heads
 */
public record SelfAttention(String path, int heads, Tensor inWeight, Tensor inBias, Linear out) implements Layer {
    /** Checks. */
    public SelfAttention {
        if (heads < 1 || inWeight.size(1) % heads != 0) {
            throw new IllegalArgumentException("self-attention at " + path + ": " + heads
                    + " heads do not divide the width " + inWeight.size(1));
        }
    }

    /** An attention of {@code width} from {@code weights}; {@code bias} is that of queries, keys and values. */
    public static SelfAttention of(Weights weights, int width, int heads, boolean bias) {
        return new SelfAttention(weights.path(), heads,
                weights.get("in_proj_weight", Initial.LECUN_NORMAL, 3 * width, width),
                bias ? weights.get("in_proj_bias", Initial.ZEROS, 3 * width) : null,
                Linear.of(weights.pp("out_proj"), width, width, Initial.LECUN_NORMAL));
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Tape tape = x.tape();
        Shape shape = x.shape();
        int width = shape.size(2);
        Value projected = x.linear(tape.parameter(path + ".in_proj_weight", inWeight),
                inBias == null ? null : tape.parameter(path + ".in_proj_bias", inBias));
        // [N, T, 3 D] -> [3, N, heads, T, D / heads]
        List<Value> qkv = projected.reshape(shape.size(0), shape.size(1), 3, heads, width / heads)
                .permute(2, 0, 3, 1, 4).unbind(0);
        Value mixed =
                Attention.of(qkv.get(0), qkv.get(1), qkv.get(2), null, null, 1 / Math.sqrt((double) width / heads),
                        pass.attention());
        Value tokens = mixed.permute(0, 2, 1, 3).reshape(shape);
        return out.forwardIn("out_proj", tokens, pass);
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".in_proj_weight", inWeight);
        if (inBias != null) {
            parameters.put(path + ".in_proj_bias", inBias);
        }
        out.collectParameters(parameters);
    }

    @Override
    public SelfAttention with(Map<String, Tensor> state) {
        return new SelfAttention(path, heads, state.getOrDefault(path + ".in_proj_weight", inWeight),
                state.getOrDefault(path + ".in_proj_bias", inBias), out.with(state));
    }
}
