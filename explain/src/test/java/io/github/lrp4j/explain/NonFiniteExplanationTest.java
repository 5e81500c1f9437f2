package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A channel that is switched off by a bias of minus infinity: the classes are fine, the bias's share of relevance is not. */
class NonFiniteExplanationTest {
    private static ImageExplanation explain(Network network, RulePreset preset) {
        return Explainer.of(network).with(preset).explain(EmbeddedModel.samples().getFirst().image());
    }

    @Test
    void theWarningSaysWhereItBegan() {
        Network network = EmbeddedModel.load();
        assertThat(explain(network, RulePreset.DYNAMIC_LRP).warning()).isEmpty();

        Map<String, Tensor> state = new HashMap<>(network.parameters());
        state.putAll(network.buffers());
        String bias = state.keySet().stream().filter(key -> key.endsWith("bias")).sorted().findFirst().orElseThrow();
        float[] values = state.get(bias).toFloatArray();
        values[0] = Float.NEGATIVE_INFINITY;
        state.put(bias, Tensor.of(values, values.length));
        Network broken = new Network(network.name(), network.facts(), network.layers().with(state));

        ImageExplanation explanation = explain(broken, RulePreset.DYNAMIC_LRP);
        assertThat(explanation.warning()).hasValueSatisfying(
                warning -> assertThat(warning).contains("add_bias at").contains("operand 1").contains("-Infinity"));
        // A gradient reads no bias.
        assertThat(explain(broken, RulePreset.GRADIENT).warning()).isEmpty();
    }
}
