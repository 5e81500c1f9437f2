package io.github.lrp4j.zoo.published;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.published.PublishedModel.Encoder;
import io.github.lrp4j.zoo.published.PublishedModel.Scores;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.BertNames;
import io.github.lrp4j.zoo.text.TextActivation;
import io.github.lrp4j.zoo.weights.Fit;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code config.json, weights -> BERT}, RoBERTa, XLM-RoBERTa or CamemBERT, with its head, as transformers saves them. */
public final class PublishedBert {
    /** What {@code model_type} may be. */
    static final List<String> FAMILIES = List.of("bert", "roberta", "xlm-roberta", "camembert");

    /** Which head there is. */
    private enum Task {
        QUESTION_ANSWERING("ForQuestionAnswering"),
        SEQUENCE_CLASSIFICATION("ForSequenceClassification"),
        TOKEN_CLASSIFICATION("ForTokenClassification"),
        MASKED_LANGUAGE_MODEL("ForMaskedLM", "ForPreTraining"),
        ENCODER("Model");

        private final List<String> endings;

        Task(String... endings) {
            this.endings = List.of(endings);
        }
    }

    private PublishedBert() {
    }

    /**
     * The shape that a configuration describes.
     *
     * @throws ConfigException if a size is missing, or an option is set that there is not here
     */
    public static BertConfig config(ModelConfig config) {
        boolean bert = config.modelType().equals("bert");
        String positions = config.text("position_embedding_type", "absolute");
        if (!positions.equals("absolute")) {
            throw config.fault("position_embedding_type", JsonFileException.shown(positions)
                    + " is not there; there is absolute");
        }
        if (config.flag("is_decoder", false) || config.flag("add_cross_attention", false)) {
            throw config.fault("is_decoder", "decoders of this family are not there; there are encoders");
        }
        try {
            return new BertConfig(bert ? BertConfig.Family.BERT : BertConfig.Family.ROBERTA,
                    config.size("vocab_size"), config.size("hidden_size"), config.size("num_hidden_layers"),
                    config.size("num_attention_heads"), config.size("intermediate_size"),
                    config.size("max_position_embeddings", 512), config.size("type_vocab_size", 2),
                    config.integer("pad_token_id", bert ? 0 : 1),
                    activation(config, "hidden_act", config.text("hidden_act", "gelu")),
                    config.number("layer_norm_eps", 1e-12));
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(config + ": " + e.getMessage());
        }
    }

    /** The activation {@code named}, which stands under {@code key}. */
    static TextActivation activation(ModelConfig config, String key, String named) {
        try {
            return TextActivation.named(named);
        } catch (IllegalArgumentException e) {
            throw config.fault(key, JsonFileException.shown(e.getMessage()));
        }
    }

    /**
     * The model.
     *
     * @param name what messages call it
     * @param strict whether tensors that the model has no use for are refused
     */
    static Encoder load(String name, ModelConfig json, Weights file, boolean strict) {
        BertConfig config = config(json);
        Weights weights = BertNames.current(file);
        Weights view = weights.pp(BertNames.encoderPath(weights));
        Bert bert = new Bert(config, view);
        Task task = task(json, weights);
        int classes = classes(weights, config, task);
        Optional<BertHead> head = switch (task) {
            case QUESTION_ANSWERING -> Optional.of(BertHead.QuestionAnswering.of(config, weights));
            case SEQUENCE_CLASSIFICATION ->
                Optional.of(BertHead.SequenceClassification.of(config, weights, view, classes));
            case TOKEN_CLASSIFICATION -> Optional.of(BertHead.TokenClassification.of(config, weights, classes));
            case MASKED_LANGUAGE_MODEL -> Optional.of(BertHead.MaskedLanguageModel.of(config, weights));
            case ENCODER -> Optional.empty();
        };
        // transformers builds a pooler for every task and saves it with some of those that do not use it.
        view.ignore("pooler.dense.weight");
        view.ignore("pooler.dense.bias");
        Fit fit = weights.require(json.toString(), strict);
        boolean classifies = task == Task.SEQUENCE_CLASSIFICATION || task == Task.TOKEN_CLASSIFICATION;
        return new Encoder(name, bert, head, scores(json, task, classes),
                classifies ? names(json, classes) : List.of(), fit.unexpected());
    }

    private static Task task(ModelConfig json, Weights weights) {
        List<String> named = json.architectures();
        if (!named.isEmpty()) {
            for (Task task : Task.values()) {
                if (task.endings.stream().anyMatch(named.get(0)::endsWith)) {
                    return task;
                }
            }
            throw json.fault("architectures", JsonFileException.shown(named.get(0))
                    + " has a head that is not there; there are ForQuestionAnswering, ForSequenceClassification,"
                    + " ForTokenClassification, ForMaskedLM and the model without a head");
        }
        if (weights.has("qa_outputs.weight")) {
            return Task.QUESTION_ANSWERING;
        }
        if (weights.has("classifier.out_proj.weight")) {
            return Task.SEQUENCE_CLASSIFICATION;
        }
        if (weights.has("lm_head.dense.weight") || weights.has("cls.predictions.transform.dense.weight")) {
            return Task.MASKED_LANGUAGE_MODEL;
        }
        if (weights.has("classifier.weight")) {
            throw json.fault("architectures",
                    "is missing, and a classifier may be one of sequences or of tokens: say which,"
                            + " as in [\"BertForSequenceClassification\"]");
        }
        return Task.ENCODER;
    }

    /** Number of classes: rows of the last layer. A missing layer is reported with the other weights. */
    private static int classes(Weights weights, BertConfig config, Task task) {
        boolean deep = task == Task.SEQUENCE_CLASSIFICATION && config.family() == BertConfig.Family.ROBERTA;
        Tensor last = weights.tensors().get(deep ? "classifier.out_proj.weight" : "classifier.weight");
        return last == null || last.rank() == 0 || last.size(0) < 1 ? 1 : last.size(0);
    }

    private static List<String> names(ModelConfig json, int classes) {
        if (!json.has("id2label")) {
            return IntStream.range(0, classes).mapToObj(c -> "LABEL_" + c).toList();
        }
        List<String> names = json.labels();
        if (names.size() != classes) {
            throw json.fault("id2label", "names " + names.size() + " classes, the weights have " + classes);
        }
        return names;
    }

    private static Scores scores(ModelConfig json, Task task, int classes) {
        if (task != Task.SEQUENCE_CLASSIFICATION) {
            return Scores.SOFTMAX;
        }
        String usual = classes == 1 ? "regression" : "single_label_classification";
        String said = json.text("problem_type", usual);
        return switch (said) {
            case "single_label_classification" -> Scores.SOFTMAX;
            case "multi_label_classification" -> Scores.SIGMOID;
            case "regression" -> Scores.VALUE;
            default -> throw json.fault("problem_type", JsonFileException.shown(said) + " is not known; known are"
                    + " regression, single_label_classification and multi_label_classification");
        };
    }
}
