package io.github.lrp4j.bench;

import static io.github.lrp4j.lrp.Selector.every;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.FusedAttention;
import io.github.lrp4j.lrp.rule.Scaled;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/**
 * Rules of attention: relevance of x, which is query, key and value at once, the op recorded before.
 *
 * <p>All rates count the five products of the adjoint, whatever a rule computes; of scores alone three products.
 */
public class AttentionRuleBench extends KernelBench {
    private static final Stabilizer STABILIZER = Stabilizer.signed(1);

    /** Rules. */
    public enum Rules {
        /** The gradient, for comparison. */
        ADJOINT(new Adjoint(false)),
        /** AttnLRP in gradient-times-input form. */
        SCALED_ADJOINT(new Scaled(new Adjoint(false), List.of(0.25, 0.25, 0.5, 0.5))),
        /** Probabilities are constants. */
        CONSTANT(new FusedAttention(STABILIZER, FusedAttention.Probabilities.CONSTANT)),
        /** The half of the probabilities is dropped. */
        DROPPED(new FusedAttention(STABILIZER, FusedAttention.Probabilities.DROPPED)),
        /** AttnLRP. */
        TAYLOR(new FusedAttention(STABILIZER, FusedAttention.Probabilities.TAYLOR)),
        /** Epsilon at the scores {@code q k^T}, written out. */
        EPSILON_OF_SCORES(new Epsilon(1));

        private final Rule rule;

        Rules(Rule rule) {
            this.rule = rule;
        }
    }

    /** The layer. */
    @Param
    public AttentionBench.Layer layer;

    /** The rule. */
    @Param
    public Rules rule;

    @Override
    public String toString() {
        return rule + " on attention " + layer;
    }

    @Override
    Work draw(Numbers numbers) {
        Tensor x = numbers.normal(1, layer.heads, layer.tokens, layer.width);
        Tensor key = numbers.normal(1, layer.heads, layer.tokens, layer.width);
        AttentionSpec full = AttentionSpec.ofWidth(layer.width);
        AttentionSpec spec = layer.causal ? full.causally() : full;
        boolean scores = rule == Rules.EPSILON_OF_SCORES;
        double products = (scores ? 3 : 5) * (layer.causal && !scores ? 0.5 : 1);
        return new Work(kernels -> {
            Tape tape = new Tape(kernels);
            Value source = tape.input("x", x);
            Value y = scores
                    ? source.matmul(tape.input("key", key).transpose(-2, -1))
                    : source.scaledDotProductAttention(source, source, null, spec);
            Tensor r = new Numbers().normal(y.shape().toArray());
            Lrp lrp = Lrp.with(RuleTable.of(every(scores ? Linear.class : Op.class).use(rule.rule)))
                    .only(source);
            return () -> List.of(lrp.explain(y, Seed.of(r)).of(source));
        }, products * 2.0 * layer.heads * layer.tokens * layer.tokens * layer.width, Work.Unit.FLOP);
    }

    @Override
    double tolerance() {
        return 1e-3;
    }
}
