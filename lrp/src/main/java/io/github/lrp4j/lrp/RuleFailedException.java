package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.GraphException;
import java.util.function.Supplier;

/** A rule threw while it was asked or applied; the cause says what. */
public final class RuleFailedException extends GraphException {
    private static final long serialVersionUID = 1L;

    private RuleFailedException(Site site, Rule rule, RuntimeException cause) {
        super(site.node(), "the rule " + rule.describe() + " failed: " + cause.getMessage(),
                "see the cause; a rule that cannot be applied somewhere should say so in Rule.objection", cause);
    }

    /** What {@code question} answers; whatever it throws becomes a failure of the rule at that site. */
    static <T> T guarding(Site site, Rule rule, Supplier<T> question) {
        try {
            return question.get();
        } catch (GraphException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RuleFailedException(site, rule, e);
        }
    }
}
