package io.github.lrp4j.explain;

import java.util.List;
import java.util.Optional;

/**
 * What a model of text is to read.
 *
 * @param first a text, or a question
 * @param second the context of the question
 */
public record TextInput(String first, Optional<String> second) {
    /** A text. */
    public static TextInput text(String text) {
        return new TextInput(text, Optional.empty());
    }

    /** A question to be answered from a context; or any other pair of texts. */
    public static TextInput question(String question, String context) {
        return new TextInput(question, Optional.of(context));
    }

    /** The text, or both. */
    public List<String> texts() {
        return second.map(context -> List.of(first, context)).orElse(List.of(first));
    }
}
