package io.github.lrp4j.lrp.rule;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.residual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.UnsuitableRuleException;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Residual additions: the skip is found by the graph, and gets what the option says. */
class ResidualTest {
    private static final double EPS = 1e-9;
    private static final Tensor R = normal(9, 2, 4);

    private final Tape tape = new Tape(new ReferenceKernels());
    private Value x;
    private Value w;

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }

    @BeforeEach
    void record() {
        x = tape.input("x", normal(1, 2, 4));
        w = tape.parameter("w", normal(2, 4, 4));
    }

    private static Relevance explain(Residual.Shares shares, Value y, Value... intermediates) {
        return Lrp.with(RuleTable.of(residual().use(new Residual(shares, EPS)))).explain(y, Seed.of(R), intermediates);
    }

    private static void takesEverything(Residual.Shares shares, Value y, Value expected, Value other) {
        Relevance relevance = explain(shares, y, expected, other);
        assertThat(relevance.of(expected).toDoubleArray()).containsExactly(R.toDoubleArray());
        assertThat(relevance.of(other).toDoubleArray()).containsOnly(0);
    }

    @Test
    void anAncestorIsTheSkipWhateverItsPosition() {
        Value h = x.tanh();
        Value branch = h.matmul(w).relu();
        for (Value y : new Value[] {h.add(branch), branch.add(h)}) {
            // Of h arrive the skip's share and what passes the branch: compare the branch alone.
            assertThat(explain(Residual.Shares.SKIP_ONLY, y, branch).of(branch).toDoubleArray()).containsOnly(0);
            assertThat(explain(Residual.Shares.BRANCH_ONLY, y, branch).of(branch).toDoubleArray())
                    .containsExactly(R.toDoubleArray());
        }
    }

    @Test
    void aProjectionIsTheSkipBesideALongerBranch() {
        Value skip = x.matmul(w);
        Value branch = x.matmul(w).relu().matmul(w);
        takesEverything(Residual.Shares.SKIP_ONLY, branch.add(skip), skip, branch);
        takesEverything(Residual.Shares.BRANCH_ONLY, skip.add(branch), branch, skip);
    }

    @Test
    void blocksInsideABranchDoNotConfuseIt() {
        Value h = x.tanh();
        Value inner = h.matmul(w);
        Value block = inner.add(inner.relu());
        Value y = block.matmul(w).add(h);
        assertThat(Lrp.with(RuleTable.of(residual().use(new Residual(Residual.Shares.SKIP_ONLY, EPS)))).explain(y,
                Seed.of(R), block).of(block).toDoubleArray()).containsOnly(0);
    }

    @Test
    void sharesFollowTheirFormulas() {
        Value branch = x.matmul(w);
        Value y = branch.add(x);
        for (Residual.Shares shares : new Residual.Shares[] {Residual.Shares.MAGNITUDE, Residual.Shares.SIGNED}) {
            double[] got = explain(shares, y, branch).of(branch).toDoubleArray();
            for (int i = 0; i < got.length; i++) {
                double f = branch.tensor().toDoubleArray()[i];
                double s = x.tensor().toDoubleArray()[i];
                double share =
                        shares == Residual.Shares.SIGNED ? f / (f + s) : Math.abs(f) / (Math.abs(f) + Math.abs(s));
                assertThat(got[i]).isCloseTo(share * R.toDoubleArray()[i], within(1e-6 * Math.abs(share) + 1e-9));
            }
        }
    }

    @Test
    void whatIsNoResidualAdditionIsNotSelectedAndRefused() {
        Value z = tape.input("z", normal(4, 2, 4));
        Value sum = x.tanh().add(z.tanh());
        RuleTable selected = RuleTable.of(residual().use(new Residual(Residual.Shares.SKIP_ONLY, EPS)));
        assertThat(Lrp.with(selected).plan(sum).unusedRows()).hasSize(1);
        // Two ways of the same length from the same activation: neither is the skip.
        Value even = x.tanh().add(x.relu());
        RuleTable every = RuleTable.of(every(Add.class).use(new Residual(Residual.Shares.SKIP_ONLY, EPS)));
        for (Value y : new Value[] {sum, even}) {
            assertThatThrownBy(() -> Lrp.with(every).explain(y, Seed.of(R)))
                    .isInstanceOf(UnsuitableRuleException.class)
                    .hasMessageContaining("cannot tell a skip connection from a branch");
        }
    }
}
