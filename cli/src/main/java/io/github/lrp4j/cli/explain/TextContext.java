package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.published.PublishedModel;
import java.util.Map;

/**
 * What reports on texts say of the model and the rules.
 *
 * @param model the model
 * @param preset the rules by their name
 * @param rules the rules
 * @param kernels what computed
 */
record TextContext(LoadedText model, RulePreset preset, RuleTable rules, String kernels) {
    /** Number of trained numbers. */
    long parameterCount() {
        Map<String, Tensor> parameters = switch (model.model()) {
            case PublishedModel.Encoder encoder -> encoder.parameters();
            case PublishedModel.EncoderDecoder t5 -> t5.model().parameters();
            case PublishedModel.Pictures pictures -> pictures.network().parameters();
        };
        return parameters.values().stream().mapToLong(Tensor::elements).sum();
    }
}
