package io.github.lrp4j.zoo.published;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code files -> model}: what {@code config.json} and the weights beside it describe.
 *
 * <pre>{@code
 * switch (PublishedModel.load(ModelFiles.open("hf:deepset/roberta-base-squad2"))) {
 *     case PublishedModel.Pictures pictures -> pictures.network();
 *     case PublishedModel.Encoder encoder -> encoder.head();
 *     case PublishedModel.EncoderDecoder t5 -> t5.model();
 * }
 * }</pre>
 */
public sealed interface PublishedModel {
    /** What messages call it. */
    String name();

    /** Keys of the files, with shapes, that the model has no use for, such as the head of another task. */
    List<String> unused();

    /** The trained weights, by key. */
    Map<String, Tensor> parameters();

    /**
     * A classifier of pictures.
     *
     * @param network the classifier
     */
    record Pictures(Network network) implements PublishedModel {
        @Override
        public String name() {
            return network.name();
        }

        @Override
        public List<String> unused() {
            return List.of();
        }

        @Override
        public Map<String, Tensor> parameters() {
            return network.parameters();
        }
    }

    /**
     * A BERT or RoBERTa.
     *
     * @param name what messages call it
     * @param bert the encoder
     * @param head what it was fine-tuned for; empty for an encoder of sentences
     * @param classes what the numbers that the head gives are called
     * @param scores how these numbers become probabilities
     * @param unused see {@link PublishedModel#unused}
     */
    record Encoder(String name, Bert bert, Optional<BertHead> head, Scores scores, List<String> classes,
            List<String> unused) implements PublishedModel {
        /** Copies. */
        public Encoder {
            classes = List.copyOf(classes);
            unused = List.copyOf(unused);
        }

        /**
         * Recorded states and what the head makes of them.
         *
         * @param states the encoder's, and the vectors that were looked up for them
         * @param output what the head gives; without one, the mean over the tokens {@code [N, D]}
         */
        public record Run(Bert.Encoding states, Value output) {
        }

        /** Records the encoder and its head. */
        public Run forward(Tape tape, TokenBatch batch, Pass pass) {
            return forward(bert.words(tape, batch), batch, pass);
        }

        /** Records the encoder and its head {@linkplain Bert#encode(Value, TokenBatch, Pass) above vectors of words}. */
        public Run forward(Value words, TokenBatch batch, Pass pass) {
            Bert.Encoding encoded = bert.encode(words, batch, pass);
            return new Run(encoded, head.map(above -> above.forward(bert, encoded.states(), pass))
                    .orElseGet(() -> Bert.meanOfTokens(encoded.states(), batch)));
        }

        @Override
        public Map<String, Tensor> parameters() {
            Map<String, Tensor> parameters = bert.parameters();
            head.ifPresent(above -> parameters.putAll(above.parameters()));
            return parameters;
        }

        /** The most tokens that the table of positions has room for. */
        public int longest() {
            return bert.config().longest();
        }
    }

    /**
     * A T5.
     *
     * @param name what messages call it
     * @param model the model
     * @param unused see {@link PublishedModel#unused}
     */
    record EncoderDecoder(String name, T5 model, List<String> unused) implements PublishedModel {
        /** Copies. */
        public EncoderDecoder {
            unused = List.copyOf(unused);
        }

        @Override
        public Map<String, Tensor> parameters() {
            return model.parameters();
        }
    }

    /** How logits become probabilities ({@code problem_type}). */
    enum Scores {
        /** One class of several: softmax. */
        SOFTMAX,
        /** Any number of classes, each by itself: sigmoid. */
        SIGMOID,
        /** No probabilities: the number itself is the answer. */
        VALUE
    }

    /**
     * The model in these files. Tensors that it has no use for are {@link #unused}.
     *
     * @throws ConfigException if the configuration describes no model that there is here
     * @throws WeightsException if a tensor is missing or of another shape
     */
    static PublishedModel load(ModelFiles files) throws IOException {
        return load(files, false);
    }

    /**
     * The model in these files.
     *
     * @param strict whether tensors that the model has no use for are refused
     */
    static PublishedModel load(ModelFiles files, boolean strict) throws IOException {
        if (!files.hasConfig()) {
            return new Pictures(PublishedVision.load(files));
        }
        ModelConfig config = files.config();
        String family = config.text("model_type", "");
        if (PublishedBert.FAMILIES.contains(family) || PublishedT5.FAMILIES.contains(family)) {
            return text(shortName(files.name()), config, files.weights(), strict);
        }
        // Files of pictures need not say what they are; their weights do.
        if (!family.isEmpty() && !config.has("architecture") && !PublishedVision.families().contains(family)) {
            throw unknown(config);
        }
        return new Pictures(PublishedVision.load(files));
    }

    private static ConfigException unknown(ModelConfig config) {
        return config.fault("model_type", JsonFileException.shown(config.modelType()) + " is no family that there is"
                + " here; of texts there are " + String.join(", ", PublishedBert.FAMILIES) + ", "
                + String.join(", ", PublishedT5.FAMILIES) + ", of pictures "
                + String.join(", ", PublishedVision.families()));
    }

    /** {@code roberta-base-squad2} of {@code hf:deepset/roberta-base-squad2@main}, or of a path. */
    private static String shortName(String name) {
        String path = name.replaceFirst("/+$", "").replaceFirst("@[^/]*$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * The model of text that a configuration describes, with these weights.
     *
     * @param name what messages call it
     * @param strict whether tensors that the model has no use for are refused
     */
    static PublishedModel text(String name, ModelConfig config, Weights weights, boolean strict) {
        if (PublishedBert.FAMILIES.contains(config.modelType())) {
            return PublishedBert.load(name, config, weights, strict);
        }
        if (PublishedT5.FAMILIES.contains(config.modelType())) {
            return PublishedT5.load(name, config, weights, strict);
        }
        throw unknown(config);
    }
}
