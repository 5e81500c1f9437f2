package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.baseline.Fixed;
import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.SpecialToken;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens.Role;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * {@code y(e)} of a text whose words are vectors {@code e [1, T, D]}: the logit of what the model had said of it, of an answer in
 * a context that of its start plus that of its end. Segments and places of the tokens stay whatever the vectors are.
 */
public final class EmbeddedText {
    private final Explainer explainer;
    private final Encoding encoding;
    private final Answer answer;
    private final long key;

    /**
     * A text.
     *
     * @param explainer the model
     * @param said what it said of the text
     * @param key what tells the text from others
     * @throws IllegalArgumentException if what was said is neither a class nor an answer in a context
     */
    EmbeddedText(Explainer explainer, TokenRelevance said, long key) {
        if (!(said.answer() instanceof Answer.Classes) && !(said.answer() instanceof Answer.Passage)) {
            throw new IllegalArgumentException("embedded text: " + explainer.model().name() + " said \""
                    + said.answer().text() + "\"; only classes and answers in a context are one logit");
        }
        this.explainer = explainer;
        this.encoding = said.encoding();
        this.answer = said.answer();
        this.key = key;
    }

    /** The tokens. */
    public Encoding encoding() {
        return encoding;
    }

    /** The vectors as they were looked up, with y as the only class. */
    public Batch batch() {
        return new Batch(new Classifier(this::logit, explainer.kernels()), vectors(this::id), new int[1],
                new long[] {key});
    }

    /**
     * The text without its words: the vector of the token that masks in the place of each, of the one that fills up where none
     * masks; special tokens stay.
     *
     * @throws IllegalArgumentException if the tokenizer has neither
     */
    public Baseline masked() {
        SpecialTokens special = explainer.tokenizer().specialTokens();
        Optional<SpecialToken> blank = special.find(Role.MASK).or(() -> special.find(Role.PAD));
        int id = blank.orElseThrow(() -> new IllegalArgumentException("embedded text: the tokenizer of "
                + explainer.model().name() + " has no token that masks or fills up; use another baseline")).id();
        return new Fixed("masked", vectors(t -> isSpecial(t) ? id(t) : id));
    }

    /**
     * Texts that say something else: words drawn evenly from the vocabulary in the place of each; special tokens stay.
     *
     * @param count how many, M
     * @param seed of the drawn words; they follow from it and the text alone
     * @return {@code [M, T, D]}
     */
    public Tensor drawn(int count, long seed) {
        SplittableRandom random = Batch.random(key, seed);
        int words = switch (explainer.model()) {
            case PublishedModel.Encoder encoder -> encoder.bert().config().vocabulary();
            case PublishedModel.EncoderDecoder t5 -> t5.model().config().vocabulary();
            case PublishedModel.Pictures pictures -> throw noTexts(pictures);
        };
        long[] ids = new long[count * encoding.length()];
        for (int i = 0; i < ids.length; i++) {
            int t = i % encoding.length();
            ids[i] = isSpecial(t) ? id(t) : random.nextInt(words);
        }
        return lookedUp(Tensor.of(ids, count, encoding.length()));
    }

    void requireEncoder(String method) {
        if (!(explainer.model() instanceof PublishedModel.Encoder)) {
            throw new IllegalArgumentException(method + ": " + explainer.model().name()
                    + " has a decoder; the method is for encoders alone, so name another one");
        }
    }

    private int id(int token) {
        return encoding.tokens().get(token).id();
    }

    private boolean isSpecial(int token) {
        return encoding.tokens().get(token).isSpecial();
    }

    private Tensor vectors(IntUnaryOperator id) {
        long[] ids = new long[encoding.length()];
        Arrays.setAll(ids, id::applyAsInt);
        return lookedUp(Tensor.of(ids, 1, ids.length));
    }

    private Tensor lookedUp(Tensor ids) {
        Tape tape = new Tape(explainer.kernels(), Retain.NOTHING);
        TokenBatch batch = new TokenBatch(ids, null, null);
        return switch (explainer.model()) {
            case PublishedModel.Encoder encoder -> encoder.bert().words(tape, batch).tensor();
            case PublishedModel.EncoderDecoder t5 -> t5.model().words(tape, batch).tensor();
            case PublishedModel.Pictures pictures -> throw noTexts(pictures);
        };
    }

    /** {@code [N, 1]} of vectors {@code [N, T, D]}. */
    private Value logit(Value vectors) {
        int rows = vectors.shape().size(0);
        Value output = switch (explainer.model()) {
            case PublishedModel.Encoder encoder -> encoder.forward(vectors,
                    TokenBatch.of(Collections.nCopies(rows, encoding), encoder.bert().config().padding(),
                            encoder.bert().config().types() > 1),
                    Pass.evaluation()).output();
            case PublishedModel.EncoderDecoder t5 -> t5.model().forward(vectors,
                    TokenBatch.of(Collections.nCopies(rows, encoding), t5.model().config().padding(), false),
                    Pass.evaluation()).logits();
            case PublishedModel.Pictures pictures -> throw noTexts(pictures);
        };
        return switch (answer) {
            case Answer.Classes classes -> {
                int index = classes.ranking().getFirst().index();
                yield output.slice(1, index, index + 1);
            }
            case Answer.Passage passage -> {
                int[] ends = SpanHits.ends(encoding, passage.place());
                yield output.select(1, ends[0]).slice(1, 0, 1)
                        .add(output.select(1, ends[1]).slice(1, 1, 2));
            }
            default -> throw new IllegalStateException("no logit of " + answer);
        };
    }

    private static IllegalStateException noTexts(PublishedModel.Pictures pictures) {
        return new IllegalStateException(pictures.name() + ": reads pictures, no texts");
    }
}
