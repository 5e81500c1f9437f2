package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Selector;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * {@code R = d y_t / dx}, where every rectifier passes {@code f'(x) max(g, 0)} on instead of {@code f'(x) g}: guided
 * backpropagation (Springenberg et al. 2015, arXiv 1412.6806, section 3.4), as a rule table over the reverse sweep.
 *
 * <p>Rectifiers are ReLU and its relatives: leaky ReLU, ELU, GELU, SiLU, softplus, hardswish.
 */
public final class GuidedBackprop implements Attribution {
    /** {@code g_x = f'(x) max(g, 0)} for a function of each cell. */
    private record PositiveGradient() implements Rule {
        @Override
        public Needs needs(Site site) {
            return Needs.adjoint(site);
        }

        @Override
        public boolean takesLanes() {
            return true;
        }

        @Override
        public Tensor[] propagate(RuleCall call) {
            return call.vjp(call.kernels().unary(UnaryFn.of(UnaryFn.Kind.RELU), call.relevance()));
        }

        @Override
        public Sink remainder() {
            return Sink.NOT_CONSERVED;
        }
    }

    private final Attribution sweep = new LrpAttribution("guided-backprop", rules());

    /** The rules: the gradient's, but for rectifiers. */
    public static RuleTable rules() {
        return Presets.gradient().prepend(
                Selector.where("every rectifier", site -> isRectifier(site.op())).use(new PositiveGradient()));
    }

    private static boolean isRectifier(Op op) {
        return op instanceof Elementwise elementwise && switch (elementwise.function().kind()) {
            case RELU, LEAKY_RELU, ELU, GELU, GELU_TANH, SILU, SOFTPLUS, HARDSWISH -> true;
            default -> false;
        };
    }

    @Override
    public String name() {
        return sweep.name();
    }

    @Override
    public Tensor of(Batch batch) {
        return sweep.of(batch);
    }
}
