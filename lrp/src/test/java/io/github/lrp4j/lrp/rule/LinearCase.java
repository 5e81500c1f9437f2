package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Rule;
import java.util.List;
import java.util.function.Function;

/**
 * A rule of linear ops and its cell-by-cell replica.
 *
 * @param rule the rule
 * @param replica the same, slowly
 */
record LinearCase(Rule rule, Function<SlowRules, double[]> replica) {
    static final double EPS = 1e-3;

    /** Every rule of linear ops whose replica needs no more than the layer's matrix. */
    static List<LinearCase> all() {
        return List.of(
                new LinearCase(new Epsilon(EPS), s -> s.epsilon(EPS)),
                new LinearCase(new Epsilon(Stabilizer.plain(EPS), Factors.ACTIVATIONS), s -> s.plainEpsilon(EPS)),
                new LinearCase(new ZPlus(EPS), s -> s.zPlus(EPS)),
                new LinearCase(new ZPlus(EPS, ZPlus.Denominator.UNCLAMPED, Factors.ACTIVATIONS),
                        s -> s.zPlusUnclamped(EPS)),
                new LinearCase(new AlphaBeta(1, 0, EPS), s -> s.alphaBeta(1, 0, EPS)),
                new LinearCase(new AlphaBeta(2, 1, EPS), s -> s.alphaBeta(2, 1, EPS)),
                new LinearCase(new AlphaBeta(0, -1, EPS), s -> s.alphaBeta(0, -1, EPS)),
                new LinearCase(new Gamma(0.25, EPS), s -> s.gamma(0.25, EPS, true)),
                new LinearCase(new Gamma(100, EPS, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS),
                        s -> s.gamma(100, EPS, false)),
                new LinearCase(new ZBox(-1, 1, EPS), s -> s.zBox(-1, 1, EPS)),
                new LinearCase(new WSquare(EPS), s -> s.wSquare(EPS)));
    }

    @Override
    public String toString() {
        return rule.describe();
    }
}
