package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.Question;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TextInput;
import java.util.ArrayList;
import java.util.List;

/**
 * The relevance that rules give: {@code sum_d R[t, d]} over the looked-up vector of each token, in signed order.
 *
 * @param preset the rules; those of the gradient are among them
 */
public record PresetTextAttribution(RulePreset preset) implements TextAttribution {
    @Override
    public String name() {
        return preset.toString();
    }

    @Override
    public List<TokenRelevance> of(Explainer explainer, List<TextInput> inputs, long[] keys) {
        List<TokenRelevance> relevances = new ArrayList<>();
        for (TextExplanation why : explainer.with(preset).explainTexts(inputs, Question.top1())) {
            double[] tokens = why.why().tokens().stream().mapToDouble(Double::doubleValue).toArray();
            relevances.add(new TokenRelevance(why.encoding(), why.answer(), tokens));
        }
        return relevances;
    }
}
