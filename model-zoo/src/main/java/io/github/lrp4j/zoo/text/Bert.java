package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.LayerNorm;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code h = layers(norm(word[id] + type[segment] + position[place]))}: the encoder of BERT (Devlin et al., arXiv
 * 1810.04805) and RoBERTa (Liu et al., arXiv 1907.11692), under Hugging Face's keys.
 *
 * <p>Ops are recorded under the paths of the modules, {@code encoder.layer.0.attention.self.query}. Immutable and
 * thread-safe.
 */
public final class Bert {
    /**
     * What the encoder made of a batch.
     *
     * @param words looked-up word vectors, {@code [N, T, D]}: their relevance, summed over D, is that of the tokens
     * @param types looked-up segment vectors, {@code [N, T, D]}
     * @param positions looked-up position vectors, {@code [N, T, D]} at RoBERTa, {@code [1, T, D]} at BERT
     * @param states hidden states of the last layer, {@code [N, T, D]}
     */
    public record Encoding(Value words, Value types, Value positions, Value states) {
    }

    private final BertConfig config;
    private final String path;
    private final Tensor words;
    private final Tensor types;
    private final Tensor positions;
    private final LayerNorm norm;
    private final List<BertLayer> layers = new ArrayList<>();

    /**
     * The encoder of this shape.
     *
     * @param weights the view of the encoder: {@code weights.pp("bert")} where the file has a head as well. What does not
     *     fit is noted, see {@link Weights#requireFit}
     */
    public Bert(BertConfig config, Weights weights) {
        this.config = config;
        path = weights.path();
        Weights embeddings = weights.pp("embeddings");
        words = embeddings.get("word_embeddings.weight", Initial.SMALL_NORMAL, config.vocabulary(), config.width());
        types = embeddings.get("token_type_embeddings.weight", Initial.SMALL_NORMAL, config.types(), config.width());
        positions = embeddings.get("position_embeddings.weight", Initial.SMALL_NORMAL, config.positions(),
                config.width());
        embeddings.ignore("position_ids");
        norm = LayerNorm.of(embeddings.pp("LayerNorm"), config.width(), config.eps());
        for (int i = 0; i < config.layers(); i++) {
            layers.add(BertLayer.of(config, weights.pp("encoder").pp("layer").pp(i)));
        }
    }

    /** Its shape. */
    public BertConfig config() {
        return config;
    }

    /** Prefix of its keys. */
    public String path() {
        return path;
    }

    /** The table of word vectors {@code [vocabulary, D]} as a parameter of this tape. */
    Value wordTable(Tape tape) {
        return tape.parameter(key("embeddings.word_embeddings.weight"), words);
    }

    /**
     * The vectors of words {@code [N, T, D]} that the encoder looks up.
     *
     * @throws IllegalArgumentException if an id lies outside of the vocabulary
     */
    public Value words(Tape tape, TokenBatch batch) {
        try (Scope _ = tape.scope(key("embeddings"))) {
            return wordTable(tape).embedding(tape.input("input_ids", batch.ids()));
        }
    }

    private String key(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * Records the encoder.
     *
     * @throws IllegalArgumentException if an id lies outside of the vocabulary, or the sequence is longer than the table of
     *     positions
     */
    public Encoding encode(Tape tape, TokenBatch batch, Pass pass) {
        return encode(words(tape, batch), batch, pass);
    }

    /**
     * Records the encoder above vectors of words that need not be those of the table: what is between two words, or no word.
     *
     * @param words {@code [N, T, D]}
     * @param batch the tokens {@code [N, T]} whose segments and places the vectors have
     * @throws IllegalArgumentException if the vectors are of another shape, or the sequence is longer than the table of
     *     positions
     */
    public Encoding encode(Value words, TokenBatch batch, Pass pass) {
        Shape wanted = Shape.of(batch.size(), batch.length(), config.width());
        if (!words.shape().equals(wanted)) {
            throw new IllegalArgumentException((path.isEmpty() ? "bert" : path) + ": vectors of words " + words.shape()
                    + " of tokens " + batch.ids().shape() + "; give one for each token, " + wanted);
        }
        Tensor places = places(batch);
        Tape tape = words.tape();
        Value type;
        Value position;
        Value states;
        try (Scope _ = tape.scope(key("embeddings"))) {
            type = tape.parameter(key("embeddings.token_type_embeddings.weight"), types)
                    .embedding(tape.constant(batch.typesOrZeros()));
            position = tape.parameter(key("embeddings.position_embeddings.weight"), positions)
                    .embedding(tape.constant(places));
            states = norm.forward(words.add(type).add(position), pass);
        }
        Tensor forbidden = batch.forbidden();
        for (int i = 0; i < layers.size(); i++) {
            try (Scope _ = tape.scope(key("encoder.layer." + i))) {
                states = layers.get(i).forward(states, forbidden, pass);
            }
        }
        return new Encoding(words, type, position, states);
    }

    /**
     * {@code sum_t m_t h_t / sum_t m_t}: the mean of the states of all tokens that are no padding, as sentence encoders have
     * it (Reimers, Gurevych 2019).
     *
     * @param states {@code [N, T, D]}
     * @return {@code [N, D]}
     */
    public static Value meanOfTokens(Value states, TokenBatch batch) {
        int rows = batch.size();
        int length = batch.length();
        double[] places = new double[rows * length];
        double[] counts = new double[rows];
        long[] mask = batch.mask() == null ? null : batch.mask().toLongArray();
        for (int i = 0; i < places.length; i++) {
            places[i] = mask == null ? 1 : mask[i];
            counts[i / length] += places[i];
        }
        for (int row = 0; row < rows; row++) {
            counts[row] = Math.max(counts[row], 1e-9);
        }
        DType dtype = states.tensor().dtype();
        Tape tape = states.tape();
        Value sum =
                states.mul(tape.constant(Tensor.of(places, dtype, Shape.of(rows, length, 1)))).sum(List.of(1), false);
        return sum.div(tape.constant(Tensor.of(counts, dtype, Shape.of(rows, 1))));
    }

    /** Which row of the table of positions each token takes: {@code [N, T]}, or {@code [1, T]} where all sequences count alike. */
    private Tensor places(TokenBatch batch) {
        int length = batch.length();
        boolean counts = config.family() == BertConfig.Family.ROBERTA;
        int longest = config.longest();
        if (length > longest) {
            throw new IllegalArgumentException((path.isEmpty() ? "bert" : path) + ": " + length
                    + " tokens, but the table of positions has room for " + longest
                    + "; cut the text, or read it window by window");
        }
        long[] places = new long[counts ? batch.size() * length : length];
        if (!counts) {
            Arrays.setAll(places, t -> t);
            return Tensor.of(places, 1, length);
        }
        long[] ids = batch.ids().toLongArray();
        for (int at = 0, place = 0; at < ids.length; at++) {
            place = at % length == 0 ? 0 : place;
            // What has the id of padding is padding, whatever the mask says.
            places[at] = ids[at] == config.padding() ? config.padding() : config.padding() + ++place;
        }
        return Tensor.of(places, batch.size(), length);
    }

    /** The trained weights, by key. */
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put(key("embeddings.word_embeddings.weight"), words);
        parameters.put(key("embeddings.token_type_embeddings.weight"), types);
        parameters.put(key("embeddings.position_embeddings.weight"), positions);
        norm.collectParameters(parameters);
        layers.forEach(layer -> layer.collectParameters(parameters));
        return parameters;
    }
}
