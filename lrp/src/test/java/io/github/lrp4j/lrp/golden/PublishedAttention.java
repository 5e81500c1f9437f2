package io.github.lrp4j.lrp.golden;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * Fused attention as the published engine treats it with its attention option on: AttnLRP, but with {@code tril(x)} for x
 * in the softmax rule, causal or not. Not a rule that anyone should use; here to show that a table can say it.
 *
 * @param epsilon signed stabiliser
 */
public record PublishedAttention(double epsilon) implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Attention op = (Attention) call.op();
        Kernels kernels = call.kernels();
        Tensor q = call.operand(Attention.QUERY);
        Tensor k = call.operand(Attention.KEY);
        Tensor v = call.operand(Attention.VALUE);
        AttentionHeads heads = new AttentionHeads(q, k, v, null, op.spec());
        Tensor u = heads.products(kernels, 0, heads.queries());
        Tensor x = scaled(kernels, u, op.spec().scale());
        Tensor p = kernels.softmax(heads.masked(kernels, x, 0, heads.queries()), x.rank() - 1);
        Tensor s = halved(kernels, call.relevance(), call.output());
        Tensor slope = kernels.softmaxVjp(p, kernels.matmul(s, v.transpose(-2, -1)), p.rank() - 1);
        Tensor t = halved(kernels, kernels.binary(BinaryFn.MUL, lower(x), slope), u);
        return new Tensor[] {kernels.binary(BinaryFn.MUL, q, kernels.matmul(t, k)),
            kernels.binary(BinaryFn.MUL, k, kernels.matmul(t.transpose(-2, -1), q)),
            kernels.binary(BinaryFn.MUL, v, kernels.matmul(p.transpose(-2, -1), s))};
    }

    private static Tensor scaled(Kernels kernels, Tensor x, double factor) {
        return kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, factor, 0), x);
    }

    /** {@code r / (2 z + eps sign z)}. */
    private Tensor halved(Kernels kernels, Tensor r, Tensor z) {
        return kernels.stabilizedQuotient(r, scaled(kernels, z, 2), epsilon);
    }

    private static Tensor lower(Tensor x) {
        double[] lower = x.toDoubleArray();
        int columns = x.size(-1);
        int rows = x.size(-2);
        for (int i = 0; i < lower.length; i++) {
            if (i % columns > i / columns % rows) {
                lower[i] = 0;
            }
        }
        return Tensor.of(lower, x.dtype(), x.shape());
    }
}
