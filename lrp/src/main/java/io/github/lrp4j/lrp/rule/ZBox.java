package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Z-box rule for an input layer whose cells lie in {@code [low, high]}:
 * {@code z = f(x, w) - f(l, w+) - f(h, w-)}, {@code s = R / (z + eps sign z)},
 * {@code R_x = x * f^T(s, w) - l * f^T(s, w+) - h * f^T(s, w-)}.
 *
 * <p>Since {@code w = w+ + w-}, that is {@code z = f(x - l, w+) + f(x - h, w-)} and
 * {@code R_x = (x - l) * f^T(s, w+) + (x - h) * f^T(s, w-)}, where nothing cancels: all terms of z are positive.
 *
 * <p>An absorbed bias adds {@code b - b+ - b- = 0}. Source: Montavon et al. 2017, eq. 19.
 *
 * @param low least value of a cell: one number, or one per channel (dimension 1)
 * @param high largest value of a cell, likewise
 * @param epsilon the stabiliser, in units of z
 */
public record ZBox(List<Double> low, List<Double> high, double epsilon) implements LinearRule {
    /** Checks and copies. */
    public ZBox {
        low = List.copyOf(low);
        high = List.copyOf(high);
        if (low.isEmpty() || high.isEmpty()) {
            throw new IllegalArgumentException("z-box: needs one bound, or one per channel");
        }
    }

    /** The same bounds for every cell. */
    public ZBox(double low, double high, double epsilon) {
        this(List.of(low), List.of(high), epsilon);
    }

    @Override
    public Optional<String> objection(Site site) {
        return LinearRule.super.objection(site).or(() -> {
            Shape input = site.node().operands().get(0).shape();
            return fits(low, input) && fits(high, input)
                    ? Optional.empty()
                    : Optional.of("has " + low.size() + " and "
                            + high.size() + " bounds, which do not fit the channels of input " + input);
        });
    }

    private static boolean fits(List<Double> bounds, Shape input) {
        return bounds.size() == 1 || input.rank() >= 2 && input.size(1) == bounds.size();
    }

    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        Tensor x = factor.x();
        RuleCall call = factor.call();
        Tensor aboveLow = above(factor, low);
        Tensor aboveHigh = above(factor, high);
        Tensor up = factor.positiveWeight();
        Tensor down = factor.negativeWeight();
        Tensor first = factor.product(aboveLow, up);
        Tensor z = factor.productPlus(aboveHigh, down, first);
        Tensor s = Stabilizer.signed(epsilon).quotient(factor.kernels(), share, relevance, z);
        Tensor fromLow = factor.share(aboveLow, s, up);
        Tensor fromHigh = factor.share(aboveHigh, s, down);
        Tensor result = factor.add(fromLow, fromHigh);
        call.release(aboveLow, aboveHigh, first, z, s, fromLow, fromHigh);
        return result;
    }

    /** {@code x - bound}. */
    private static Tensor above(Factor factor, List<Double> bounds) {
        Tensor x = factor.x();
        if (bounds.size() == 1) {
            return factor.kernels().unary(new UnaryFn(UnaryFn.Kind.SHIFT, -bounds.get(0), 0), x);
        }
        int[] sizes = new int[x.rank()];
        Arrays.fill(sizes, 1);
        sizes[1] = bounds.size();
        double[] values = bounds.stream().mapToDouble(bound -> -bound).toArray();
        return factor.add(x, Tensor.of(values, x.dtype(), Shape.of(sizes)));
    }
}
