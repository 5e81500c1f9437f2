package io.github.lrp4j.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.RulePreset;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A channel that is switched off by a bias of minus infinity: the classes are fine, the bias's share of relevance is not. */
class NonFiniteExplanationTest {
    private static Explanation explain(Network network, RulePreset preset) {
        EmbeddedModel.Sample sample = EmbeddedModel.samples().getFirst();
        return new Explainer(new LoadedModel(network, "embedded", false), preset, Backends.select().kernels(),
                Progress.none()).explain(new Picture(sample.name(), "sample", sample.image()), OptionalInt.empty());
    }

    @Test
    void theReportSaysWhereItBegan() {
        Network network = EmbeddedModel.load();
        assertThat(explain(network, RulePreset.DYNAMIC_LRP).warning()).isEmpty();

        Map<String, Tensor> state = new HashMap<>(network.parameters());
        state.putAll(network.buffers());
        String bias = state.keySet().stream().filter(key -> key.endsWith("bias")).sorted().findFirst().orElseThrow();
        float[] values = state.get(bias).toFloatArray();
        values[0] = Float.NEGATIVE_INFINITY;
        state.put(bias, Tensor.of(values, values.length));
        Network broken = new Network(network.name(), network.facts(), network.layers().with(state));

        Explanation explanation = explain(broken, RulePreset.DYNAMIC_LRP);
        assertThat(explanation.warning()).hasValueSatisfying(
                warning -> assertThat(warning).contains("add_bias at").contains("operand 1").contains("-Infinity"));
        assertThat(ExplanationTable.of(explanation, 3, List.of())).contains("not all relevance is finite: add_bias at");
        // A gradient reads no bias.
        assertThat(explain(broken, RulePreset.GRADIENT).warning()).isEmpty();
    }
}
