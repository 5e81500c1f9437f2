package io.github.lrp4j.explain;

import static io.github.lrp4j.explain.Oracle.assertClose;
import static io.github.lrp4j.explain.Oracle.tokens;
import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rules explain a text. */
class RulesOfTextsTest {
    private static final String TEXT = "It is a joy, and far too short.";
    private static final Set<RulePreset> BOXES = EnumSet.of(RulePreset.EPSILON_GAMMA_BOX, RulePreset.COMPOSITE_LRP);

    @TempDir
    private Path directory;
    private Explainer explainer;

    @BeforeEach
    void open() throws IOException {
        explainer = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).open(directory);
    }

    private Oracle.Run run() {
        return Oracle.run(explainer, explainer.explain(TEXT).encoding());
    }

    @Test
    void thoseOfAttnLrpUnlessOthersAreNamed() {
        assertThat(explainer.rules()).hasToString(Presets.attnLrp().toString());
        Map<RulePreset, RuleTable> tables = Map.of(RulePreset.ATTN_LRP, Presets.attnLrp(),
                RulePreset.DYNAMIC_LRP, Presets.dynamicLrp(), RulePreset.EPSILON_PLUS, Presets.epsilonPlus(),
                RulePreset.CONSERVATIVE_PROPAGATION, Presets.conservativePropagation(),
                RulePreset.GRADIENT, Presets.gradient());
        Oracle.Run run = run();
        tables.forEach((preset, table) -> {
            Explainer other = explainer.with(preset);
            assertClose(tokens(other.explain(TEXT).why()), run.relevance(explainer.with(table), Seed.top1()), 1e-9);
        });
    }

    @Test
    void inputTimesGradient() {
        Oracle.Run run = run();
        Tensor gradient = run.whole(explainer.with(Presets.gradient()), Seed.top1()).of(run.words());
        double[] want = new double[gradient.size(1)];
        for (int t = 0; t < want.length; t++) {
            for (int d = 0; d < gradient.size(2); d++) {
                want[t] += gradient.at(0, t, d) * run.words().tensor().at(0, t, d);
            }
        }
        assertClose(tokens(explainer.with(RulePreset.INPUT_X_GRADIENT).explain(TEXT).why()), want, 1e-9);
    }

    @Test
    void rulesOfOnesOwn() {
        RuleTable own = Presets.dynamicLrp().prepend(every(Linear.class).use(new Epsilon(0.5)));
        Explainer other = explainer.with(own);
        assertThat(other.rules()).isSameAs(own);
        double[] relevance = tokens(other.explain(TEXT).why());
        assertClose(relevance, run().relevance(other, Seed.top1()), 1e-9);
        assertThat(relevance).isNotEqualTo(tokens(explainer.with(RulePreset.DYNAMIC_LRP).explain(TEXT).why()));
        Oracle.assertConserved(other.explain(TEXT));
    }

    @Test
    void boxesAreForPixels() {
        for (RulePreset preset : BOXES) {
            assertThatThrownBy(() -> explainer.with(preset)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(preset + ": its z-box is about the values of pixels; a text has none");
        }
    }

    @Test
    void presetsHaveNames() {
        for (RulePreset preset : RulePreset.values()) {
            assertThat(RulePreset.named(preset.toString())).contains(preset);
            assertThat(RulePreset.known()).contains(preset.toString());
            assertThat(preset.description()).isNotBlank();
        }
        assertThat(RulePreset.named("epsilon")).isEmpty();
    }

    /** Every preset that decomposes has books that balance, whatever the texts of the batch. */
    @Test
    void everyDecompositionBalances() {
        List<TextInput> inputs = List.of(TextInput.text(TEXT), TextInput.text("Short."));
        for (RulePreset preset : RulePreset.values()) {
            if (preset.isDecomposition() && !BOXES.contains(preset)) {
                Oracle.assertConserved(explainer.with(preset).explainTexts(inputs, Question.top(2)).getFirst());
            }
        }
    }
}
