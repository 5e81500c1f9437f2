package io.github.lrp4j.zoo.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that transformers and timm have written: the same logits, the same input. */
class PublishedVisionTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path root;

    static List<Path> cases() throws IOException, URISyntaxException {
        Path script = Path.of(PublishedVisionTest.class.getResource("make-cases.py").toURI());
        try (Stream<Path> folders = Files.list(script.getParent())) {
            return folders.filter(folder -> Files.exists(folder.resolve("config.json"))).sorted().toList();
        }
    }

    private static Path folder(String name) throws IOException, URISyntaxException {
        return cases().stream().filter(folder -> folder.endsWith(name)).findFirst().orElseThrow();
    }

    private static Network load(Path folder) throws IOException {
        return PublishedVision.load(ModelFiles.open(folder.toString()));
    }

    private static double[] logits(Network network, Tensor pixels) {
        Tape tape = new Tape(new ReferenceKernels());
        return network.to(DType.F64).forward(tape, tape.input("pixels", pixels.to(DType.F64))).tensor()
                .toDoubleArray();
    }

    private static Map<String, Tensor> expected(Path folder) throws IOException {
        return Weights.open(folder.resolve("expected/expected.safetensors")).tensors();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAreThoseOfTheFramework(Path folder) throws IOException {
        Map<String, Tensor> expected = expected(folder);
        double[] got = logits(load(folder), expected.get("pixels"));
        // Tables of positions are interpolated in float32 by some.
        assertThat(got).containsExactly(expected.get("logits").toDoubleArray(), within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void picturesArePreparedAsTheFrameworkDoes(Path folder) throws IOException {
        Map<String, Tensor> expected = expected(folder);
        Tensor picture = expected.get("picture");
        byte[] samples = new byte[(int) picture.elements()];
        double[] levels = picture.toDoubleArray();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (int) levels[i];
        }
        Tensor got = load(folder).facts().preprocessing()
                .apply(RgbImage.of(picture.size(1), picture.size(0), samples));
        assertThat(got.shape()).isEqualTo(expected.get("prepared").shape());
        assertThat(got.toDoubleArray()).containsExactly(expected.get("prepared").toDoubleArray(), within(1e-6));
    }

    /** Without a configuration the keys say the family; heads, epsilons and strides then are the usual ones. */
    @ParameterizedTest
    @CsvSource({"hf-vit, vit", "timm-vit, vit", "hf-resnet, resnet", "timm-resnet, resnet",
        "timm-tf-efficientnetv2-s-33, efficientnet_v2"})
    void keysSayTheFamily(String name, String family) throws IOException, URISyntaxException {
        Path folder = folder(name);
        Files.copy(folder.resolve("model.safetensors"), root.resolve("model.safetensors"));
        Network bare = load(root);
        assertThat(bare.name()).isEqualTo(family);
        assertThat(bare.facts().classes()).containsExactly("0", "1", "2");
        if (!family.equals("vit")) {
            Map<String, Tensor> expected = expected(folder);
            assertThat(logits(bare, expected.get("pixels")))
                    .containsExactly(expected.get("logits").toDoubleArray(), within(1e-6));
        }
    }

    /** The wrapper of transformers puts a prefix before timm's keys; classifiers come with heads that they do not read. */
    @Test
    void wrappedModelsAndUnreadHeadsAreRead() throws IOException, URISyntaxException {
        Path wrapped = changed("timm-resnet", config -> config.put("model_type", "timm_wrapper"),
                (key, tensor) -> Map.of("timm_model." + key, tensor));
        Map<String, Tensor> expected = expected(folder("timm-resnet"));
        assertThat(logits(load(wrapped), expected.get("pixels")))
                .containsExactly(expected.get("logits").toDoubleArray(), within(1e-6));
        Path pooler = changed("hf-vit", config -> {}, (key, tensor) -> key.equals("vit.layernorm.weight")
                ? Map.of(key, tensor, "vit.pooler.dense.weight", Tensor.zeros(DType.F32, tensor.shape()))
                : Map.of(key, tensor));
        expected = expected(folder("hf-vit"));
        assertThat(logits(load(pooler), expected.get("pixels")))
                .containsExactly(expected.get("logits").toDoubleArray(), within(1e-6));
    }

    @Test
    void picturesOfAnotherSize() throws IOException, URISyntaxException {
        Path folder = folder("timm-vit");
        Network larger = PublishedVision.load(ModelFiles.open(folder.toString()), 48);
        assertThat(larger.parameters().get("encoder.pos_embedding").size(1)).isEqualTo(37);
        assertThat(larger.facts().preprocessing()).isEqualTo(load(folder).facts().preprocessing().withSize(48));
        assertThatThrownBy(() -> PublishedVision.load(ModelFiles.open(folder.toString()), 50))
                .isInstanceOf(ConfigException.class).hasMessageContaining("patches of 8");
    }

    private interface Edit {
        void edit(ObjectNode json);
    }

    private interface Rename {
        Map<String, Tensor> of(String key, Tensor tensor);
    }

    private Path changed(String name, Edit edit, Rename rename) throws IOException, URISyntaxException {
        Path from = folder(name);
        Path to = Files.createTempDirectory(root, "model");
        ObjectNode config = (ObjectNode) MAPPER.readTree(from.resolve("config.json").toFile());
        edit.edit(config);
        MAPPER.writeValue(to.resolve("config.json").toFile(), config);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Weights.open(from).tensors().forEach((key, tensor) -> tensors.putAll(rename.of(key, tensor)));
        SafetensorsWriter.write(to.resolve("model.safetensors"), tensors, Map.of());
        if (Files.exists(from.resolve("preprocessor_config.json"))) {
            Files.copy(from.resolve("preprocessor_config.json"), to.resolve("preprocessor_config.json"));
        }
        return to;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hf-vit | hidden_size | 13 | config.json: hidden_size: is 13, but the weights have 12",
        "hf-vit | num_hidden_layers | 3 | num_hidden_layers: is 3, but the weights have 2",
        "hf-vit | num_attention_heads | 5 | num_attention_heads: is 5, which does not divide the width 12",
        "hf-vit | hidden_act | \"quick_gelu\" | hidden_act: quick_gelu is not there; there are gelu",
        "hf-vit | qkv_bias | false | qkv_bias: is false, but the weights have true",
        "hf-vit | image_size | 18 | image_size: is 18, no multiple of the patches' 4",
        "hf-vit | image_size | [16, 20] | image_size: is [16, 20]; there are squares only",
        "hf-vit | image_size | 20 | preprocessor_config.json: size: makes pictures of 16, but the network reads",
        "hf-vit | image_size | 2000000000 | image_size: is 2000000000; pictures of up to 8192",
        "hf-vit | patch_size | 8 | patch_size: is 8, but the weights have 4",
        "hf-vit | architectures | [\"ViTModel\"] | architectures: ViTModel has no classifier",
        "hf-vit | id2label | {\"0\": \"a\"} | id2label: names 1 classes, the weights have 3",
        "hf-vit | model_type | \"swin\" | model_type: swin is no network of pictures",
        "hf-resnet | depths | [2, 2] | depths: is [2, 2], but the weights have [2, 1]",
        "hf-resnet | hidden_sizes | [8, 8] | hidden_sizes: is [8, 8], but the weights have [8, 16]",
        "hf-resnet | embedding_size | 8 | embedding_size: is 8, but the weights have 4",
        "hf-resnet | layer_type | \"basic\" | layer_type: is basic, but the weights have bottleneck",
        "hf-resnet | hidden_act | \"gelu\" | hidden_act: gelu is not there; there is relu",
        "timm-resnet | architecture | \"resnet18d\" | architecture: resnet18d is no network of pictures",
        "timm-resnet | architecture | \"resnetblur50\" | architecture: resnetblur50 is no network of pictures",
        "timm-resnet | global_pool | \"max\" | global_pool: max is not there; there is avg",
        "timm-resnet | model_args | {\"output_stride\": 8} | model_args.output_stride: is an option that there is not",
        "timm-vit | architecture | \"vit_base_patch16_clip_quickgelu_224\" | is no network of pictures",
        "timm-vit | architecture | \"vit_base_patch16_224\" | patch16_224, but the weights have patches of 8",
        "timm-vit | model_args | {\"num_heads\": 3} | has a width of 768, but the weights have 12",
        "timm-vit | model_args | {\"embed_dim\": 12, \"qk_norm\": true} | model_args.qk_norm: is an option",
        "timm-vit | global_pool | \"map\" | global_pool: map is not there; there are token and avg",
        "timm-vit | global_pool | \"avg\" | global_pool: is avg, but the weights have no fc_norm",
        "timm-vit-mean | model_args | {\"embed_dim\": 12, \"num_heads\": 3, \"fc_norm\": false, \"global_pool\": \"avg\"}"
                + " | model_args.fc_norm: is false, but the weights have one",
        "timm-vit-gap | model_args | {\"embed_dim\": 12, \"class_token\": true} | class_token: is true, but the weights",
        "timm-vit | num_classes | 4 | num_classes: is 4, but the weights have 3",
    })
    void whatContradictsOrIsNotThereIsRefused(String name, String key, String value, String message)
            throws IOException, URISyntaxException {
        var json = MAPPER.readTree(value);
        Path folder = changed(name, config -> config.set(key, json), Map::of);
        assertThatThrownBy(() -> load(folder)).isInstanceOf(ConfigException.class).hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hf-vit | resample | 1 | resample: 1 is not there; there are 2 (bilinear) and 3 (bicubic)",
        "hf-vit | do_resize | false | do_resize: is false",
        "hf-vit | do_pad | true | do_pad: is a step that there is not here",
        "hf-vit | size | {\"height\": 16, \"width\": 20} | size.width: is 20, the height is 16",
        "hf-vit | size | {\"shortest_edge\": 16} | do_center_crop: is false with a shortest_edge",
        "hf-vit | size | 1000000 | size",
        "hf-vit | image_std | [0.5, 0.5] | image_std: must be 3 numbers, one per channel",
        "hf-vit | image_std | [0, 0, 0] | deviations must be positive",
        "hf-vit | image_processor_type | \"SamImageProcessor\" | SamImageProcessor is not there; there are ViT",
        "hf-vit | rescale_factor | 0 | rescale_factor: must be positive",
        "hf-resnet | crop_pct | 0 | crop_pct: must be positive",
        "hf-resnet | crop_pct | 1e-9 | sizes must lie between 1 and 8192",
    })
    void preprocessingThatIsNotThereIsRefused(String name, String key, String value, String message)
            throws IOException, URISyntaxException {
        Path folder = changed(name, config -> {}, Map::of);
        Path file = folder.resolve("preprocessor_config.json");
        ObjectNode json = (ObjectNode) MAPPER.readTree(file.toFile());
        json.set(key, MAPPER.readTree(value));
        MAPPER.writeValue(file.toFile(), json);
        assertThatThrownBy(() -> load(folder)).isInstanceOf(ConfigException.class).hasMessageContaining(message)
                .hasMessageContaining("preprocessor_config.json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"interpolation | \"lanczos\" | lanczos is not there; there are bicubic",
        "crop_mode | \"border\" | border is not there; there are center and squash",
        "crop_pct | -1 | crop_pct: must be positive", "input_size | [3, 32, 48] | must be [3, size, size]",
        "mean | [0.5] | mean: must be 3 numbers"})
    void timmsPreprocessingThatIsNotThereIsRefused(String key, String value, String message)
            throws IOException, URISyntaxException {
        var json = MAPPER.readTree(value);
        Path folder = changed("timm-resnet", config -> ((ObjectNode) config.get("pretrained_cfg")).set(key, json),
                Map::of);
        assertThatThrownBy(() -> load(folder)).isInstanceOf(ConfigException.class).hasMessageContaining(message)
                .hasMessageContaining("config.json: pretrained_cfg." + key);
    }

    @Test
    void deepStemsAreRefusedByTheirKeys() throws IOException, URISyntaxException {
        Path folder = changed("timm-resnet", config -> {}, (key, tensor) -> Map.of(
                key.equals("conv1.weight") ? "conv1.0.weight" : key, tensor));
        assertThatThrownBy(() -> load(folder)).isInstanceOf(WeightsException.class).hasMessageContaining("deep stem");
    }
}
