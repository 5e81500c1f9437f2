package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attention {@code y = p v} with {@code p = softmax(scale q k^T + mask)}, in one op: with {@code s = R / (y + eps sign y)},
 * {@code R_v = v * (p^T s)}; what the probabilities take is chosen by {@link Probabilities}.
 *
 * <p>{@code CONSTANT} conserves: the AH-rule (Ali et al., arXiv 2202.07304, section 3.2), and the default. {@code DROPPED}
 * is DynamicLRP without its attention option (arXiv 2512.07010): the product halves, and the half of the probabilities
 * goes nowhere. {@code TAYLOR} is AttnLRP (arXiv 2402.05602, eq. 15 and proposition 3.1), the same as {@link Epsilon} and
 * {@link SoftmaxTaylor} on attention that is written out: {@code R_p = p * (s v^T)} with the halved s,
 * {@code R_x = x * (R_p - p sum R_p)} for the scores {@code x = scale u}, {@code u = q k^T}, and with
 * {@code t = R_x / (2u + eps sign u)}: {@code R_q = q * (t k)}, {@code R_k = k * (t^T q)}. A floating mask has the same part
 * in it as in a sum, {@code R_mask = mask * (R_p - p sum R_p)}; it is lost where the mask is a constant.
 *
 * @param stabilizer of both denominators
 * @param probabilities what the probabilities take
 */
public record FusedAttention(Stabilizer stabilizer, Probabilities probabilities) implements Rule {
    /** What becomes of relevance at the product of probabilities and values. */
    public enum Probabilities {
        /** The values take all of it. */
        CONSTANT,
        /** The values take half, the other half is dropped. */
        DROPPED,
        /** The probabilities take half, which goes on through softmax and scores to queries and keys. */
        TAYLOR
    }

    /** The value path alone, conserving, with a signed stabiliser. */
    public FusedAttention(double epsilon) {
        this(Stabilizer.signed(epsilon), Probabilities.CONSTANT);
    }

    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public Optional<String> objection(Site site) {
        return site.op() instanceof Attention ? Optional.empty() : Optional.of("is for fused attention");
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        return new Pass(call, (Attention) call.op()).run();
    }

    @Override
    public Sink remainder() {
        return switch (probabilities) {
            case CONSTANT -> Sink.STABILIZER;
            case DROPPED -> Sink.DROPPED;
            case TAYLOR -> Sink.NOT_CONSERVED;
        };
    }

    /** One application. */
    private final class Pass {
        private final RuleCall call;
        private final Attention op;
        private final Kernels kernels;
        private final int operands;
        private final Tensor[] result;

        Pass(RuleCall call, Attention op) {
            this.call = call;
            this.op = op;
            this.kernels = call.kernels();
            this.operands = call.node().operands().size();
            this.result = new Tensor[operands];
        }

        Tensor[] run() {
            boolean[] live = takers(Attention.QUERY, Attention.KEY, Attention.VALUE, Attention.MASK);
            boolean scores = probabilities == Probabilities.TAYLOR
                    && (live[Attention.QUERY] || live[Attention.KEY] || live[Attention.MASK]);
            boolean values = call.receives(Attention.VALUE) && (live[Attention.VALUE] || !scores);
            boolean halved = probabilities == Probabilities.DROPPED || scores && values;
            Tensor s = quotient(call.relevance(), call.output(), halved ? 0.5 : 1);
            if (values) {
                Tensor adjoint = kernels.attentionVjp(s, call.operand(Attention.QUERY), call.operand(Attention.KEY),
                        call.operand(Attention.VALUE), mask(), call.extras().get(0), op.spec(),
                        new boolean[] {false, false, true, false})[Attention.VALUE];
                result[Attention.VALUE] = call.times(call.operand(Attention.VALUE), adjoint);
            } else if (!scores) {
                call.book(Sink.DROPPED, kernels.total(call.relevance()));
            }
            if (scores) {
                throughScores(s);
            }
            call.release(s);
            return result;
        }

        /** Which of these operands take relevance: activations before parameters. */
        private boolean[] takers(int... positions) {
            boolean[] takes = new boolean[Attention.MASK + 1];
            boolean activation = false;
            for (int i : positions) {
                activation |= i < operands && call.receives(i) && call.site().isActivation(i);
            }
            for (int i : positions) {
                takes[i] = i < operands && call.receives(i) && (!activation || call.site().isActivation(i));
            }
            return takes;
        }

        private Tensor mask() {
            return operands > Attention.MASK ? call.operand(Attention.MASK) : null;
        }

        /** The half of the probabilities, a tile of queries at a time. */
        private void throughScores(Tensor s) {
            Tensor q = call.operand(Attention.QUERY);
            Tensor k = call.operand(Attention.KEY);
            AttentionHeads heads = new AttentionHeads(q, k, call.operand(Attention.VALUE), mask(), op.spec());
            boolean[] factors = takers(Attention.QUERY, Attention.KEY);
            boolean maskTakes = operands > Attention.MASK && call.receives(Attention.MASK);
            double share = factors[Attention.QUERY] && factors[Attention.KEY] ? 0.5 : 1;
            Tensor upstream = heads.apart(s);
            Tensor statistics = heads.apart(call.extras().get(0));
            UnaryFn scale = new UnaryFn(UnaryFn.Kind.SCALE, op.spec().scale(), 0);
            List<Tensor> ofQueries = new ArrayList<>();
            List<Tensor> ofMask = new ArrayList<>();
            Tensor ofKeys = null;
            int step = heads.rowsPerTile();
            for (int from = 0; from < heads.queries(); from += step) {
                int to = Math.min(from + step, heads.queries());
                Tensor u = heads.products(kernels, from, to);
                Tensor scaled = kernels.unary(scale, u);
                Tensor x = heads.masked(kernels, scaled, from, to);
                Tensor p = heads.probabilities(kernels, x, heads.rows(statistics, from, to));
                Tensor ofP = kernels.matmul(heads.rows(upstream, from, to), heads.v().transpose(-2, -1));
                Tensor slope = kernels.softmaxVjp(p, ofP, p.rank() - 1);
                if (maskTakes) {
                    ofMask.add(mul(kernels.binary(BinaryFn.SUB, open(p, x), open(p, scaled)), slope));
                }
                Tensor open = open(p, scaled);
                Tensor r = mul(open, slope);
                Tensor t = quotient(r, u, share);
                if (factors[Attention.QUERY]) {
                    ofQueries.add(kernels.matmul(t, heads.k()));
                }
                if (factors[Attention.KEY]) {
                    Tensor more = kernels.matmul(t.transpose(-2, -1), heads.rows(heads.q(), from, to));
                    ofKeys = ofKeys == null ? more : sum(ofKeys, more);
                }
                call.release(u, scaled, x, p, ofP, slope, open, r, t);
            }
            if (!ofQueries.isEmpty()) {
                result[Attention.QUERY] = call.times(q, heads.toOperand(kernels, Attention.QUERY, joined(ofQueries)));
            }
            if (ofKeys != null) {
                result[Attention.KEY] = call.times(k, heads.toOperand(kernels, Attention.KEY, ofKeys));
            }
            if (!ofMask.isEmpty()) {
                result[Attention.MASK] = heads.toOperand(kernels, Attention.MASK, joined(ofMask));
            }
        }

        /** x where the probability is not zero: minus infinity is never multiplied, where there may be one. */
        private Tensor open(Tensor p, Tensor x) {
            if (mask() == null && !op.spec().causal()) {
                return x;
            }
            Tensor zero = Tensor.scalar(0, p.dtype());
            return kernels.where(kernels.binary(BinaryFn.GREATER, p, zero), x, zero);
        }

        private Tensor joined(List<Tensor> tiles) {
            if (tiles.size() == 1) {
                return tiles.get(0);
            }
            Tensor all = kernels.concat(tiles, tiles.get(0).rank() - 2);
            call.release(tiles.toArray(Tensor[]::new));
            return all;
        }

        /** {@code a + b}, neither of which is read any more. */
        private Tensor sum(Tensor a, Tensor b) {
            Tensor sum = kernels.binary(BinaryFn.ADD, a, b);
            call.release(a, b);
            return sum;
        }

        private Tensor mul(Tensor a, Tensor b) {
            return kernels.binary(BinaryFn.MUL, a, b);
        }

        /** {@code share r / (z + share eps sign z)}: with a share of one half, {@code r / (2z + eps sign z)}. */
        private Tensor quotient(Tensor r, Tensor z, double share) {
            return stabilizer.times(share).quotient(kernels, share, r, z);
        }
    }
}
