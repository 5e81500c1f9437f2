package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The networks that have a name: {@code vgg16}, {@code resnet50} ... with 1000 ImageNet classes, and {@code vgg} and
 * {@code resnet} for any network of the family, whose shape is that of its weights.
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
        models.put("vgg", weights -> Vgg.fromWeights("vgg", weights));
        models.put("resnet", weights -> ResNet.fromWeights("resnet", weights));
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
