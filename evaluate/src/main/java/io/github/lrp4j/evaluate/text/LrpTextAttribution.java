package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.Question;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TextInput;
import io.github.lrp4j.lrp.RuleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The relevance that rules give: {@code sum_d R[t, d]} over the looked-up vector of each token, with its sign. */
public final class LrpTextAttribution implements TextAttribution {
    private final String name;
    private final UnaryOperator<Explainer> method;

    private LrpTextAttribution(String name, UnaryOperator<Explainer> method) {
        this.name = name;
        this.method = method;
    }

    /** One of the presets; gradient and input x gradient are among them. */
    public static LrpTextAttribution of(RulePreset preset) {
        return new LrpTextAttribution(preset.toString(), explainer -> explainer.with(preset));
    }

    /** A rule table of one's own. */
    public static LrpTextAttribution of(String name, RuleTable rules) {
        return new LrpTextAttribution(name, explainer -> explainer.with(rules));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<TokenRelevance> of(Explainer explainer, List<TextInput> inputs, long[] keys) {
        List<TokenRelevance> relevances = new ArrayList<>();
        for (TextExplanation why : method.apply(explainer).explainTexts(inputs, Question.top1())) {
            double[] tokens = why.why().tokens().stream().mapToDouble(Double::doubleValue).toArray();
            relevances.add(new TokenRelevance(why.encoding(), why.answer(), tokens));
        }
        return relevances;
    }
}
