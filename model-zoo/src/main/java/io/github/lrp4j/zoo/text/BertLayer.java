package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Attention;
import io.github.lrp4j.zoo.layer.Layer;
import io.github.lrp4j.zoo.layer.LayerNorm;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code a = norm(attention(x) + x), y = norm(mlp(a) + a)}: one layer of a BERT encoder, {@code [N, T, D] -> [N, T, D]}.
 *
 * @param heads number of attention heads
 * @param activation of the MLP
 * @param query projection to queries
 * @param key projection to keys
 * @param value projection to values
 * @param mixed projection of the heads
 * @param attentionNorm norm after the attention
 * @param up first layer of the MLP
 * @param down second layer of the MLP
 * @param norm norm after the MLP
 */
record BertLayer(int heads, TextActivation activation, Linear query, Linear key, Linear value, Linear mixed,
        LayerNorm attentionNorm, Linear up, Linear down, LayerNorm norm) {
    static BertLayer of(BertConfig config, Weights weights) {
        int width = config.width();
        Weights attention = weights.pp("attention");
        Weights self = attention.pp("self");
        return new BertLayer(config.heads(), config.activation(), square(self.pp("query"), width),
                square(self.pp("key"), width), square(self.pp("value"), width),
                square(attention.pp("output").pp("dense"), width),
                LayerNorm.of(attention.pp("output").pp("LayerNorm"), width, config.eps()),
                Linear.of(weights.pp("intermediate").pp("dense"), width, config.hidden(), Initial.LECUN_NORMAL),
                Linear.of(weights.pp("output").pp("dense"), config.hidden(), width, Initial.LECUN_NORMAL),
                LayerNorm.of(weights.pp("output").pp("LayerNorm"), width, config.eps()));
    }

    private static Linear square(Weights weights, int width) {
        return Linear.of(weights, width, width, Initial.LECUN_NORMAL);
    }

    /** @param forbidden places that no query reads, null for none */
    Value forward(Value x, Tensor forbidden, Pass pass) {
        Value attended = attended(x, forbidden, pass);
        Value hidden = activation.of(up.forwardIn("intermediate.dense", attended, pass));
        Value written = down.forwardIn("output.dense", hidden, pass);
        try (Scope _ = x.tape().scope("output")) {
            return norm.forwardIn("LayerNorm", written.add(attended), pass);
        }
    }

    private Value attended(Value x, Tensor forbidden, Pass pass) {
        Value q = heads(query.forwardIn("attention.self.query", x, pass));
        Value k = heads(key.forwardIn("attention.self.key", x, pass));
        Value v = heads(value.forwardIn("attention.self.value", x, pass));
        Value tokens;
        try (Scope _ = x.tape().scope("attention.self")) {
            double scale = 1 / Math.sqrt(q.shape().size(-1));
            tokens = Attention.of(q, k, v, null, forbidden, scale, pass.attention()).permute(0, 2, 1, 3)
                    .reshape(x.shape());
        }
        Value written = mixed.forwardIn("attention.output.dense", tokens, pass);
        try (Scope _ = x.tape().scope("attention.output")) {
            return attentionNorm.forwardIn("LayerNorm", written.add(x), pass);
        }
    }

    /** {@code [N, T, D] -> [N, heads, T, D / heads]}. */
    private Value heads(Value x) {
        Shape shape = x.shape();
        return x.reshape(shape.size(0), shape.size(1), heads, shape.size(2) / heads).permute(0, 2, 1, 3);
    }

    void collectParameters(Map<String, Tensor> parameters) {
        for (Layer layer : new Layer[] {query, key, value, mixed, attentionNorm, up, down, norm}) {
            layer.collectParameters(parameters);
        }
    }
}
