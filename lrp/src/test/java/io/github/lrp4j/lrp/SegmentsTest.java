package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Relevance under Retain.checkpoint: how much is held at any moment, and how often anything is computed again. */
class SegmentsTest {
    private static final Shape SHAPE = Shape.of(2, 3);

    /** Blocks {@code x + tanh(W x)} count three arg nodes each: the product, the activation, the sum. */
    @ParameterizedTest
    @CsvSource({"100, 17", "100, 3", "400, 35", "1600, 69"})
    void aResidualChainHoldsItsCutsAndOneSegment(int blocks, int every) {
        Held held = new Held();
        Value logits = chain(Retain.checkpoint(every), blocks);
        Relevance relevance = lrp().watchedBy(held).explain(logits, Seed.top1());
        int argNodes = 3 * blocks + 2;
        // Where a segment ends inside of a block, two values cross: x and the branch. A block has four nodes for three arg nodes.
        assertThat(kept(relevance)).isLessThanOrEqualTo(4 + 2 * (argNodes / every));
        assertThat(held.most).isLessThanOrEqualTo(4 * (every + 2) / 3);
        assertThat(held.again).isEmpty();
        assertThat(held.now).isEmpty();
        Value all = chain(Retain.SPEED, blocks);
        assertThat(ofInput(relevance)).isEqualTo(ofInput(lrp().explain(all, Seed.top1())));
    }

    /** With a square root of n as the length of a segment, four times the nodes hold twice the values. */
    @Test
    void memoryGrowsWithTheSquareRoot() {
        int small = peak(256, 16 * 3);
        int large = peak(4 * 256, 2 * 16 * 3);
        assertThat((double) large / small).isBetween(1.5, 2.5);
        Held held = new Held();
        lrp().watchedBy(held).explain(chain(Retain.checkpoint(1_000_000), 256), Seed.top1());
        assertThat(held.most).isGreaterThan(4 * small);
    }

    private static int peak(int blocks, int every) {
        Held held = new Held();
        return kept(lrp().watchedBy(held).explain(chain(Retain.checkpoint(every), blocks), Seed.top1())) + held.most;
    }

    private static Lrp lrp() {
        return Lrp.with(Presets.dynamicLrp());
    }

    private static Value chain(Retain retain, int blocks) {
        Tape tape = new Tape(new ReferenceKernels(), retain);
        Value x = tape.input("x", TestTensors.normal(1, DType.F64, SHAPE));
        Value w = tape.parameter("w", TestTensors.normal(2, DType.F64, Shape.of(3, 3)));
        for (int block = 0; block < blocks; block++) {
            x = x.add(x.matmul(w).tanh().scale(0.1));
        }
        return x;
    }

    private static double[] ofInput(Relevance relevance) {
        return relevance.of(relevance.graph().node(0), 0).toDoubleArray();
    }

    /** Different tensors that nodes hold, leaves included. */
    private static int kept(Relevance relevance) {
        Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : relevance.graph().nodes()) {
            for (int i = 0; i < node.operands().size(); i++) {
                tensors.add(node.keptOperand(i));
            }
            tensors.add(node.keptOutput(0));
        }
        tensors.remove(null);
        return tensors.size();
    }

    private static final class Held implements Trace {
        private final Set<Integer> now = new HashSet<>();
        private final Set<Integer> before = new HashSet<>();
        private final List<Integer> again = new ArrayList<>();
        private int most;

        @Override
        public void recovered(int index) {
            if (!before.add(index)) {
                again.add(index);
            }
            now.add(index);
            most = Math.max(most, now.size());
        }

        @Override
        public void dropped(int index) {
            now.remove(index);
        }
    }
}
