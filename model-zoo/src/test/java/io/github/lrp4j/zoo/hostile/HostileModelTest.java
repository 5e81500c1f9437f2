package io.github.lrp4j.zoo.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.hub.Hub;
import io.github.lrp4j.zoo.hub.HubSettings;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.T5Config;
import io.github.lrp4j.zoo.text.TextActivation;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models of damaged files: configurations, weights in one file and in several, adapters. */
class HostileModelTest {
    private static final int VARIANTS = 600;
    /** The files have some ten thousand bytes; a network of that size is a few hundred objects. */
    private static final long MOST_ALLOCATED = 8L << 20;

    private static final String BERT = """
            {"model_type": "bert", "architectures": ["BertForQuestionAnswering"], "vocab_size": 20, "hidden_size": 8,
             "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 9,
             "type_vocab_size": 2, "pad_token_id": 0, "hidden_act": "gelu", "layer_norm_eps": 1e-06,
             "position_embedding_type": "absolute", "is_decoder": false, "id2label": {"0": "a", "1": "b"}}
            """;
    private static final String T5_JSON = """
            {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "vocab_size": 20, "d_model": 8,
             "d_kv": 4, "d_ff": 12, "num_layers": 2, "num_decoder_layers": 1, "num_heads": 2,
             "relative_attention_num_buckets": 8, "relative_attention_max_distance": 16, "feed_forward_proj": "relu",
             "tie_word_embeddings": true, "layer_norm_epsilon": 1e-06, "pad_token_id": 0, "eos_token_id": 1,
             "decoder_start_token_id": 0}
            """;

    @TempDir
    private Path folder;

    private Map<String, Tensor> bert() {
        BertConfig config = new BertConfig(BertConfig.Family.BERT, 20, 8, 2, 2, 12, 9, 2, 0, TextActivation.GELU, 1e-6);
        Weights initial = Weights.initialized(new SplittableRandom(1));
        Map<String, Tensor> weights = new LinkedHashMap<>(new Bert(config, initial.pp("bert")).parameters());
        weights.putAll(BertHead.QuestionAnswering.of(config, initial).parameters());
        return weights;
    }

    private Map<String, Tensor> t5() {
        T5Config config =
                new T5Config(20, 8, 4, 12, 2, 1, 2, 8, 16, TextActivation.RELU, false, true, 1e-6, 0, 0, 1);
        return new T5(config, T5.Task.GENERATION, Weights.initialized(new SplittableRandom(1))).parameters();
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void load() throws IOException {
        Hub offline = new Hub(HubSettings.fromEnvironment().withCache(file("cache")).withOffline(true));
        ModelFiles files = ModelFiles.open(folder.toString(), offline);
        PublishedModel.load(files).unused();
        files.config().labels();
    }

    private void write(String config, Map<String, Tensor> weights) throws IOException {
        Files.writeString(file("config.json"), config);
        SafetensorsWriter.write(file("model.safetensors"), weights, Map.of("format", "pt"));
    }

    private Trial trial() {
        return new Trial(folder.toString(), MOST_ALLOCATED);
    }

    private void damageJson(String name, byte[] whole, int seed, int leastUsed) throws IOException {
        JsonNode tree = new ObjectMapper().readTree(whole);
        Trial trial = trial();
        for (int i = 0; i < VARIANTS; i++) {
            Mutation mutation = new Mutation(new Random(seed + i));
            byte[] damaged = i % 4 == 0 ? mutation.bytes(whole) : mutation.json(tree);
            Files.write(file(name), damaged);
            trial.run(name + " " + i + ": " + new String(damaged, StandardCharsets.UTF_8), this::load);
        }
        trial.requireBoth(leastUsed, VARIANTS / 4);
    }

    @Test
    void configurationsOfBert() throws IOException {
        write(BERT, bert());
        damageJson("config.json", BERT.getBytes(StandardCharsets.UTF_8), 10_000, 20);
    }

    @Test
    void configurationsOfT5() throws IOException {
        write(T5_JSON, t5());
        damageJson("config.json", T5_JSON.getBytes(StandardCharsets.UTF_8), 20_000, 20);
    }

    @Test
    void weights() throws IOException {
        write(BERT, bert());
        byte[] whole = Files.readAllBytes(file("model.safetensors"));
        Trial trial = trial();
        for (int i = 0; i < VARIANTS; i++) {
            Files.write(file("model.safetensors"), new Mutation(new Random(30_000 + i)).bytes(whole));
            trial.run("weights " + i, this::load);
        }
        trial.requireBoth(1, VARIANTS / 4);
    }

    @Test
    void indexesOfSeveralFiles() throws IOException {
        write(BERT, Map.of());
        Files.delete(file("model.safetensors"));
        StringBuilder index = new StringBuilder("{\"metadata\": {\"total_size\": 9}, \"weight_map\": {");
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        bert().forEach((key, tensor) -> {
            boolean even = first.size() <= second.size();
            (even ? first : second).put(key, tensor);
            index.append(first.size() + second.size() > 1 ? ", " : "").append('"').append(key).append("\": \"")
                    .append(even ? "a" : "b").append(".safetensors\"");
        });
        SafetensorsWriter.write(file("a.safetensors"), first, Map.of());
        SafetensorsWriter.write(file("b.safetensors"), second, Map.of());
        byte[] whole = index.append("}}").toString().getBytes(StandardCharsets.UTF_8);
        damageJson("model.safetensors.index.json", whole, 40_000, 5);
    }

    @Test
    void adapters() throws IOException {
        Path base = Files.createDirectories(file("base"));
        Files.writeString(base.resolve("config.json"), BERT);
        SafetensorsWriter.write(base.resolve("model.safetensors"), bert(), Map.of());
        String config =
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2, \"use_rslora\": false, \"fan_in_fan_out\":"
                        + " false, \"alpha_pattern\": {\"query\": 3}, \"rank_pattern\": {}, \"modules_to_save\": [\"qa_outputs\"],"
                        + " \"base_model_name_or_path\": \"" + base + "\"}";
        Files.writeString(file("adapter_config.json"), config);
        String query = "base_model.model.bert.encoder.layer.0.attention.self.query.";
        Map<String, Tensor> factors = Map.of(query + "lora_A.weight", Tensor.of(new float[8], 1, 8),
                query + "lora_B.weight", Tensor.of(new float[8], 8, 1),
                "base_model.model.qa_outputs.bias", Tensor.of(new float[2], 2));
        SafetensorsWriter.write(file("adapter_model.safetensors"), factors, Map.of());
        load();
        byte[] whole = Files.readAllBytes(file("adapter_model.safetensors"));
        Trial trial = trial();
        for (int i = 0; i < VARIANTS; i++) {
            Files.write(file("adapter_model.safetensors"), new Mutation(new Random(50_000 + i)).bytes(whole));
            trial.run("adapter " + i, this::load);
        }
        trial.requireBoth(1, VARIANTS / 4);
        Files.write(file("adapter_model.safetensors"), whole);
        JsonNode tree = new ObjectMapper().readTree(config);
        Trial configs = trial();
        for (int i = 0; i < VARIANTS; i++) {
            JsonNode damaged = new ObjectMapper().readTree(new Mutation(new Random(60_000 + i)).json(tree));
            if (damaged.path("base_model_name_or_path").equals(tree.get("base_model_name_or_path"))) {
                Files.writeString(file("adapter_config.json"), damaged.toString());
                configs.run("adapter " + damaged, this::load);
            }
        }
        configs.requireBoth(20, 50);
    }

    /** Sizes beyond anything that the weights could fill. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 1 << 30, Integer.MAX_VALUE})
    void giants(int size) throws IOException {
        for (String config : List.of(BERT, T5_JSON)) {
            write(config, config.equals(BERT) ? bert() : t5());
            JsonNode tree = new ObjectMapper().readTree(config);
            Trial trial = new Trial(folder.toString(), MOST_ALLOCATED);
            tree.fieldNames().forEachRemaining(name -> {
                if (tree.get(name).isInt()) {
                    trial.run(name + " " + size, () -> {
                        Files.writeString(file("config.json"),
                                config.replaceFirst("\"" + name + "\": \\d+", "\"" + name + "\": " + size));
                        load();
                    });
                }
            });
            trial.requireBoth(1, 5);
            Trial all = new Trial(folder.toString(), MOST_ALLOCATED);
            all.run("all " + size, () -> {
                Files.writeString(file("config.json"), config.replaceAll(": \\d+", ": " + size));
                load();
            });
            all.requireBoth(0, 1);
        }
    }
}
