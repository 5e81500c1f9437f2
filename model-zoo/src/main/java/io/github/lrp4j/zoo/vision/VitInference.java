package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Set;

/**
 * Shape of a vision transformer from the keys and shapes of its weights.
 *
 * <p>The number of heads has no trace in the weights: it is taken to be that of the published networks, a head for every
 * 64 numbers of the width, and 16 for those that are larger than the large one. The grid of patches is taken to be a square.
 */
final class VitInference {
    /** Widths of the networks larger than the large one, all of 16 heads: so400m, huge, giant, gigantic. */
    private static final Set<Integer> LARGER_WIDTHS = Set.of(1152, 1280, 1408, 1664);

    private VitInference() {
    }

    static VitConfig config(Weights weights) {
        Weights named = VitNames.toTorchvision(weights);
        SizedWeights sized = new SizedWeights(named, "a vision transformer");
        Tensor patches = sized.required("conv_proj.weight", 4);
        int width = patches.size(0);
        Tensor table = sized.required("encoder.pos_embedding", 3);
        boolean classToken = named.has("class_token");
        int places = table.size(1) - (classToken ? 1 : 0);
        int grid = (int) Math.round(Math.sqrt(places));
        if (grid < 1 || grid * grid != places) {
            throw sized.not("encoder.pos_embedding is " + table.shape() + ": " + places + " places are no square");
        }
        int layers = 0;
        while (named.has("encoder.layers.encoder_layer_" + layers + ".ln_1.weight")) {
            layers++;
        }
        Tensor hidden = sized.required("encoder.layers.encoder_layer_0.mlp.0.weight", 2);
        Tensor head = sized.required("heads.head.weight", 2);
        int representation = named.has("heads.pre_logits.weight") ? head.size(1) : 0;
        boolean mean = named.has("fc_norm.weight");
        TokenPooling.Form pooling = !classToken
                ? TokenPooling.Form.MEAN
                : mean ? TokenPooling.Form.MEAN_OF_OTHERS : TokenPooling.Form.CLASS_TOKEN;
        double eps = VitNames.convention(weights).filter(c -> c == VitNames.Convention.HUGGING_FACE).isPresent()
                ? 1e-12
                : 1e-6;
        try {
            VitConfig.Variant variant = new VitConfig.Variant(VitConfig.Activation.GELU,
                    named.has("encoder.layers.encoder_layer_0.self_attention.in_proj_bias"),
                    !classToken && !mean && named.has("encoder.ln.weight"));
            return new VitConfig(patches.size(1), grid * patches.size(2), patches.size(2), layers, heads(width), width,
                    hidden.size(0), eps, classToken, pooling, representation, head.size(0), variant);
        } catch (IllegalArgumentException e) {
            throw sized.not(e.getMessage());
        }
    }

    private static int heads(int width) {
        return LARGER_WIDTHS.contains(width) ? 16 : Math.max(1, width / 64);
    }
}
