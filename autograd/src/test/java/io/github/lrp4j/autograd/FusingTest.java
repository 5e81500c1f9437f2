package io.github.lrp4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tape that fuses records what a tape that does not records, in fewer kernels. */
class FusingTest {
    private static final Kernels KERNELS = Backends.select().kernels();
    private static final List<Retain> POLICIES = List.of(Retain.GRADIENT, Retain.NOTHING, Retain.SPEED,
            Retain.checkpoint(1), Retain.checkpoint(3));

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Kernels counting = (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                calls.add(method.getName());
                try {
                    return method.invoke(KERNELS, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F32, Shape.of(sizes));
    }

    // ---- kernels ------------------------------------------------------------------------------------------------

    @Test
    void convolutionBiasAndReluAreOneKernel() {
        Tape tape = new Tape(counting);
        convolution(tape, tape.input("x", normal(1, 2, 3, 6, 6)), "").relu();
        assertThat(calls).containsExactly("fusedConv");
    }

    @Test
    void linearLayerAndResidualSumAreOneKernel() {
        Tape tape = new Tape(counting);
        Value x = tape.input("x", normal(1, 2, 5, 8));
        Value sum = x.add(linear(tape, x, ""));
        assertThat(calls).isEmpty();
        sum.layerNorm(1, null, null, 1e-5);
        assertThat(calls).containsExactly("fusedMatmul", "standardize");
    }

    @Test
    void anInputThatTheGradientReadsIsComputedByItself() {
        Tape tape = new Tape(counting);
        linear(tape, tape.input("x", normal(1, 2, 5, 8)), "").gelu();
        assertThat(calls).containsExactly("fusedMatmul", "unary");
        calls.clear();
        Tape inference = new Tape(counting, Retain.NOTHING);
        linear(inference, inference.input("x", normal(1, 2, 5, 8)), "").gelu();
        assertThat(calls).containsExactly("fusedMatmul");
    }

    @Test
    void whatFollowsAnotherDimensionOrReadsTheValueTwiceIsNotFused() {
        Tape tape = new Tape(counting);
        Value x = tape.input("x", normal(1, 4, 4));
        Value w = tape.parameter("w", normal(2, 4, 4));
        Value bias = tape.parameter("b", normal(3, 4));
        x.matmul(w).addBias(bias, 0);
        assertThat(calls).containsExactly("matmul", "binary");
        calls.clear();
        Value z = x.matmul(w);
        z.mul(z.sigmoid());
        z.add(z);
        assertThat(calls).containsExactly("matmul", "unary", "binary", "binary");
    }

    @Test
    void retainSpeedDoublePrecisionConstantsAndTheSwitchDoNotFuse() {
        Tape speed = new Tape(counting, Retain.SPEED);
        convolution(speed, speed.input("x", normal(1, 1, 3, 4, 4)), "").relu();
        Tape off = new Tape(counting, Retain.GRADIENT, false);
        convolution(off, off.input("x", normal(1, 1, 3, 4, 4)), "").relu();
        Tape dead = new Tape(counting);
        dead.constant(normal(1, 1, 3, 4, 4)).conv(dead.constant(normal(2, 3, 3, 3, 3)), dead.constant(normal(3, 3)),
                ConvSpec.of(2, 1, 1)).relu();
        Tape wide = new Tape(counting);
        wide.input("x", normal(1, 3, 4).to(DType.F64)).matmul(wide.constant(normal(2, 4, 4).to(DType.F64)))
                .addBias(wide.constant(normal(3, 4).to(DType.F64)), 1).relu();
        assertThat(calls).containsExactly("conv", "binary", "unary", "conv", "binary", "unary", "conv", "binary",
                "unary", "matmul", "binary", "unary");
    }

    // ---- values -------------------------------------------------------------------------------------------------

    @Test
    void aSkippedValueIsThereWhenItIsAskedFor() {
        Tape tape = new Tape(KERNELS);
        Value x = tape.input("x", normal(1, 1, 3, 6, 6));
        Value product = x.conv(tape.parameter("w", normal(2, 4, 3, 3, 3)), ConvSpec.of(2, 1, 1));
        Value biased = product.addBias(tape.parameter("b", normal(3, 4)), 1);
        Value flat = biased.reshape(4, -1);
        Value y = flat.relu();
        assertThat(List.of(product.shape(), biased.shape(), flat.shape(), y.shape())).containsExactly(
                Shape.of(1, 4, 6, 6), Shape.of(1, 4, 6, 6), Shape.of(4, 36), Shape.of(4, 36));
        TensorAssert.assertSame(flat.tensor(), biased.tensor().reshape(4, 36));
        TensorAssert.assertSame(y.tensor(), KERNELS.unary(UnaryFn.of(UnaryFn.Kind.RELU), flat.tensor()));
        TensorAssert.assertSame(product.tensor(),
                KERNELS.conv(x.tensor(), normal(2, 4, 3, 3, 3), ConvSpec.of(2, 1, 1)));
    }

    @Test
    void severalThreadsComputeAPendingValueOnce() throws Exception {
        Tape tape = new Tape(counting);
        Value y = convolution(tape, tape.input("x", normal(1, 2, 3, 9, 9)), "");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Tensor>> all = threads.invokeAll(Collections.nCopies(8, (Callable<Tensor>) y::tensor));
            for (Future<Tensor> one : all) {
                assertThat(one.get()).isSameAs(all.getFirst().get());
            }
        }
        assertThat(calls).containsExactly("fusedConv");
    }

    @Test
    void errorsComeWhenTheOpIsRecorded() {
        for (boolean fuses : new boolean[] {true, false}) {
            Tape tape = new Tape(KERNELS, Retain.GRADIENT, fuses);
            Value x = tape.input("x", normal(1, 2, 3, 8, 8));
            Value w = tape.parameter("w", normal(2, 4, 2, 3, 3));
            Value good = convolution(tape, x, "");
            try (Scope _ = tape.scope("net")) {
                assertThatThrownBy(() -> x.conv(w, ConvSpec.of(2, 1, 1))).isInstanceOf(OpException.class)
                        .hasMessageStartingWith("conv2d at net: ").hasMessageContaining("[4, 2, 3, 3]");
                assertThatThrownBy(() -> x.matmul(w)).isInstanceOf(OpException.class)
                        .hasMessageStartingWith("matmul at net: ").hasMessageContaining("[2, 3, 8, 8]");
                assertThatThrownBy(() -> good.addBias(tape.constant(normal(3, 7)), 1)).isInstanceOf(OpException.class)
                        .hasMessageStartingWith("add_bias at net: ").hasMessageContaining("[7]");
                assertThatThrownBy(() -> good.add(w)).isInstanceOf(OpException.class)
                        .hasMessageStartingWith("add at net: ").hasMessageContaining("[4, 2, 3, 3]");
                assertThatThrownBy(() -> good.reshape(5, -1)).isInstanceOf(OpException.class)
                        .hasMessageStartingWith("view at net: ").hasMessageContaining("[5, -1]");
            }
        }
    }

    // ---- graphs -------------------------------------------------------------------------------------------------

    /** Random networks, under every policy: nodes, what they keep, values and gradients, bit by bit. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void graphsValuesAndGradientsAreThoseWithoutFusing(long seed) {
        for (Retain retain : POLICIES) {
            Tape fused = new Tape(KERNELS, retain, true);
            Tape apart = new Tape(KERNELS, retain, false);
            List<Value> got = network(fused, seed);
            List<Value> want = network(apart, seed);
            for (int i = 0; i < want.size(); i++) {
                assertThat(described(got.get(i).node())).as("%s, value %s", retain, i)
                        .isEqualTo(described(want.get(i).node()));
            }
            for (int i = want.size() - 1; i >= 0; i--) {
                TensorAssert.assertSame(got.get(i).tensor(), want.get(i).tensor());
            }
            if (retain != Retain.NOTHING) {
                Gradients gotGradients = Gradients.ofScalar(got.getLast().sum());
                Gradients wantGradients = Gradients.ofScalar(want.getLast().sum());
                for (int i = 0; i < want.size(); i++) {
                    if (want.get(i).node().op() instanceof Leaf) {
                        TensorAssert.assertSame(gotGradients.of(got.get(i)), wantGradients.of(want.get(i)));
                    }
                }
            }
        }
    }

    private static String described(Node node) {
        StringBuilder text = new StringBuilder(node + " " + node.outputShape(0) + node.dtype(0) + node.isLive()
                + node.isActivation() + (node.keptOutput(0) != null));
        for (int i = 0; i < node.operands().size(); i++) {
            text.append(' ').append(node.operands().get(i).node().id()).append(node.keptOperand(i) != null);
        }
        return text.toString();
    }

    /** All values of a network of layers, residual sums and activations that grows at random. */
    private static List<Value> network(Tape tape, long seed) {
        Random random = new Random(seed);
        List<Value> all = new ArrayList<>();
        all.add(tape.input("x", normal(seed, 2, 5, 8)));
        for (int layer = 0; layer < 14; layer++) {
            Value x = all.get(Math.max(0, all.size() - 1 - random.nextInt(3)));
            String name = "layer" + layer;
            all.add(switch (random.nextInt(12)) {
                case 0, 1, 2 -> linear(tape, x, name);
                case 3 -> x.matmul(tape.parameter(name + ".w", normal(layer, 8, 8)));
                case 4, 5 -> x.relu();
                case 6 -> x.gelu();
                case 7 -> x.clamp(-1, 1);
                case 8 -> x.layerNorm(1, null, null, 1e-5);
                case 9 -> x.reshape(10, 8).addBias(tape.parameter(name + ".b", normal(layer, 8)), 1).reshape(2, 5, 8);
                default -> x.add(all.get(random.nextInt(all.size())), random.nextInt(4) == 0 ? 0.5 : 1);
            });
        }
        return all;
    }

    private static Value convolution(Tape tape, Value x, String name) {
        return x.conv(tape.parameter(name + ".w", normal(5, 3, 3, 3, 3)), tape.parameter(name + ".b", normal(6, 3)),
                ConvSpec.of(2, 1, 1));
    }

    private static Value linear(Tape tape, Value x, String name) {
        return x.linear(tape.parameter(name + ".w", normal(7, 8, 8)), tape.parameter(name + ".b", normal(8, 8)));
    }
}
