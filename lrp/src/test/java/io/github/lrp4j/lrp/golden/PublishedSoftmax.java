package io.github.lrp4j.lrp.golden;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;

/**
 * {@code R_x = tril(x) (R - s sum R)}: what the published engine does at every softmax, causal or not. Not a rule that
 * anyone should use; here to show that a table can say it.
 */
record PublishedSoftmax() implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        var kernels = call.kernels();
        Tensor r = call.relevance();
        Tensor sum = kernels.reduce(Reduction.SUM, r, List.of(r.rank() - 1), true);
        Tensor rest = kernels.binary(BinaryFn.SUB, r, kernels.binary(BinaryFn.MUL, call.output(), sum));
        double[] lower = call.operand(0).toDoubleArray();
        int columns = r.size(-1);
        int rows = r.size(-2);
        for (int i = 0; i < lower.length; i++) {
            if (i % columns > i / columns % rows) {
                lower[i] = 0;
            }
        }
        return new Tensor[] {kernels.binary(BinaryFn.MUL, Tensor.of(lower, r.dtype(), r.shape()), rest)};
    }
}
