package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The networks that have a name: {@code vgg16}, {@code resnet50}, {@code vit_b_16} ... with 1000 ImageNet classes, and
 * {@code vgg}, {@code resnet}, {@code efficientnet_v2} and {@code vit} for any network of the family, whose shape is that
 * of its weights.
 */
public final class VisionModels {
    private static final Map<String, Function<Weights, Network>> MODELS = models();

    private VisionModels() {
    }

    private static Map<String, Function<Weights, Network>> models() {
        Map<String, Function<Weights, Network>> models = new LinkedHashMap<>();
        vgg(models, "vgg11", VggConfig.vgg11());
        vgg(models, "vgg13", VggConfig.vgg13());
        vgg(models, "vgg16", VggConfig.vgg16());
        vgg(models, "vgg19", VggConfig.vgg19());
        resNet(models, "resnet18", ResNetConfig.resNet18());
        resNet(models, "resnet34", ResNetConfig.resNet34());
        resNet(models, "resnet50", ResNetConfig.resNet50());
        resNet(models, "resnet101", ResNetConfig.resNet101());
        resNet(models, "resnet152", ResNetConfig.resNet152());
        resNet(models, "resnext50_32x4d", ResNetConfig.resNet50().withGroups(32, 4));
        resNet(models, "resnext101_32x8d", ResNetConfig.resNet101().withGroups(32, 8));
        resNet(models, "resnext101_64x4d", ResNetConfig.resNet101().withGroups(64, 4));
        resNet(models, "wide_resnet50_2", ResNetConfig.resNet50().withGroups(1, 128));
        resNet(models, "wide_resnet101_2", ResNetConfig.resNet101().withGroups(1, 128));
        efficientNet(models, "efficientnet_v2_s", EfficientNetV2Config.small(), 384);
        efficientNet(models, "efficientnet_v2_m", EfficientNetV2Config.medium(), 480);
        efficientNet(models, "efficientnet_v2_l", EfficientNetV2Config.large(), 480);
        vit(models, "vit_b_16", VitConfig.base(16));
        vit(models, "vit_b_32", VitConfig.base(32));
        vit(models, "vit_l_16", VitConfig.large(16));
        vit(models, "vit_l_32", VitConfig.large(32));
        vit(models, "vit_h_14", VitConfig.huge(14));
        models.put("vgg", weights -> Vgg.fromWeights("vgg", weights));
        models.put("resnet", weights -> ResNet.fromWeights("resnet", weights));
        models.put("efficientnet_v2", weights -> EfficientNetV2.fromWeights("efficientnet_v2", weights));
        models.put("vit", weights -> Vit.fromWeights("vit", weights));
        return Collections.unmodifiableMap(models);
    }

    private static void vgg(Map<String, Function<Weights, Network>> models, String name, VggConfig config) {
        models.put(name, weights -> Vgg.of(name, VisionFacts.imageNet(), config, weights));
        String withNorm = name + "_bn";
        models.put(withNorm, weights -> Vgg.of(withNorm, VisionFacts.imageNet(), config.withBatchNorm(), weights));
    }

    private static void resNet(Map<String, Function<Weights, Network>> models, String name, ResNetConfig config) {
        models.put(name, weights -> ResNet.of(name, VisionFacts.imageNet(), config, weights));
    }

    /** torchvision resizes to the size of the crop; the large network takes another mean and deviation. */
    private static void efficientNet(Map<String, Function<Weights, Network>> models, String name,
            EfficientNetV2Config config, int size) {
        ImagePreprocessing imageNet = ImagePreprocessing.imageNet();
        boolean large = config.equals(EfficientNetV2Config.large());
        List<Double> half = List.of(0.5, 0.5, 0.5);
        ModelFacts facts = VisionFacts.imageNet().withPreprocessing(new ImagePreprocessing(size, size,
                large ? half : imageNet.mean(), large ? half : imageNet.deviation()));
        models.put(name, weights -> EfficientNetV2.of(name, facts,
                EfficientNetV2Names.isTimm(weights) ? config.fromTensorFlow() : config, weights));
    }

    private static void vit(Map<String, Function<Weights, Network>> models, String name, VitConfig config) {
        models.put(name, weights -> Vit.of(name, VisionFacts.imageNet(), config, weights));
    }

    /** The names. */
    public static Set<String> names() {
        return MODELS.keySet();
    }

    /**
     * The network of this name with these weights.
     *
     * @throws IllegalArgumentException listing the known names if there is none of this name
     * @throws io.github.lrp4j.zoo.weights.WeightsException if the weights do not fit
     */
    public static Network load(String name, Weights weights) {
        Function<Weights, Network> model = MODELS.get(name);
        if (model == null) {
            throw new IllegalArgumentException("no model " + name + "; known: " + String.join(", ", names()));
        }
        return model.apply(weights);
    }
}
