package io.github.lrp4j.zoo.data;

import io.github.lrp4j.zoo.tokenizer.Span;
import java.util.List;

/**
 * A question about a context.
 *
 * @param id what the file calls it
 * @param question the question
 * @param context where the answer stands
 * @param answers what people answered, each a part of the context; empty for a question without an answer
 * @param isImpossible whether the context has no answer
 */
public record SquadQuestion(String id, String question, String context, List<Gold> answers, boolean isImpossible) {
    /** Copies. */
    public SquadQuestion {
        answers = List.copyOf(answers);
    }

    /**
     * An answer of a person.
     *
     * @param text its characters
     * @param place where they are in the context
     */
    public record Gold(String text, Span place) {
    }

    /** The texts of the answers. */
    public List<String> texts() {
        return answers.stream().map(Gold::text).toList();
    }
}
