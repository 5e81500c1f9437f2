package io.github.lrp4j.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.tensor.testing.TestTensors;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.published.PublishedBert;
import io.github.lrp4j.zoo.published.PublishedT5;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A small model with drawn weights and a tokenizer of the reference data, as a directory of files. Weights are float64, so
 * that sums which are taken in another order agree to many digits.
 *
 * @param family what it is
 * @param task how the name of its architecture ends: {@code ForQuestionAnswering}
 * @param labels names of its classes
 * @param problem its {@code problem_type}; null for none
 * @param longest most tokens that it reads
 * @param seed of the weights
 * @param dtype of the weights
 */
public record TinyModel(Family family, String task, List<String> labels, String problem, int longest, long seed,
        DType dtype) {
    public static final String CLASSIFIER = "ForSequenceClassification";
    public static final String TAGGER = "ForTokenClassification";
    public static final String ANSWERER = "ForQuestionAnswering";
    public static final String GUESSER = "ForMaskedLM";
    public static final String WRITER = "ForConditionalGeneration";
    public static final String ENCODER = "Model";

    /** Families, and how their tokenizers are told from others. */
    public enum Family {
        BERT("bert", "WordPiece", "[MASK]"),
        ROBERTA("roberta", "BPE", "<mask>"),
        T5("t5", "Unigram", "<extra_id_0>");

        final String type;
        private final String kind;
        private final String token;

        Family(String type, String kind, String token) {
            this.type = type;
            this.kind = kind;
            this.token = token;
        }

        /** The token that stands for a word to guess. */
        String mask() {
            return token;
        }

        boolean fits(JsonNode tokenizer) {
            return tokenizer.at("/model/type").asText().equals(kind)
                    && tokenizer.get("added_tokens").findValues("content")
                            .stream().anyMatch(content -> content.asText().equals(token));
        }

        /** The first tokenizer of the reference data that is such a one. */
        Path tokenizer() {
            return TinyModel.tokenizer(this::fits);
        }
    }

    /** The first tokenizer of the reference data for which this holds. */
    static Path tokenizer(Predicate<JsonNode> wanted) {
        Path folder = Path.of(System.getProperty("lrp4j.golden", "../golden"), "tokenizers");
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.map(path -> path.resolve("tokenizer.json")).filter(Files::exists).sorted()
                    .filter(path -> wanted.test(json(path))).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(Path path) {
        try {
            return new ObjectMapper().readTree(path.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TinyModel of(Family family, String task) {
        return new TinyModel(family, task, List.of("no", "perhaps", "yes"), null, 80, 1, DType.F64);
    }

    public TinyModel labelled(String... names) {
        return new TinyModel(family, task, List.of(names), problem, longest, seed, dtype);
    }

    public TinyModel withProblem(String type) {
        return new TinyModel(family, task, labels, type, longest, seed, dtype);
    }

    public TinyModel withLongest(int tokens) {
        return new TinyModel(family, task, labels, problem, tokens, seed, dtype);
    }

    public TinyModel withSeed(long other) {
        return new TinyModel(family, task, labels, problem, longest, other, dtype);
    }

    public TinyModel withType(DType other) {
        return new TinyModel(family, task, labels, problem, longest, seed, other);
    }

    /** Writes it and opens it as a user does. */
    public Explainer open(Path directory) throws IOException {
        return Explainer.open(write(directory).toString());
    }

    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path tokenizer = family.tokenizer();
        Files.copy(tokenizer, directory.resolve("tokenizer.json"));
        ObjectNode config = config(vocabulary(json(tokenizer)));
        Files.writeString(directory.resolve("config.json"), config.toString());
        Map<String, Tensor> weights = new LinkedHashMap<>();
        parameters(ModelConfig.of("config.json", config))
                .forEach((key, tensor) -> weights.put(key, drawn(key, tensor)));
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights, Map.of());
        return directory;
    }

    private static int vocabulary(JsonNode tokenizer) {
        int size = tokenizer.at("/model/vocab").size();
        for (JsonNode added : tokenizer.get("added_tokens")) {
            size = Math.max(size, added.get("id").asInt() + 1);
        }
        return size;
    }

    private ObjectNode config(int vocabulary) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("model_type", family.type)
                .put("vocab_size", vocabulary);
        json.putArray("architectures").add(switch (family) {
            case BERT -> "Bert";
            case ROBERTA -> "Roberta";
            case T5 -> "T5";
        } + task);
        if (problem != null) {
            json.put("problem_type", problem);
        }
        if (family == Family.T5) {
            return json.put("d_model", 12).put("d_kv", 4).put("d_ff", 16).put("num_layers", 2).put("num_heads", 3)
                    .put("relative_attention_num_buckets", 8).put("relative_attention_max_distance", 16)
                    .put("feed_forward_proj", "gated-gelu").put("tie_word_embeddings", false)
                    .put("decoder_start_token_id", 0);
        }
        ObjectNode names = json.putObject("id2label");
        for (int c = 0; c < labels.size(); c++) {
            names.put(Integer.toString(c), labels.get(c));
        }
        boolean roberta = family == Family.ROBERTA;
        return json.put("hidden_size", 12).put("num_hidden_layers", 2).put("num_attention_heads", 3)
                .put("intermediate_size", 20).put("max_position_embeddings", longest + (roberta ? 2 : 0))
                .put("type_vocab_size", roberta ? 1 : 2).put("pad_token_id", roberta ? 1 : 0)
                .put("layer_norm_eps", 1e-5);
    }

    private Map<String, Tensor> parameters(ModelConfig config) {
        Weights initial = Weights.initialized(new SplittableRandom(0));
        if (family == Family.T5) {
            return new T5(PublishedT5.config(config),
                    task.equals(ANSWERER) ? T5.Task.QUESTION_ANSWERING : T5.Task.GENERATION, initial).parameters();
        }
        BertConfig shape = PublishedBert.config(config);
        Weights encoder = initial.pp(task.equals(ENCODER) ? "" : family.type);
        Map<String, Tensor> parameters = new LinkedHashMap<>(new Bert(shape, encoder).parameters());
        parameters.putAll(switch (task) {
            case CLASSIFIER -> BertHead.SequenceClassification.of(shape, initial, encoder, labels.size()).parameters();
            case TAGGER -> BertHead.TokenClassification.of(shape, initial, labels.size()).parameters();
            case ANSWERER -> BertHead.QuestionAnswering.of(shape, initial).parameters();
            case GUESSER -> BertHead.MaskedLanguageModel.of(shape, initial).parameters();
            case ENCODER -> Map.of();
            default -> throw new IllegalArgumentException(task);
        });
        return parameters;
    }

    /** Every weight drawn, biases and scales too. */
    private Tensor drawn(String key, Tensor like) {
        double[] values = TestTensors.normal(31 * seed + key.hashCode(), DType.F64, like.shape()).toDoubleArray();
        boolean isScale = like.rank() == 1 && key.endsWith("weight");
        boolean isTable = key.contains("embeddings") || key.contains("shared") || key.contains("relative");
        double size = like.rank() == 1 ? 0.2 : isTable ? 1 : 1.5 / Math.sqrt(like.size(1));
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * size + (isScale ? 1 : 0);
        }
        return Tensor.of(values, dtype, like.shape());
    }
}
