package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code y = head(decoder(answer, encoder(text)))}: T5 and Flan-T5 (Raffel et al., arXiv 1910.10683; Chung et al., arXiv
 * 2210.11416), under Hugging Face's keys. Immutable and thread-safe.
 */
public final class T5 {
    /** What the model was trained for. */
    public enum Task {
        /** The next token at every place: {@code [N, T, vocabulary]}. */
        GENERATION,
        /** Where an answer starts and ends in the text: {@code [N, T, 2]}. */
        QUESTION_ANSWERING
    }

    /**
     * What a forward pass recorded.
     *
     * @param text looked-up words of the encoder {@code [N, S, D]}: their relevance, summed over D, is that of the tokens
     * @param answer looked-up words of the decoder {@code [N, T, D]}
     * @param encoderDistances looked-up distances of the encoder {@code [S, S, heads]}
     * @param decoderDistances looked-up distances of the decoder {@code [T, T, heads]}
     * @param logits see {@link Task}
     */
    public record Run(Value text, Value answer, Value encoderDistances, Value decoderDistances, Value logits) {
    }

    private final T5Config config;
    private final Task task;
    private final Tensor words;
    private final T5Stack encoder;
    private final T5Stack decoder;
    private final Linear head;

    /**
     * A T5 of this shape.
     *
     * @param weights what does not fit is noted, see {@link Weights#requireFit}
     */
    public T5(T5Config config, Task task, Weights weights) {
        this.config = config;
        this.task = task;
        words = weights.get("shared.weight", Initial.SMALL_NORMAL, config.vocabulary(), config.width());
        encoder = new T5Stack(config, weights.pp("encoder"), false);
        decoder = new T5Stack(config, weights.pp("decoder"), true);
        head = switch (task) {
            case QUESTION_ANSWERING -> Linear.of(weights.pp("qa_outputs"), config.width(), 2, Initial.LECUN_NORMAL);
            case GENERATION -> config.tied()
                    ? null
                    : Linear.withoutBias(weights.pp("lm_head"), config.width(),
                            config.vocabulary(), Initial.LECUN_NORMAL);
        };
        if (head == null) {
            weights.ignore("lm_head.weight");
        }
    }

    /**
     * A T5 of this shape.
     *
     * @throws WeightsException if the weights do not fit
     */
    public static T5 of(String name, T5Config config, Task task, Weights weights) {
        T5 model = new T5(config, task, weights);
        weights.requireFit(name);
        return model;
    }

    /** Its shape. */
    public T5Config config() {
        return config;
    }

    /** What it was trained for. */
    public Task task() {
        return task;
    }

    /**
     * Records encoder, decoder and head.
     *
     * @param text what the encoder reads
     * @param answer what the decoder reads: the answer so far, after the start token. For question answering the text itself,
     *     {@linkplain TokenBatch#shiftedRight shifted}
     */
    public Run forward(Tape tape, TokenBatch text, TokenBatch answer, Pass pass) {
        Value read = words(tape, text);
        T5Stack.Result encoded = encoder.forward(read, text.forbidden(), null, null, null, pass);
        return decoded(read, encoded, embedded(tape, "decoder", answer), text, pass);
    }

    /**
     * Records a T5 that answers questions, above vectors of words that need not be those of the table; the decoder reads the
     * same vectors, shifted.
     *
     * @param words {@code [N, T, D]}
     * @param text the tokens {@code [N, T]} whose places the vectors have
     * @throws IllegalArgumentException if the vectors are of another shape
     */
    public Run forward(Value words, TokenBatch text, Pass pass) {
        Shape wanted = Shape.of(text.size(), text.length(), config.width());
        if (!words.shape().equals(wanted)) {
            throw new IllegalArgumentException("t5: vectors of words " + words.shape() + " of tokens "
                    + text.ids().shape() + "; give one for each token, " + wanted);
        }
        T5Stack.Result encoded = encoder.forward(words, text.forbidden(), null, null, null, pass);
        long[] starts = new long[text.size()];
        Arrays.fill(starts, config.start());
        Value first = embedded(words.tape(), "decoder",
                new TokenBatch(Tensor.of(starts, text.size(), 1), null, null));
        Value written = text.length() == 1 ? first : Value.cat(1, first, words.slice(1, 0, text.length() - 1));
        return decoded(words, encoded, written, text, pass);
    }

    private Run decoded(Value read, T5Stack.Result encoded, Value written, TokenBatch text, Pass pass) {
        Tensor forbidden = text.forbidden();
        T5Stack.Result decoded = decoder.forward(written, null, encoded.states(), forbidden, null, pass);
        return new Run(read, written, encoded.distances(), decoded.distances(), head(decoded.states(), pass));
    }

    /** {@link #forward(Tape, TokenBatch, TokenBatch, Pass)} with the text itself, shifted, before the decoder. */
    public Run forward(Tape tape, TokenBatch text, Pass pass) {
        return forward(tape, text, text.shiftedRight(config.start()), pass);
    }

    /** The vectors of words {@code [N, T, D]} that the encoder looks up. */
    public Value words(Tape tape, TokenBatch text) {
        return embedded(tape, "encoder", text);
    }

    private Value embedded(Tape tape, String stack, TokenBatch batch) {
        try (Scope _ = tape.scope(stack + ".embed_tokens")) {
            return tape.parameter("shared.weight", words).embedding(tape.input(stack + ".input_ids", batch.ids()));
        }
    }

    private Value head(Value states, Pass pass) {
        Tape tape = states.tape();
        try (Scope _ = tape.scope(task == Task.QUESTION_ANSWERING ? "qa_outputs" : "lm_head")) {
            if (head != null) {
                return head.forward(states, pass);
            }
            return states.scale(1 / Math.sqrt(config.width())).linear(tape.parameter("shared.weight", words), null);
        }
    }

    T5Stack.Result encode(Tape tape, TokenBatch text, Pass pass) {
        return encoder.forward(words(tape, text), text.forbidden(), null, null, null, pass);
    }

    /** The next tokens after those that {@code memory} holds. */
    T5Stack.Result decode(Tape tape, TokenBatch next, Value encoded, Tensor encoderForbidden, T5Stack.Memory memory,
            Pass pass) {
        return decoder.forward(embedded(tape, "decoder", next), null, encoded, encoderForbidden, memory, pass);
    }

    Value logits(Value states, Pass pass) {
        return head(states, pass);
    }

    /** The trained weights, by key. */
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("shared.weight", words);
        encoder.collectParameters(parameters);
        decoder.collectParameters(parameters);
        if (head != null) {
            head.collectParameters(parameters);
        }
        return parameters;
    }
}
