package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;

/**
 * {@code d/dt sum_i <R_i, c_i>} of a recorded explanation against central differences of explanations that are not
 * recorded, where {@code R_i} are the relevances of all leaves and t moves one leaf.
 */
final class RelevanceDerivatives {
    /** Something to explain. */
    @FunctionalInterface
    interface Model {
        /** The output for these leaves: the input, then the parameters. */
        Value record(List<Value> leaves);
    }

    private static final Kernels KERNELS = new ReferenceKernels();
    private static final double STEP = 1e-5;
    /** The start depends on the output, so that every relevance depends on every leaf that the output depends on. */
    private static final Seed SEED = Seed.top1().timesOutput();

    private final Lrp lrp;
    private final Model model;
    private final List<Tensor> leaves;

    RelevanceDerivatives(RuleTable rules, Model model, List<Tensor> leaves) {
        this.lrp = Lrp.with(rules);
        this.model = model;
        this.leaves = leaves;
    }

    private static List<Value> values(Tape tape, List<Tensor> leaves) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            Tensor leaf = leaves.get(i);
            values.add(i == 0
                    ? tape.input("x", leaf)
                    : leaf.dtype().isFloating() ? tape.parameter("w" + i, leaf) : tape.constant(leaf));
        }
        return values;
    }

    private static Tensor weight(int i, Tensor leaf) {
        return TestTensors.normal(40 + i, DType.F64, leaf.shape());
    }

    private double loss(List<Tensor> at) {
        Tape tape = new Tape(KERNELS);
        List<Value> values = values(tape, at);
        Relevance relevance = lrp.explain(model.record(values), SEED);
        double loss = 0;
        for (int i = 0; i < at.size(); i++) {
            if (at.get(i).dtype().isFloating()) {
                loss += KERNELS.total(KERNELS.binary(BinaryFn.MUL, relevance.of(values.get(i)), weight(i, at.get(i))));
            }
        }
        return loss;
    }

    /** The gradients of the loss, by leaf; none for leaves that are not floating. */
    List<Tensor> recorded(Retain retain) {
        Tape tape = new Tape(KERNELS, retain);
        List<Value> values = values(tape, leaves);
        Value output = model.record(values);
        Relevance relevance = lrp.recordGraph().explain(output, SEED);
        Relevance plain = lrp.explain(output, SEED);
        Value loss = null;
        for (int i = 0; i < values.size(); i++) {
            if (leaves.get(i).dtype().isFloating()) {
                Value found = relevance.value(values.get(i));
                close(found.tensor(), plain.of(values.get(i)), 1e-12);
                Value part = found.mul(tape.constant(weight(i, leaves.get(i)))).sum();
                loss = loss == null ? part : loss.add(part);
            }
        }
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-12);
        Gradients gradients = Gradients.ofScalar(loss);
        return values.stream().filter(v -> v.tensor().dtype().isFloating()).map(gradients::of).toList();
    }

    /** Checks all of it. */
    void require(double tolerance) {
        List<Tensor> gradients = recorded(Retain.GRADIENT);
        for (Retain other : List.of(Retain.SPEED, Retain.checkpoint(3))) {
            List<Tensor> same = recorded(other);
            for (int i = 0; i < gradients.size(); i++) {
                close(same.get(i), gradients.get(i), 1e-11);
            }
        }
        int next = 0;
        for (int i = 0; i < leaves.size(); i++) {
            if (!leaves.get(i).dtype().isFloating()) {
                continue;
            }
            Tensor gradient = gradients.get(next++);
            for (int d = 0; d < 2; d++) {
                Tensor direction = TestTensors.normal(60 + d, DType.F64, leaves.get(i).shape());
                // Fourth order: quotients by a z near 0 bend too much for two points.
                double numeric = (8 * change(i, direction, STEP) - change(i, direction, 2 * STEP)) / (12 * STEP);
                double analytic = KERNELS.total(KERNELS.binary(BinaryFn.MUL, gradient, direction));
                double scale = Math.max(1, Math.max(Math.abs(numeric), Math.abs(analytic)));
                assertThat(analytic).as("derivative to leaf %d %s", i, leaves.get(i).shape())
                        .isCloseTo(numeric, Offset.offset(tolerance * scale));
            }
        }
    }

    private double change(int i, Tensor direction, double step) {
        return loss(moved(i, direction, step)) - loss(moved(i, direction, -step));
    }

    private List<Tensor> moved(int i, Tensor direction, double amount) {
        List<Tensor> moved = new ArrayList<>(leaves);
        Tensor step = KERNELS.unary(new UnaryFn(UnaryFn.Kind.SCALE, amount, 0), direction);
        moved.set(i, KERNELS.binary(BinaryFn.ADD, leaves.get(i), step));
        return moved;
    }

    private static void close(Tensor found, Tensor expected, double tolerance) {
        double[] want = expected.toDoubleArray();
        double[] got = found.toDoubleArray();
        double largest = 1;
        for (double value : want) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < want.length; i++) {
            assertThat(got[i]).isCloseTo(want[i], Offset.offset(tolerance * largest));
        }
    }
}
