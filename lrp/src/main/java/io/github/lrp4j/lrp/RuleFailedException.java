package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.GraphException;

/** A rule threw while it was applied; the cause says what. */
public final class RuleFailedException extends GraphException {
    private static final long serialVersionUID = 1L;

    RuleFailedException(Site site, Rule rule, RuntimeException cause) {
        super(site.node(), "the rule " + rule.describe() + " failed: " + cause.getMessage(),
                "see the cause; a rule that cannot be applied somewhere should say so in Rule.objection", cause);
    }
}
