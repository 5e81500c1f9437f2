package io.github.lrp4j.explain;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.List;

/** A model that reads rows of tokens and gives numbers for each row. */
sealed interface TokenModel {
    /**
     * Looked-up vectors of words {@code [N, T, D]}.
     *
     * @param value the vectors
     * @param shift how many places before its own the token stands that a vector is of: 1 where a decoder reads its
     *     input one place late
     */
    record Words(Value value, int shift) {
    }

    /**
     * A recorded forward pass.
     *
     * @param output what the model gives, a row per text
     * @param words what relevance is asked of
     */
    record Forward(Value output, List<Words> words) {
    }

    /** Records the model. */
    Forward forward(Tape tape, List<Encoding> rows);

    /**
     * A BERT with its head; without one, the mean over its tokens {@code [N, D]}.
     *
     * @param model the model
     */
    record Encoder(PublishedModel.Encoder model) implements TokenModel {
        @Override
        public Forward forward(Tape tape, List<Encoding> rows) {
            TokenBatch batch = TokenBatch.of(rows, model.bert().config().padding(), model.bert().config().types() > 1);
            PublishedModel.Encoder.Run run = model.forward(tape, batch, Pass.evaluation());
            return new Forward(run.output(), List.of(new Words(run.states().words(), 0)));
        }
    }

    /**
     * A T5 that answers questions: its decoder reads the text once more.
     *
     * @param model the model
     */
    record AnsweringT5(T5 model) implements TokenModel {
        @Override
        public Forward forward(Tape tape, List<Encoding> rows) {
            T5.Run run = model.forward(tape, TokenBatch.of(rows, model.config().padding(), false), Pass.evaluation());
            return new Forward(run.logits(), List.of(new Words(run.text(), 0), new Words(run.answer(), 1)));
        }
    }
}
