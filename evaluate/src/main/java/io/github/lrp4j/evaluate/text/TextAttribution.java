package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.TextInput;
import java.util.List;

/**
 * {@code R = A(model, text)}: how much each token of a text counts for what a model says of it.
 *
 * <p>An attribution has no state and treats each text by itself; one that draws numbers draws them from a seed and the key of
 * the text alone.
 */
public interface TextAttribution {
    /** What tables and files call it: {@code attn-lrp}. */
    String name();

    /**
     * What the model says of each text, and why.
     *
     * @param explainer the model; its rules are of no account
     * @param inputs the texts
     * @param keys a number that stays with each text, such as its position in the data set
     */
    List<TokenRelevance> of(Explainer explainer, List<TextInput> inputs, long[] keys);
}
