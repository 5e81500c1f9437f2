package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextInput;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * {@code R ~ U(0, 1)} for each token: what an attribution that knows nothing comes to.
 *
 * @param seed of the drawn numbers
 */
public record RandomTextAttribution(long seed) implements TextAttribution {
    @Override
    public String name() {
        return "random";
    }

    @Override
    public List<TokenRelevance> of(Explainer explainer, List<TextInput> inputs, long[] keys) {
        List<TokenRelevance> drawn = new ArrayList<>();
        // The cheapest way to what the model says.
        for (TokenRelevance said : LrpTextAttribution.of(RulePreset.GRADIENT).of(explainer, inputs, keys)) {
            SplittableRandom random = Batch.random(keys[drawn.size()], seed);
            drawn.add(new TokenRelevance(said.encoding(), said.answer(),
                    random.doubles(said.encoding().length()).toArray()));
        }
        return drawn;
    }
}
