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
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;

/**
 * Absolute shares. Of a sum {@code y = sum_i c_i x_i}: {@code R_i = |c_i x_i| / (sum_j |c_j x_j| + eps) R}. Of a product:
 * {@code R_a = |a| / (|a| + |b| + eps) R}, where a divisor counts as {@code |1 / b|}.
 *
 * <p>Only live operands share: beside a constant, the other operand takes everything and no value is read. Broadcast
 * operands take the sum over their stretched dimensions. Source: DynamicLRP (arXiv 2512.07010), section 4.2.
 *
 * @param epsilon the stabiliser, in units of y
 */
public record Proportional(double epsilon) implements Rule {
    private static final UnaryFn ABS = UnaryFn.of(UnaryFn.Kind.ABS);

    @Override
    public Needs needs(Site site) {
        boolean alone = site.node().operands().size() > 1 && site.receivers() <= 1;
        return alone ? Needs.NOTHING : Needs.operands(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        int count = call.node().operands().size();
        if (count > 1 && call.site().receivers() == 1) {
            Tensor[] result = new Tensor[count];
            for (int i = 0; i < count; i++) {
                if (call.receives(i)) {
                    result[i] = call.kernels().sumTo(call.relevance(), reduced(call, i)).reshape(call.operandShape(i));
                }
            }
            return result;
        }
        return switch (call.op()) {
            case Additive op -> ofSum(call, op);
            case Product op -> ofProduct(call, op);
            default ->
                throw new IllegalStateException(call.node() + ": " + describe() + " is a rule for sums and products");
        };
    }

    /** The shape of operand i as it broadcasts against the output. */
    private static Shape reduced(RuleCall call, int i) {
        return call.op() instanceof Additive op
                ? op.broadcastShape(i, call.operandShape(i), call.node().outputShape(0))
                : call.operandShape(i);
    }

    private Tensor[] ofSum(RuleCall call, Additive op) {
        Additive absolute = op.absolute();
        // Two terms with coefficients of magnitude 1 are by far the most frequent sum: one fused pass per operand.
        return absolute instanceof AddBias || absolute.equals(new Add(1))
                ? ofTwoTerms(call, op)
                : ofTerms(call, absolute);
    }

    private Tensor[] ofTwoTerms(RuleCall call, Additive op) {
        Tensor[] terms = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            terms[i] = call.operand(i).reshape(op.broadcastShape(i, call.operandShape(i), call.node().outputShape(0)));
        }
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            Tensor share = call.kernels().absoluteShare(call.relevance(), terms[i], terms[1 - i], epsilon);
            result[i] = call.kernels().sumTo(share, terms[i].shape()).reshape(call.operandShape(i));
        }
        return result;
    }

    private Tensor[] ofTerms(RuleCall call, Additive absolute) {
        Kernels kernels = call.kernels();
        int count = call.node().operands().size();
        List<Tensor> sizes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sizes.add(kernels.unary(ABS, call.operand(i)));
        }
        Tensor total = absolute.forward(kernels, sizes).values().get(0);
        Tensor s = kernels.stabilizedQuotient(call.relevance(), total, epsilon);
        boolean[] wanted = new boolean[count];
        for (int i = 0; i < count; i++) {
            wanted[i] = call.receives(i);
        }
        Saved saved = new Saved(kernels, call.node().operandShapes(), new Tensor[count], new Tensor[1], List.of());
        Tensor[] result = absolute.vjp(saved, new Tensor[] {s}, wanted);
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
        result[0] = kernels.sumTo(kernels.absoluteShare(call.relevance(), a, b, epsilon), call.operandShape(0));
        result[1] = kernels.sumTo(kernels.absoluteShare(call.relevance(), b, a, epsilon), call.operandShape(1));
        return result;
    }
}
