package io.github.lrp4j.zoo.published;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is published of a classifier of pictures.
 *
 * @param name what messages call the files
 * @param config {@code config.json}, if there is one
 * @param preprocessor {@code preprocessor_config.json}, if there is one
 * @param weights the weights
 * @param imageSize height and width of the pictures to read, where it is not the published one
 */
record VisionFiles(String name, Optional<ModelConfig> config, Optional<ModelConfig> preprocessor, Weights weights,
        OptionalInt imageSize) {
    /** What timm's models take and what does not change numbers in evaluation, or is compared elsewhere. */
    private static final Set<String> HARMLESS = Set.of("pretrained", "num_classes", "in_chans", "drop_rate",
            "drop_path_rate", "drop_block_rate", "attn_drop_rate", "proj_drop_rate", "pos_drop_rate",
            "patch_drop_rate", "weight_init", "fix_init", "zero_init_last", "dynamic_img_size");

    /** transformers wraps timm's models and puts this in front of their keys. */
    private static final String WRAPPED = "timm_model.";

    static VisionFiles of(ModelFiles files, OptionalInt imageSize) throws IOException {
        return new VisionFiles(files.name(), files.hasConfig() ? Optional.of(files.config()) : Optional.empty(),
                files.preprocessor(), unwrapped(files.weights()), imageSize);
    }

    private static Weights unwrapped(Weights weights) {
        if (weights.tensors().keySet().stream().noneMatch(key -> key.startsWith(WRAPPED))) {
            return weights;
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.tensors().forEach((key, tensor) -> tensors.put(
                key.startsWith(WRAPPED) ? key.substring(WRAPPED.length()) : key, tensor));
        return weights.withTensors(tensors);
    }

    /** timm's or torchvision's name of the network, if the configuration has one. */
    Optional<String> architecture() {
        return config.flatMap(c -> c.findText("architecture"));
    }

    /** The configuration, where it is of transformers' model of this type. */
    Optional<ModelConfig> huggingFace(String modelType, String task) {
        Optional<ModelConfig> found = config.filter(c -> !c.has("architecture")).filter(
                c -> c.text("model_type", "").equals(modelType) || c.architectures().contains(task));
        found.ifPresent(c -> {
            List<String> classes = c.architectures();
            if (!classes.isEmpty() && !classes.contains(task)) {
                throw c.fault("architectures", JsonFileException.shown(classes.get(0))
                        + " has no classifier that there is here; there is " + task);
            }
        });
        return found;
    }

    /**
     * What timm's {@code model_args} say.
     *
     * @param read the options that the network reads; another one is refused, since it may change numbers
     */
    Optional<ModelConfig> modelArguments(Set<String> read) {
        Optional<ModelConfig> arguments = config.flatMap(c -> c.find("model_args"));
        arguments.ifPresent(found -> {
            for (String key : found.keys()) {
                if (found.has(key) && !read.contains(key) && !HARMLESS.contains(key)) {
                    throw found.fault(key, "is an option that there is not here for " + architecture().orElse("it"));
                }
            }
        });
        return arguments;
    }

    /** Refuses timm's pooling of another kind than the mean over places, the only one of networks of convolutions. */
    void requireMeanPooling() {
        config.ifPresent(c -> {
            String pooling = c.text("global_pool", "avg");
            if (!pooling.equals("avg")) {
                throw c.fault("global_pool", JsonFileException.shown(pooling) + " is not there; there is avg");
            }
        });
    }

    /** Refuses a number in the configuration that is not that of the weights. */
    static void agree(ModelConfig config, String key, int weights) {
        if (config.has(key) && config.integer(key) != weights) {
            throw disagreement(config, key, config.integer(key), weights);
        }
    }

    /** Refuses numbers in the configuration that are not those of the weights. */
    static void agree(ModelConfig config, String key, List<Integer> weights) {
        if (config.has(key) && !config.integers(key).equals(weights)) {
            throw disagreement(config, key, config.integers(key), weights);
        }
    }

    /** Refuses an option in the configuration that is not that of the weights. */
    static void agree(ModelConfig config, String key, boolean otherwise, boolean weights) {
        if (config.flag(key, otherwise) != weights) {
            throw disagreement(config, key, config.flag(key, otherwise), weights);
        }
    }

    static ConfigException disagreement(ModelConfig config, String key, Object said, Object weights) {
        return config.fault(key, "is " + JsonFileException.shown(String.valueOf(said)) + ", but the weights have "
                + weights + "; are these files of one model?");
    }

    /** The side of a square that is written as one number or as two equal ones. */
    static int side(ModelConfig config, String key, int otherwise) {
        if (!config.isList(key)) {
            return config.size(key, otherwise);
        }
        List<Integer> sides = config.integers(key);
        if (sides.size() != 2 || !sides.get(0).equals(sides.get(1)) || sides.get(0) < 1) {
            throw config.fault(key, "is " + JsonFileException.shown(sides.toString()) + "; there are squares only");
        }
        return sides.get(0);
    }
}
