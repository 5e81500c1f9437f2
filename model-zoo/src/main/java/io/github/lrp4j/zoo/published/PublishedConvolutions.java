package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.vision.EfficientNetV2;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config;
import io.github.lrp4j.zoo.vision.EfficientNetV2Names;
import io.github.lrp4j.zoo.vision.ResNet;
import io.github.lrp4j.zoo.vision.ResNetConfig;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.vision.VggNames;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** {@code files -> VGG, ResNet or EfficientNetV2}: as torchvision, timm or transformers saved it. */
final class PublishedConvolutions {
    private static final Pattern VGG = Pattern.compile("vgg\\d{2}(_bn)?");

    /** Not those with a deep stem (c, d, s, t), squeeze and excitation, blurred strides or group norm. */
    private static final Pattern RESNET =
            Pattern.compile("resnet\\d{2,3}|resnext\\d{2,3}_\\d{1,3}x\\d{1,3}d|wide_resnet\\d{2,3}_\\d");

    private static final Pattern EFFICIENT_NET =
            Pattern.compile("(tf_)?efficientnetv2_(s|m|l|xl|b[0-3])|efficientnet_v2_(s|m|l)");

    private static final Set<String> NONE = Set.of();

    private PublishedConvolutions() {
    }

    static boolean isVgg(String architecture) {
        return VGG.matcher(architecture).matches();
    }

    static boolean isResNet(String architecture) {
        return RESNET.matcher(architecture).matches();
    }

    static boolean isEfficientNet(String architecture) {
        return EFFICIENT_NET.matcher(architecture).matches();
    }

    static Network vgg(VisionFiles files) {
        Weights weights = files.weights();
        VggConfig config = Vgg.configOf(weights);
        checkTimm(files, config.channels());
        var facts = PublishedFacts.of(files, config.channels(), config.classes(), Optional.empty());
        int poolings = (int) config.features().stream().filter(VggConfig.Pool.class::isInstance).count();
        int grid = facts.preprocessing().size() >> poolings;
        if (VggNames.isTimm(weights) && grid > config.poolHeight()) {
            throw new ConfigException(files.name() + ": pictures of " + facts.preprocessing().size()
                    + " leave " + grid + " x " + grid + " places, over which timm moves the first linear layer of "
                    + config.poolHeight() + " x " + config.poolWidth()
                    + "; that is not there: take pictures that leave so many");
        }
        return Vgg.of("vgg", facts, config, weights);
    }

    static Network resNet(VisionFiles files) {
        Weights weights = files.weights();
        ResNetConfig found = ResNet.configOf(weights);
        ResNetConfig config = files.huggingFace("resnet", "ResNetForImageClassification")
                .map(json -> huggingFace(json, found)).orElse(found);
        checkTimm(files, config.channels());
        return ResNet.of("resnet",
                PublishedFacts.of(files, config.channels(), config.classes(), Optional.empty()), config, weights);
    }

    private static ResNetConfig huggingFace(ModelConfig json, ResNetConfig found) {
        VisionFiles.agree(json, "num_channels", found.channels());
        VisionFiles.agree(json, "embedding_size", found.stemWidth());
        VisionFiles.agree(json, "depths", found.layers());
        List<Integer> widths = IntStream.range(0, found.widths().size())
                .map(stage -> found.widths().get(stage) * found.expansion()).boxed().toList();
        VisionFiles.agree(json, "hidden_sizes", widths);
        String block = found.block() == ResNetConfig.Block.BASIC ? "basic" : "bottleneck";
        if (!json.text("layer_type", block).equals(block)) {
            throw VisionFiles.disagreement(json, "layer_type", json.text("layer_type"), block);
        }
        if (!json.text("hidden_act", "relu").equals("relu")) {
            throw json.fault("hidden_act", JsonFileException.shown(json.text("hidden_act"))
                    + " is not there; there is relu");
        }
        return found.with(new ResNetConfig.Striding(json.flag("downsample_in_first_stage", false),
                json.flag("downsample_in_bottleneck", false)));
    }

    static Network efficientNet(VisionFiles files) {
        Weights weights = files.weights();
        EfficientNetV2Config found = EfficientNetV2.configOf(weights);
        String name = files.architecture().orElse(EfficientNetV2Names.isTimm(weights) ? "tf_" : "");
        EfficientNetV2Config config = found;
        if (name.startsWith("tf_")) {
            config = found.fromTensorFlow();
        } else if (name.startsWith("efficientnetv2_")) {
            config = new EfficientNetV2Config(found.channels(), found.stages(), found.lastChannels(), found.classes(),
                    found.dropout(), 1e-5, false);
        }
        checkTimm(files, config.channels());
        return EfficientNetV2.of("efficientnet_v2",
                PublishedFacts.of(files, config.channels(), config.classes(), Optional.empty()), config, weights);
    }

    private static void checkTimm(VisionFiles files, int channels) {
        if (files.architecture().isPresent()) {
            files.requireMeanPooling();
            files.modelArguments(NONE).ifPresent(arguments -> VisionFiles.agree(arguments, "in_chans", channels));
        }
    }
}
