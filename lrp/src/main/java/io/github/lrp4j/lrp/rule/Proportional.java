package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Product;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Absolute shares. Of a sum {@code y = sum_i c_i x_i}: {@code R_i = |c_i x_i| / (sum_j |c_j x_j| + eps) R}. Of a product:
 * {@code R_a = |a| / (|a| + |b| + eps) R}, where a divisor counts as {@code |1 / b|}.
 *
 * <p>Only live operands share: beside a constant, the other operand of an elementwise op takes everything and no value is
 * read. Broadcast operands take the sum over their stretched dimensions. Source: DynamicLRP (arXiv 2512.07010), section 4.2.
 *
 * @param epsilon the stabiliser, in units of y
 */
public record Proportional(double epsilon) implements Rule {
    private static final UnaryFn ABS = UnaryFn.of(UnaryFn.Kind.ABS);

    @Override
    public Needs needs(Site site) {
        return isAlone(site) ? Needs.NOTHING : Needs.operands(site);
    }

    /** Whether one operand takes everything, cell by cell, so that no value is needed. */
    private static boolean isAlone(Site site) {
        boolean elementwise = !(site.op() instanceof Additive op) || op.isElementwise();
        return elementwise && site.receivers() <= 1;
    }

    @Override
    public Optional<String> objection(Site site) {
        if (site.op() instanceof Additive || site.op() instanceof Product) {
            return Optional.empty();
        }
        return isAlone(site) ? CellByCell.objection(site) : Optional.of("is for sums and products");
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
        if (isAlone(call.site())) {
            return toTheOnly(call);
        }
        return switch (call.op()) {
            case Additive op -> {
                Additive absolute = op.absolute();
                // Two terms with coefficients of magnitude 1 are by far the most frequent sum: one fused pass per operand.
                boolean twoTerms = absolute instanceof AddBias || absolute.equals(new Add(1));
                yield twoTerms ? ofTwoTerms(call) : ofTerms(call, absolute);
            }
            case Product op -> ofProduct(call, op);
            default ->
                throw new IllegalStateException(call.node() + ": " + describe() + " was not asked for objections");
        };
    }

    private static Tensor[] toTheOnly(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        for (int i = 0; i < result.length; i++) {
            if (call.wants(i)) {
                result[i] = CellByCell.summed(call, i, call.relevance());
            }
        }
        return result;
    }

    private Tensor[] ofTwoTerms(RuleCall call) {
        Tensor[] terms = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            terms[i] = call.operand(i).reshape(CellByCell.aligned(call.node(), i));
        }
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (call.wants(i)) {
                Tensor share = call.kernels().absoluteShare(call.relevance(), terms[i], terms[1 - i], epsilon);
                result[i] = call.sumTo(share, terms[i].shape(), i);
                if (result[i].storage() != share.storage()) {
                    call.release(share);
                }
            }
        }
        return result;
    }

    /** {@code |x| * op'^T(R / (op'(|x|) + eps))}, where op' sums magnitudes: what is not live counts as zero. */
    private Tensor[] ofTerms(RuleCall call, Additive absolute) {
        Kernels kernels = call.kernels();
        int count = call.node().operands().size();
        List<Tensor> extras = call.extras();
        boolean[] wanted = new boolean[count];
        List<Tensor> sizes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Tensor operand = call.operand(i);
            wanted[i] = call.wants(i);
            sizes.add(call.receives(i)
                    ? kernels.unary(ABS, operand)
                    : operand.dtype().isFloating() ? Tensor.zeros(operand.dtype(), operand.shape()) : operand);
        }
        Tensor total = absolute.replay(kernels, sizes, extras).get(0);
        Tensor s = kernels.stabilizedQuotient(call.relevance(), total, epsilon);
        Saved saved = new Saved(kernels, call.node().operandShapes(), new Tensor[count], new Tensor[1], extras);
        Tensor[] result = call.vjp(absolute, saved, new Tensor[] {s}, wanted);
        for (int i = 0; i < count; i++) {
            result[i] = wanted[i] ? kernels.binary(BinaryFn.MUL, sizes.get(i), result[i]) : null;
        }
        return result;
    }

    private Tensor[] ofProduct(RuleCall call, Product op) {
        Kernels kernels = call.kernels();
        Tensor a = op.factor(kernels, 0, call.operand(0));
        Tensor b = op.factor(kernels, 1, call.operand(1));
        Tensor[] result = new Tensor[2];
        if (call.wants(0)) {
            result[0] = call.sumTo(kernels.absoluteShare(call.relevance(), a, b, epsilon), call.operandShape(0), 0);
        }
        if (call.wants(1)) {
            result[1] = call.sumTo(kernels.absoluteShare(call.relevance(), b, a, epsilon), call.operandShape(1), 1);
        }
        return result;
    }
}
