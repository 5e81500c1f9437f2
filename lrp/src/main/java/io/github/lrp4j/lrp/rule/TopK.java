package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.Optional;

/**
 * Another rule behind a relevance filter: of what arrives at a node, each sample keeps the cells of largest magnitude and
 * loses the rest.
 *
 * <p>A sample is one entry of dimension 0 (all of it where there is no other dimension). Among equal magnitudes the first
 * cells stay, so that exactly as many are kept as were asked for. The ledger shows what was filtered under
 * {@link Sink#FILTERED}. Source: the relevance filter of DynamicLRP (arXiv 2512.07010).
 *
 * @param rule the rule that propagates what is left
 * @param amount number of cells if at least 1, else the fraction of them (rounded up)
 */
public record TopK(Rule rule, double amount) implements Rule {
    /** Checks. */
    public TopK {
        if (!(amount > 0) || amount >= 1 && amount != Math.rint(amount)) {
            throw new IllegalArgumentException(
                    "top-k: keeps a whole number of cells, or a fraction between 0 and 1, got "
                            + amount);
        }
    }

    @Override
    public Needs needs(Site site) {
        return rule.needs(site);
    }

    @Override
    public boolean gives(Site site, int i) {
        return rule.gives(site, i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return rule.objection(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] left = call.relevances();
        for (int o = 0; o < left.length; o++) {
            if (left[o] != null) {
                Tensor kept = filtered(call.kernels(), left[o]);
                call.book(Sink.FILTERED, call.kernels().total(
                        call.kernels().binary(BinaryFn.SUB, left[o], kept)));
                left[o] = kept;
            }
        }
        return rule.propagate(call.arriving(left));
    }

    private Tensor filtered(Kernels kernels, Tensor r) {
        int samples = r.rank() < 2 ? 1 : r.size(0);
        double[] cells = r.toDoubleArray();
        int each = samples == 0 ? 0 : cells.length / samples;
        int keep = (int) Math.min(each, amount >= 1 ? amount : Math.ceil(amount * each));
        byte[] stays = new byte[cells.length];
        for (int n = 0; n < samples; n++) {
            mark(cells, n * each, each, keep, stays);
        }
        return kernels.where(Tensor.of(stays, DType.BOOL, r.shape()), r, Tensor.scalar(0, r.dtype()));
    }

    private static void mark(double[] cells, int from, int count, int keep, byte[] stays) {
        if (keep == 0) {
            return;
        }
        double[] sizes = new double[count];
        Arrays.setAll(sizes, i -> Math.abs(cells[from + i]));
        double[] ordered = sizes.clone();
        Arrays.sort(ordered);
        double least = ordered[count - keep];
        int equals = keep - (int) Arrays.stream(sizes).filter(size -> size > least).count();
        for (int i = 0; i < count; i++) {
            stays[from + i] = (byte) (sizes[i] > least || sizes[i] == least && equals-- > 0 ? 1 : 0);
        }
    }

    @Override
    public Sink remainder(Site site) {
        return rule.remainder(site);
    }

    @Override
    public String describe() {
        return rule.describe() + " of the top "
                + (amount >= 1 ? (int) amount + " cells" : amount * 100 + " % of cells");
    }
}
