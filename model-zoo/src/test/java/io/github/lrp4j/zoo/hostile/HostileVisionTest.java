package io.github.lrp4j.zoo.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.hub.Hub;
import io.github.lrp4j.zoo.hub.HubSettings;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.published.PublishedVision;
import io.github.lrp4j.zoo.vision.EfficientNetV2;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Block;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Stage;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.vision.VggNames;
import io.github.lrp4j.zoo.vision.Vit;
import io.github.lrp4j.zoo.vision.VitConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole classifiers of pictures of damaged files, as torchvision, timm and transformers save them. */
class HostileVisionTest {
    private static final int VARIANTS = 40;
    /** The files have up to 170,000 bytes; a network of that size is a few hundred objects. */
    private static final long MOST_ALLOCATED = 24L << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path root;

    private static ModelFacts facts(int size) {
        return ModelFacts.unnamed(ImagePreprocessing.imageNet().withSize(size), 3);
    }

    private static Network vgg(boolean batchNorm) {
        VggConfig config = new VggConfig(3, VggConfig.steps("4 M 6 M"), batchNorm, 2, 2, List.of(7, 5), 3, 0.5);
        return Vgg.of("vgg", facts(8), config, Weights.initialized(new SplittableRandom(1)));
    }

    private static Network efficientNet() {
        EfficientNetV2Config config = new EfficientNetV2Config(3, List.of(new Stage(Block.FUSED, 1, 3, 1, 8, 8, 1),
                new Stage(Block.FUSED, 4, 3, 2, 8, 8, 1), new Stage(Block.INVERTED, 4, 3, 2, 8, 8, 2)), 12, 3, 0.2);
        return EfficientNetV2.of("efficientnet", facts(32), config, Weights.initialized(new SplittableRandom(2)));
    }

    private static Network vit() {
        VitConfig config = new VitConfig(3, 16, 4, 2, 1, 12, 20, 1e-6, true, TokenPooling.Form.CLASS_TOKEN, 0, 3);
        return Vit.of("vit", facts(16), config, Weights.initialized(new SplittableRandom(3)));
    }

    private void write(String name, int size, Map<String, Tensor> state) throws IOException {
        Files.createDirectories(root);
        Files.writeString(root.resolve("config.json"), "{\"architecture\": \"" + name + "\", \"num_classes\": 3,"
                + " \"global_pool\": \"avg\", \"label_names\": [\"a\", \"b\", \"c\"], \"pretrained_cfg\": {\"input_size\":"
                + " [3, " + size + ", " + size
                + "], \"crop_pct\": 0.9, \"interpolation\": \"bilinear\", \"mean\": [0, 0, 0],"
                + " \"std\": [1, 1, 1]}}");
        SafetensorsWriter.write(root.resolve("model.safetensors"), state, Map.of("format", "pt"));
    }

    /** A directory with a small model, whole. */
    private void make(String name) throws IOException, URISyntaxException {
        switch (name) {
            case "vgg" -> write("vgg11", 8, vgg(false).state());
            case "vgg-bn" -> write("vgg11_bn", 8, vgg(true).state());
            case "vgg-timm" -> {
                VggConfig config = Vgg.configOf(Weights.of("vgg", vgg(false).state(), Map.of()));
                write("vgg11", 8, VggNames.toTimm(config, vgg(false).state()));
            }
            case "efficientnet" -> write("efficientnet_v2_s", 32, efficientNet().state());
            case "vit" -> {
                write("vit_b_4", 16, vit().state());
                // At torchvision there is no configuration of its own; sizes that no name has are said at timm's place.
                Files.writeString(root.resolve("config.json"), "{\"architecture\": \"vit_base_patch4\", \"model_args\":"
                        + " {\"embed_dim\": 12, \"num_heads\": 2, \"img_size\": 16}}");
            }
            default -> {
                Path whole = Path.of(PublishedModel.class.getResource("make-cases.py").toURI()).resolveSibling(name);
                for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
                    if (Files.exists(whole.resolve(file))) {
                        Files.copy(whole.resolve(file), root.resolve(file));
                    }
                }
            }
        }
        load();
    }

    private ModelFiles files() throws IOException {
        Hub offline = new Hub(HubSettings.fromEnvironment().withCache(root.resolve("cache")).withOffline(true));
        return ModelFiles.open(root.toString(), offline);
    }

    private void load() throws IOException {
        PublishedModel.load(files()).unused();
    }

    private Trial trial() {
        return new Trial(root.toString(), MOST_ALLOCATED);
    }

    private void damageJson(String name, int seed) throws IOException {
        Path file = root.resolve(name);
        if (!Files.exists(file)) {
            return;
        }
        byte[] whole = Files.readAllBytes(file);
        JsonNode tree = MAPPER.readTree(whole);
        Trial trial = trial();
        for (int i = 0; i < VARIANTS; i++) {
            Mutation mutation = new Mutation(new Random(seed + i));
            byte[] damaged = i % 6 == 0 ? mutation.bytes(whole) : mutation.json(tree);
            Files.write(file, damaged);
            trial.run(name + " " + i + ": " + new String(damaged, StandardCharsets.UTF_8), this::load);
        }
        trial.requireBoth(1, VARIANTS / 10);
        Files.write(file, whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg", "vgg-bn", "vgg-timm", "efficientnet", "vit", "hf-vit", "hf-vit-shrunk", "hf-resnet",
        "hf-resnet-basic", "timm-vit", "timm-vit-gap", "timm-resnet", "timm-efficientnetv2-s-33",
        "timm-tf-efficientnetv2-s-33"})
    void configurationsAndWeights(String name) throws IOException, URISyntaxException {
        make(name);
        int seed = 1000 * name.length();
        damageJson("config.json", seed);
        damageJson("preprocessor_config.json", seed + 200);
        Path file = root.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Map<String, Tensor> tensors = Weights.open(Files.copy(file, root.resolve("whole.safetensors"))).tensors();
        Path config = root.resolve("config.json");
        Trial trial = trial();
        for (int i = 0; i < VARIANTS; i++) {
            Random random = new Random(seed + 400 + i);
            if (i == VARIANTS / 2) {
                // From here on, the weights alone say what they are.
                Files.move(config, root.resolve("not.json"));
            }
            if (i % 4 == 0) {
                Files.write(file, new WeightsMutation(random).header(whole));
            } else {
                SafetensorsWriter.write(file, new WeightsMutation(random).tensors(tensors), Map.of("format", "pt"));
            }
            trial.run("weights " + i, this::load);
        }
        trial.requireBoth(0, VARIANTS / 2);
    }

    /** Sizes that no picture and no network has; all are refused, whatever else is said. */
    @ParameterizedTest
    @CsvSource({"hf-vit, image_size", "hf-vit, patch_size", "hf-vit, num_hidden_layers", "hf-vit, num_attention_heads",
        "hf-vit, hidden_size", "hf-vit, intermediate_size", "hf-vit, num_channels", "hf-resnet, num_channels",
        "hf-resnet, embedding_size"})
    void giants(String name, String key) throws IOException, URISyntaxException {
        make(name);
        Path file = root.resolve("config.json");
        ObjectNode config = (ObjectNode) MAPPER.readTree(file.toFile());
        Trial trial = trial();
        for (long size : new long[] {0, -1, 8191, 1 << 20, 1_000_000_000, 1 << 30, Integer.MAX_VALUE, 1L << 40}) {
            trial.run(key + " " + size, () -> {
                Files.writeString(file, config.put(key, size).toString());
                load();
            });
        }
        trial.requireBoth(0, 8);
    }

    /** The largest pictures that may be said, with a table of positions for 4 x 4 patches. */
    @ParameterizedTest
    @ValueSource(strings = {"hf-vit", "timm-vit", "vit"})
    void giantPictures(String name) throws IOException, URISyntaxException {
        make(name);
        Trial trial = trial();
        for (int size : new int[] {8192, 8000, 4096, 1 << 20, 1 << 30, Integer.MAX_VALUE, Integer.MAX_VALUE - 7, 0,
            -4}) {
            trial.run("size " + size, () -> PublishedVision.load(files(), size));
        }
        Path file = root.resolve("config.json");
        String config = Files.readString(file);
        for (int size : new int[] {8192, 8000, 4096, 1 << 30}) {
            trial.run("said " + size, () -> {
                Files.writeString(file, config.replaceFirst("(\"ima?ge?_size\": )\\d+", "$1" + size));
                load();
            });
        }
        trial.requireBoth(0, 13);
    }

    /** Lists, of stages, sides, means and names, with 200,000 entries. */
    @ParameterizedTest
    @CsvSource({"hf-resnet, config.json, depths", "hf-resnet, config.json, hidden_sizes",
        "hf-vit, config.json, image_size", "hf-vit, config.json, patch_size",
        "hf-vit, preprocessor_config.json, image_mean", "hf-resnet, preprocessor_config.json, image_std",
        "hf-vit, preprocessor_config.json, size", "hf-vit, config.json, label_names",
        "hf-vit, config.json, architectures", "timm-vit, config.json, mean", "timm-vit, config.json, std",
        "timm-vit, config.json, input_size", "timm-resnet, config.json, input_size"})
    void longLists(String name, String changed, String key) throws IOException, URISyntaxException {
        make(name);
        Path file = root.resolve(changed);
        ObjectNode config = (ObjectNode) MAPPER.readTree(file.toFile());
        ObjectNode part = config.has("pretrained_cfg")
                ? (ObjectNode) config.get("pretrained_cfg")
                : config;
        ArrayNode list = part.putArray(key);
        for (int i = 0; i < 200_000; i++) {
            list.add(1);
        }
        Files.writeString(file, config.toString());
        // A tree of the list, and the list itself: some hundred bytes an entry.
        Trial trial = new Trial(root.toString(), 64L << 20);
        trial.run(key, this::load);
        trial.requireBoth(0, 1);
    }
}
