package io.github.lrp4j.lrp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Very deep graphs, on a thread with a stack too small for any recursion over them. */
class DepthTest {
    private static final long STACK = 192 * 1024;
    private static final int BLOCKS = 10_000;
    private static final int LAYERS = 1_000;

    /** Networks that repeat one block. */
    enum Network {
        RESIDUAL, TRANSFORMER;

        Value record(Tape tape, DType dtype) {
            return this == RESIDUAL ? residualChain(tape, dtype) : transformer(tape, dtype);
        }
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void inDoublePrecisionTheBooksBalanceAndEveryPolicyAgrees(Network network) throws Exception {
        double[] want = explain(network, DType.F64, Retain.SPEED, 1e-12);
        assertThat(explain(network, DType.F64, Retain.GRADIENT, 1e-12)).isEqualTo(want);
        assertThat(explain(network, DType.F64, Retain.checkpoint(200), 1e-12)).isEqualTo(want);
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void inSinglePrecisionTheBooksBalance(Network network) throws Exception {
        assertThat(explain(network, DType.F32, Retain.GRADIENT, 1e-4)).doesNotContain(Double.NaN);
    }

    @Test
    void gradientsAreRecoveredSegmentBySegment() throws Exception {
        assertThat(gradient(Retain.checkpoint(100))).isEqualTo(gradient(Retain.GRADIENT));
    }

    private static double[] explain(Network network, DType dtype, Retain retain, double imbalance) throws Exception {
        return onSmallStack(() -> {
            Value logits = network.record(new Tape(new ReferenceKernels(), retain), dtype);
            Lrp lrp = Lrp.with(Presets.dynamicLrp());
            Relevance relevance = lrp.explain(logits, Seed.target(1));
            assertThat(lrp.plan(logits)).isSameAs(relevance.plan());
            assertThat(relevance.ledger().imbalance()).isLessThan(imbalance);
            return relevance.of(input(relevance), 0).toDoubleArray();
        });
    }

    private static double[] gradient(Retain retain) throws Exception {
        return onSmallStack(() -> {
            Tape tape = new Tape(new ReferenceKernels(), retain);
            Value x = tape.input("x", normal(1, DType.F64, 1, 3));
            Value y = x;
            for (int b = 0; b < BLOCKS; b++) {
                y = y.add(y.gelu().scale(-0.01));
            }
            return Gradients.vjp(y, normal(2, DType.F64, 1, 3)).of(x).toDoubleArray();
        });
    }

    private static Node input(Relevance relevance) {
        return relevance.graph().nodes().stream()
                .filter(node -> node.op() instanceof Leaf.Input).findFirst().orElseThrow();
    }

    private static double[] onSmallStack(Callable<double[]> work) throws Exception {
        FutureTask<double[]> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, "small stack", STACK);
        thread.start();
        return task.get();
    }

    private static Value residualChain(Tape tape, DType dtype) {
        Value x = tape.input("x", normal(1, dtype, 1, 4));
        Value w = tape.parameter("w", normal(2, dtype, 4, 4));
        Value b = tape.parameter("b", normal(3, dtype, 4));
        for (int block = 0; block < BLOCKS; block++) {
            x = x.add(x.linear(w, b).tanh().scale(0.05));
        }
        return x.linear(tape.parameter("head", normal(4, dtype, 3, 4)), null);
    }

    private static Value transformer(Tape tape, DType dtype) {
        Value x = tape.input("x", normal(1, dtype, 1, 3, 4));
        Value query = tape.parameter("query", normal(2, dtype, 4, 4));
        Value key = tape.parameter("key", normal(3, dtype, 4, 4));
        Value value = tape.parameter("value", normal(4, dtype, 4, 4));
        Value up = tape.parameter("up", normal(5, dtype, 8, 4));
        Value down = tape.parameter("down", normal(6, dtype, 4, 8));
        Value bias = tape.parameter("bias", normal(7, dtype, 8));
        Value scale = tape.parameter("scale", Tensor.full(1, dtype, Shape.of(4)));
        Value shift = tape.parameter("shift", Tensor.full(0, dtype, Shape.of(4)));
        for (int layer = 0; layer < LAYERS; layer++) {
            Value h = x.layerNorm(1, scale, shift, 1e-5);
            Value scores = h.linear(query, null).matmul(h.linear(key, null).transpose(1, 2)).scale(0.5);
            x = x.add(scores.softmax(2).matmul(h.linear(value, null)).scale(0.1));
            x = x.add(x.layerNorm(1, scale, shift, 1e-5).linear(up, bias).gelu().linear(down, null).scale(0.1));
        }
        return x.mean(List.of(1), false).linear(tape.parameter("head", normal(8, dtype, 3, 4)), null);
    }

    private static Tensor normal(long seed, DType dtype, int... sizes) {
        return TestTensors.normal(seed, dtype, Shape.of(sizes));
    }
}
