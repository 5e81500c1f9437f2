package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.lrp.RuleTable;

/**
 * What reports on texts say of the model and the rules.
 *
 * @param model the model
 * @param preset the rules by their name
 * @param rules the rules
 * @param kernels what computed
 */
record TextContext(LoadedText model, RulePreset preset, RuleTable rules, String kernels) {
}
