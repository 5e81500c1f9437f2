package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;

/**
 * {@code R_x = x * f^T(R / (z + eps sign z))} for an op without weights that is linear in its operands: sums, averages,
 * residual additions. The share of a cell is its signed contribution.
 *
 * <p>The epsilon rule of weightless ops; Zennit calls it Norm.
 *
 * @param stabilizer of the denominator
 */
public record Norm(Stabilizer stabilizer) implements Rule {
    /** With sign. */
    public Norm(double epsilon) {
        this(Stabilizer.signed(epsilon));
    }

    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public boolean ignoresIdleCells(Site site) {
        return CellByCell.isSum(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor s = stabilizer.quotient(call.kernels(), call.relevance(), call.output());
        Tensor[] result = call.vjp(s);
        Tensor[] back = result.clone();
        for (int i = 0; i < result.length; i++) {
            if (result[i] != null) {
                result[i] = call.kernels().binary(BinaryFn.MUL, call.operand(i), result[i]);
            }
        }
        call.release(s);
        call.release(back);
        return result;
    }
}
