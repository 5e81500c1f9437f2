package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.vision.Vit;
import io.github.lrp4j.zoo.vision.VitConfig;
import io.github.lrp4j.zoo.vision.VitConfig.Activation;
import io.github.lrp4j.zoo.vision.VitNames;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code files -> vision transformer}: as transformers, timm or torchvision saved it. */
final class PublishedVit {
    private static final int LARGEST = 8192;
    private static final String TASK = "ViTForImageClassification";

    /** timm's plain ones, and torchvision's; others have registers, scaled layers, or another activation or norm. */
    private static final Pattern NAME = Pattern.compile(
            "(?:vit|deit)_(tiny|small|medium|base|large|huge|giant|gigantic|b|l|h)_(?:patch)?(\\d{1,3})"
                    + "(_gap)?(?:_\\d{2,4})?(?:_in21k|_miil|_dino)?");

    /** A published size. */
    private record Size(int width, int heads) {
    }

    private static final Map<String, Size> SIZES = Map.ofEntries(Map.entry("tiny", new Size(192, 3)),
            Map.entry("small", new Size(384, 6)), Map.entry("medium", new Size(512, 8)),
            Map.entry("base", new Size(768, 12)), Map.entry("b", new Size(768, 12)),
            Map.entry("large", new Size(1024, 16)), Map.entry("l", new Size(1024, 16)),
            Map.entry("huge", new Size(1280, 16)), Map.entry("h", new Size(1280, 16)),
            Map.entry("giant", new Size(1408, 16)), Map.entry("gigantic", new Size(1664, 16)));

    private static final Set<String> READ = Set.of("img_size", "patch_size", "embed_dim", "depth", "num_heads",
            "mlp_ratio", "qkv_bias", "class_token", "global_pool", "fc_norm");

    private PublishedVit() {
    }

    static boolean isNamed(String architecture) {
        return NAME.matcher(architecture).matches();
    }

    static Network load(VisionFiles files) {
        Weights weights = files.weights();
        VitConfig found = Vit.configOf(weights);
        Optional<ModelConfig> huggingFace = files.huggingFace("vit", TASK);
        VitConfig config;
        if (huggingFace.isPresent()) {
            config = huggingFace(huggingFace.get(), found);
        } else if (files.architecture().isPresent()) {
            config = timm(files, files.config().orElseThrow(), found);
        } else {
            config = found;
        }
        if (files.imageSize().isPresent()) {
            VitConfig published = config;
            int size = files.imageSize().getAsInt();
            config = checked(() -> published.withImage(size), () -> new ConfigException(files.name()
                    + ": pictures of " + size + " cannot be cut into patches of " + published.patch()
                    + "; the size must be a multiple, of up to " + VitConfig.LARGEST_GRID + " patches"));
        }
        return Vit.of("vit", PublishedFacts.of(files, config.channels(), config.classes(), Optional.of(config.image())),
                config, weights);
    }

    private static VitConfig huggingFace(ModelConfig json, VitConfig found) {
        VisionFiles.agree(json, "hidden_size", found.width());
        VisionFiles.agree(json, "num_hidden_layers", found.layers());
        VisionFiles.agree(json, "intermediate_size", found.mlp());
        VisionFiles.agree(json, "num_channels", found.channels());
        VisionFiles.agree(json, "qkv_bias", true, found.variant().queryBias());
        int patch = VisionFiles.side(json, "patch_size", found.patch());
        if (patch != found.patch()) {
            throw VisionFiles.disagreement(json, "patch_size", patch, found.patch());
        }
        int heads = json.size("num_attention_heads", 12);
        if (json.has("head_dim") && (long) json.size("head_dim") * heads != found.width()) {
            throw json.fault("head_dim", "is " + json.size("head_dim") + "; there is hidden_size / num_attention_heads"
                    + " only");
        }
        VitConfig.Variant variant = new VitConfig.Variant(activation(json), found.variant().queryBias(),
                found.variant().normBeforeMean());
        int image = VisionFiles.side(json, "image_size", 224);
        VitConfig told = found.withEps(json.number("layer_norm_eps", 1e-12)).with(variant);
        return sized(json, "image_size", image, withHeads(json, "num_attention_heads", heads, told));
    }

    private static VitConfig withHeads(ModelConfig json, String key, int heads, VitConfig config) {
        return checked(() -> config.withHeads(heads),
                () -> json.fault(key, "is " + heads + ", which does not divide the width " + config.width()));
    }

    private static VitConfig sized(ModelConfig json, String key, int image, VitConfig config) {
        if (image > LARGEST) {
            throw json.fault(key, "is " + image + "; pictures of up to " + LARGEST + " are there");
        }
        return checked(() -> config.withImage(image),
                () -> json.fault(key, "is " + image + ", no multiple of the patches' " + config.patch()
                        + " of up to " + VitConfig.LARGEST_GRID + " patches"));
    }

    private static VitConfig checked(Supplier<VitConfig> config, Supplier<ConfigException> fault) {
        try {
            return config.get();
        } catch (IllegalArgumentException e) {
            ConfigException told = fault.get();
            told.initCause(e);
            throw told;
        }
    }

    private static Activation activation(ModelConfig json) {
        String named = json.text("hidden_act", "gelu");
        return switch (named) {
            case "gelu" -> Activation.GELU;
            case "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            case "silu", "swish" -> Activation.SILU;
            default -> throw json.fault("hidden_act", JsonFileException.shown(named)
                    + " is not there; there are gelu, gelu_pytorch_tanh, relu and silu");
        };
    }

    private static VitConfig timm(VisionFiles files, ModelConfig json, VitConfig found) {
        String architecture = json.text("architecture");
        Matcher name = NAME.matcher(architecture);
        if (!name.matches()) {
            throw json.fault("architecture", JsonFileException.shown(architecture)
                    + " is no plain vision transformer; there are vit_SIZE_patchN and deit_SIZE_patchN without"
                    + " registers, clip, siglip, dinov2 and the like");
        }
        ModelConfig arguments = files.modelArguments(READ).orElse(ModelConfig.empty(json.toString()));
        VisionFiles.agree(arguments, "embed_dim", found.width());
        VisionFiles.agree(arguments, "depth", found.layers());
        VisionFiles.agree(arguments, "in_chans", found.channels());
        VisionFiles.agree(arguments, "class_token", found.classToken(), found.classToken());
        VisionFiles.agree(arguments, "qkv_bias", found.variant().queryBias(), found.variant().queryBias());
        if (arguments.has("mlp_ratio") && (int) (found.width() * arguments.number("mlp_ratio")) != found.mlp()) {
            throw VisionFiles.disagreement(arguments, "mlp_ratio", arguments.number("mlp_ratio"),
                    "a width of " + found.width() + " and one of " + found.mlp() + " in the MLP");
        }
        int patch = VisionFiles.side(arguments, "patch_size", Integer.parseInt(name.group(2)));
        if (patch != found.patch()) {
            throw VisionFiles.disagreement(json, "architecture", architecture, "patches of " + found.patch());
        }
        boolean gap = name.group(3) != null;
        Size size = SIZES.get(name.group(1));
        if (!arguments.has("embed_dim") && size.width() != found.width()) {
            throw json.fault("architecture", JsonFileException.shown(architecture) + " has a width of " + size.width()
                    + ", but the weights have " + found.width() + "; another is said by embed_dim and num_heads in"
                    + " model_args");
        }
        // timm's base network without a class token has 16 heads, those with one have 12.
        int usualHeads = gap && size.heads() == 12 ? 16 : size.heads();
        VitConfig config = withHeads(arguments, "num_heads", arguments.size("num_heads", usualHeads), found);
        config = pooled(files.weights(), json, arguments, gap, config);
        if (arguments.has("img_size")) {
            return sized(arguments, "img_size", VisionFiles.side(arguments, "img_size", 1), config);
        }
        Optional<Integer> input = PublishedFacts.timm(json).filter(c -> c.has("input_size"))
                .map(c -> c.integers("input_size")).filter(sizes -> sizes.size() == 3).map(sizes -> sizes.get(1));
        return input.isPresent() ? sized(json, "pretrained_cfg", input.get(), config) : config;
    }

    /** What the head reads, and where the last norm stands: with the mean it follows it, unless {@code fc_norm} is false. */
    private static VitConfig pooled(Weights weights, ModelConfig json, ModelConfig arguments, boolean gap,
            VitConfig config) {
        ModelConfig speaker = arguments.has("global_pool") ? arguments : json;
        String usual = gap || !config.classToken() ? "avg" : "token";
        String pooling = speaker.text("global_pool", usual);
        if (!pooling.equals("avg") && !pooling.equals("token")) {
            throw speaker.fault("global_pool",
                    JsonFileException.shown(pooling) + " is not there; there are token and avg");
        }
        boolean mean = pooling.equals("avg");
        if (!mean && !config.classToken()) {
            throw VisionFiles.disagreement(speaker, "global_pool", pooling, "no class token");
        }
        boolean behind = arguments.flag("fc_norm", mean && !gap);
        boolean stored = VitNames.toTorchvision(weights).has("fc_norm.weight");
        if (behind != stored) {
            throw arguments.has("fc_norm")
                    ? VisionFiles.disagreement(arguments, "fc_norm", behind, stored ? "one" : "none")
                    : VisionFiles.disagreement(speaker, "global_pool", pooling, stored ? "an fc_norm" : "no fc_norm");
        }
        if (!mean && behind) {
            throw arguments.fault("fc_norm", "is true, which is not there with global_pool token");
        }
        TokenPooling.Form form = !mean
                ? TokenPooling.Form.CLASS_TOKEN
                : config.classToken() ? TokenPooling.Form.MEAN_OF_OTHERS : TokenPooling.Form.MEAN;
        return config.with(form).with(
                new VitConfig.Variant(config.variant().activation(), config.variant().queryBias(), !behind));
    }
}
