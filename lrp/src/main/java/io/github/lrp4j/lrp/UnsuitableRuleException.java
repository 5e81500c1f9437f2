package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.GraphException;

/** A table gave a node a rule that cannot be applied to its op or its shapes; found before anything is computed. */
public final class UnsuitableRuleException extends GraphException {
    private static final long serialVersionUID = 1L;

    UnsuitableRuleException(Site site, RuleTable.Choice choice, String reason) {
        super(site.node(), "the rule " + choice.rule().describe() + " " + reason,
                "change the row \"" + choice.reason() + "\", or put a row for this op before it", null);
    }
}
