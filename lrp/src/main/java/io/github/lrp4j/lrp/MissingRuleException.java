package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.GraphException;

/** A node has no rule: its op is custom and no row of the table selects it. */
public final class MissingRuleException extends GraphException {
    private static final long serialVersionUID = 1L;

    MissingRuleException(Site site) {
        super(site.node(), "no rule, custom ops have no default",
                "add a row such as every(" + site.op().getClass().getSimpleName()
                        + ".class).use(...) to the rule table",
                null);
    }
}
