package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * For a residual addition {@code y = x + f(x)}: how skip connection and branch share.
 *
 * <p>By magnitude it is {@link Proportional}, signed it is {@link Norm}; else one of the two takes everything, and shows what
 * it explains alone. Which operand is the skip is read off the graph ({@link Site#skipOperand}), not off its position.
 *
 * @param shares who takes what
 * @param epsilon the stabiliser, in units of y
 */
public record Residual(Shares shares, double epsilon) implements Rule {
    /** Who takes what. */
    public enum Shares {
        /** {@code |x| / (|x| + |f(x)|)} of it to the skip. */
        MAGNITUDE,
        /** {@code x / (x + f(x))} of it to the skip. */
        SIGNED,
        /** Everything to the skip. */
        SKIP_ONLY,
        /** Everything to the branch. */
        BRANCH_ONLY
    }

    private Rule at(Site site) {
        return switch (shares) {
            case MAGNITUDE -> new Proportional(epsilon);
            case SIGNED -> new Norm(epsilon);
            case SKIP_ONLY -> new OnlyOperand(site.skipOperand().orElse(0));
            case BRANCH_ONLY -> new OnlyOperand(1 - site.skipOperand().orElse(0));
        };
    }

    @Override
    public Needs needs(Site site) {
        return at(site).needs(site);
    }

    @Override
    public boolean gives(Site site, int i) {
        return at(site).gives(site, i);
    }

    @Override
    public Optional<String> objection(Site site) {
        OptionalInt skip = site.skipOperand();
        boolean tells = skip.isPresent() || shares == Shares.MAGNITUDE || shares == Shares.SIGNED;
        return tells
                ? at(site).objection(site)
                : Optional.of("cannot tell a skip connection from a branch: select additions with"
                        + " Selector.residual(), or name the operand with OnlyOperand");
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        return at(call.site()).propagate(call);
    }

    @Override
    public Sink remainder() {
        return shares == Shares.MAGNITUDE || shares == Shares.SIGNED ? Sink.STABILIZER : Sink.DROPPED;
    }
}
