package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.ClassToken;
import io.github.lrp4j.zoo.layer.Conv2d;
import io.github.lrp4j.zoo.layer.Dropout;
import io.github.lrp4j.zoo.layer.LayerNorm;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.PositionEmbedding;
import io.github.lrp4j.zoo.layer.SelfAttention;
import io.github.lrp4j.zoo.layer.Sequential;
import io.github.lrp4j.zoo.layer.Skip;
import io.github.lrp4j.zoo.layer.Tanh;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.layer.Tokens;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;

/**
 * {@code logits = heads(pool(encoder(tokens(conv_proj(x)))))}: the vision transformer (Dosovitskiy et al., arXiv
 * 2010.11929), with torchvision's modules.
 *
 * <p>{@code conv_proj} cuts the picture into patches; {@code class_token} goes in front; {@code encoder.pos_embedding} is
 * added; {@code encoder.layers.encoder_layer_I} are {@code x + self_attention(ln_1(x))} and then {@code x + mlp(ln_2(x))};
 * {@code encoder.ln}; {@code heads.head}. A mean-pooling network of timm normalises after pooling, see {@link VitNames}.
 *
 * <p>A network reads pictures of one size, that of its table of positions. For another size, build it anew from the same
 * weights; the table is then interpolated:
 * <pre>{@code
 * VitConfig config = Vit.configOf(weights).withImage(384);
 * Network network = Vit.of("vit", facts.withPreprocessing(facts.preprocessing().withSize(384)), config, weights);
 * }</pre>
 * The networks of convolutions in this package read pictures of any size as they are.
 */
public final class Vit {
    private Vit() {
    }

    /**
     * A vision transformer of this shape.
     *
     * @param weights under torchvision's, timm's or Hugging Face's keys, see {@link VitNames}; a table of positions for
     *     another picture size is interpolated, see {@link PositionTable}
     * @throws io.github.lrp4j.zoo.weights.WeightsException if they do not fit
     */
    public static Network of(String name, ModelFacts facts, VitConfig config, Weights weights) {
        VitNames.Convention convention = VitNames.convention(weights).orElse(VitNames.Convention.TORCHVISION);
        Weights named = PositionTable.resized(VitNames.toTorchvision(weights), config, convention);
        int width = config.width();
        Sequential.Builder layers = new Sequential.Builder()
                .add("conv_proj",
                        Conv2d.of(named.pp("conv_proj"), config.channels(), width, config.patch(),
                                ConvSpec.of(2, config.patch(), 0), true))
                .add("", new Tokens());
        if (config.classToken()) {
            layers.add("", ClassToken.of(named, "class_token", width));
        }
        boolean normAfterPooling = config.pooling() != TokenPooling.Form.CLASS_TOKEN
                && !config.variant().normBeforeMean();
        layers.add("encoder", encoder(config, named.pp("encoder"), !normAfterPooling));
        layers.add("", new TokenPooling(config.pooling()));
        if (normAfterPooling) {
            layers.add("fc_norm", LayerNorm.of(named.pp("fc_norm"), width, config.eps()));
        }
        layers.add("heads", heads(config, named.pp("heads")));
        named.requireFit(name);
        return new Network(name, facts, layers.build());
    }

    /**
     * The shape that these weights have, under any convention's keys. The number of heads has no trace in them: it is taken
     * to be one for every 64 numbers of the width (16 heads for the widths of the larger networks from 1152 on).
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of such a network
     */
    public static VitConfig configOf(Weights weights) {
        return VitInference.config(weights);
    }

    /**
     * A vision transformer of the shape that its weights have, see {@link VitInference}; facts as for {@link
     * Vgg#fromWeights}.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of such a network
     */
    public static Network fromWeights(String name, Weights weights) {
        VitConfig config = VitInference.config(weights);
        ModelFacts facts = VisionFacts.of(weights, config.channels(), config.classes());
        boolean fits = facts.preprocessing().size() == config.image();
        return of(name, fits ? facts : facts.withPreprocessing(facts.preprocessing().withSize(config.image())), config,
                weights);
    }

    private static Sequential encoder(VitConfig config, Weights weights, boolean norm) {
        Sequential.Builder blocks = new Sequential.Builder();
        for (int i = 0; i < config.layers(); i++) {
            String name = "encoder_layer_" + i;
            blocks.add(name, block(config, weights.pp("layers").pp(name)));
        }
        Sequential.Builder encoder = new Sequential.Builder()
                .add("", PositionEmbedding.of(weights, "pos_embedding", config.tokens(), config.width()))
                .add("layers", blocks.build());
        if (norm) {
            encoder.add("ln", LayerNorm.of(weights.pp("ln"), config.width(), config.eps()));
        }
        return encoder.build();
    }

    private static Sequential block(VitConfig config, Weights weights) {
        int width = config.width();
        Sequential attention = new Sequential.Builder()
                .add("ln_1", LayerNorm.of(weights.pp("ln_1"), width, config.eps()))
                .add("self_attention", SelfAttention.of(weights.pp("self_attention"), width, config.heads(),
                        config.variant().queryBias()))
                .build();
        Weights mlp = weights.pp("mlp");
        Sequential feedForward = new Sequential.Builder()
                .add("ln_2", LayerNorm.of(weights.pp("ln_2"), width, config.eps()))
                .add("mlp", new Sequential.Builder()
                        .add(Linear.of(mlp.pp(0), width, config.mlp(), Initial.LECUN_NORMAL))
                        .add(config.variant().activation().layer()).add(new Dropout(0))
                        .add(Linear.of(mlp.pp(3), config.mlp(), width, Initial.LECUN_NORMAL))
                        .build())
                .build();
        return new Sequential.Builder().add("", new Skip(attention)).add("", new Skip(feedForward)).build();
    }

    private static Sequential heads(VitConfig config, Weights weights) {
        Sequential.Builder heads = new Sequential.Builder();
        int width = config.width();
        if (config.representation() > 0) {
            heads.add("pre_logits",
                    Linear.of(weights.pp("pre_logits"), width, config.representation(), Initial.LECUN_NORMAL))
                    .add("act", new Tanh());
            width = config.representation();
        }
        return heads.add("head", Linear.of(weights.pp("head"), width, config.classes(), Initial.LECUN_NORMAL)).build();
    }
}
