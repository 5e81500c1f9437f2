package io.github.lrp4j.autograd;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.op.Cast;
import io.github.lrp4j.autograd.optim.Adam;
import io.github.lrp4j.autograd.optim.LearningRate;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Graphs and the reverse sweep over them. */
class ReverseSweepTest {
    private final Kernels kernels = new ReferenceKernels();
    private final Tape tape = new Tape(kernels);

    private static Tensor normal(int... sizes) {
        return TestTensors.normal(2, DType.F64, Shape.of(sizes));
    }

    private Value scalar(String name, double value) {
        return tape.input(name, Tensor.scalar(value, DType.F64));
    }

    @Test
    void aValueAddedToItselfGetsBothCotangents() {
        Value x = tape.input("x", normal(3));
        assertThat(Gradients.ofScalar(x.add(x).sum()).of(x).toDoubleArray()).containsOnly(2);
    }

    @Test
    void usesOfOneValueAddUp() {
        Value x = tape.input("x", normal(2, 3));
        Value out = x.relu().mul(x.sigmoid()).add(x);
        double[] expected = x.tensor().toDoubleArray();
        for (int i = 0; i < expected.length; i++) {
            double s = 1 / (1 + Math.exp(-expected[i]));
            expected[i] = 1 + (expected[i] > 0 ? s + expected[i] * s * (1 - s) : 0);
        }
        assertClose(Gradients.ofScalar(out.sum()).of(x), Tensor.of(expected, 2, 3), 1e-14, 1e-14);
    }

    @Test
    void aModuleUsedTwiceHasOneGradient() {
        Tensor weight = normal(3, 3);
        Value x = tape.input("x", normal(2, 3));
        Value once = x.matmul(tape.parameter("w", weight)).tanh();
        Value twice = once.matmul(tape.parameter("w", weight));
        Tensor both = Gradients.ofScalar(twice.sum()).of(tape.parameter("w", weight));

        Value first = tape.parameter("first", weight);
        Value second = tape.parameter("second", weight);
        Gradients apart = Gradients.ofScalar(x.matmul(first).tanh().matmul(second).sum());
        Tensor sum = kernels.binary(BinaryFn.ADD, apart.of(first), apart.of(second));
        assertClose(both, sum, 1e-14, 1e-14);
    }

    /** The expression of micrograd's README; numbers computed with PyTorch in float64. */
    @Test
    void aGnarlyExpressionAgreesWithPyTorch() {
        Value a = scalar("a", -4);
        Value b = scalar("b", 2);
        Value c = a.add(b);
        Value d = a.mul(b).add(b.pow(3));
        c = c.add(c).shift(1);
        c = c.add(c.shift(1)).add(a.neg());
        d = d.add(d.scale(2)).add(b.add(a).relu());
        d = d.add(d.scale(3)).add(b.sub(a).relu());
        Value e = c.sub(d);
        Value f = e.square();
        Value g = f.scale(0.5).add(tape.constant(Tensor.scalar(10, DType.F64)).div(f));
        Gradients gradients = Gradients.ofScalar(g);
        assertThat(g.tensor().item()).isCloseTo(24.70408163265306, within(1e-13));
        assertThat(gradients.of(a).item()).isCloseTo(138.83381924198252, within(1e-11));
        assertThat(gradients.of(b).item()).isCloseTo(645.5772594752186, within(1e-11));
    }

    @Test
    void outputsOfOneNodeAreApart() {
        Value x = tape.input("x", normal(2, 6));
        List<Value> parts = x.split(1, 1, 3, 2);
        Value used = parts.get(2).scale(5).sum().add(parts.get(0).sum());
        assertThat(Gradients.ofScalar(used).of(x).toDoubleArray()).containsExactly(1, 0, 0, 0, 5, 5, 1, 0, 0, 0, 5, 5);
        assertThat(Gradients.ofScalar(used, parts.get(1), parts.get(2)).of(parts.get(1)).toDoubleArray())
                .containsOnly(0);
        assertThat(Gradients.ofScalar(used, parts.get(2)).of(parts.get(2)).toDoubleArray()).containsOnly(5);
    }

    @Test
    void severalOutputsAreSummed() {
        Value x = tape.input("x", normal(3));
        Tensor g = normal(3);
        Tensor h = TestTensors.normal(3, DType.F64, Shape.of(3));
        Value y = x.scale(2);
        Value z = y.exp();
        Tensor both = Gradients.vjp(new Value[] {y, z, y}, new Tensor[] {g, h, g}).of(x);
        Tensor expected = y.add(y).tape().constant(g).scale(4)
                .add(tape.constant(h).mul(tape.constant(z.tensor())).scale(2)).tensor();
        assertClose(both, expected, 1e-14, 1e-14);
    }

    @Test
    void seedsMustFit() {
        Value y = tape.input("x", normal(3)).exp();
        assertThatThrownBy(() -> Gradients.vjp(y, normal(4))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("exp").hasMessageContaining("[3]").hasMessageContaining("[4]");
        assertThatIllegalArgumentException().isThrownBy(() -> Gradients.ofScalar(y)).withMessageContaining("no scalar");
        Value hidden = y.exp();
        Gradients gradients = Gradients.ofScalar(hidden.sum());
        assertThatIllegalArgumentException().isThrownBy(() -> gradients.of(y)).withMessageContaining("not asked for");
    }

    @Test
    void thereMustBeAGraph() {
        assertThatIllegalArgumentException().isThrownBy(Graph::of);
        Value constant = tape.constant(normal(2));
        assertThatIllegalArgumentException().isThrownBy(() -> Graph.of(constant))
                .withMessageContaining("depends on no");
        Value index = tape.apply(new Cast(DType.F64, DType.I64), tape.input("x", normal(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> Graph.of(index)).withMessageContaining("I64");
        Value here = tape.input("x", normal(2)).exp();
        Value there = new Tape(kernels).input("x", normal(2)).exp();
        assertThatIllegalArgumentException().isThrownBy(() -> Graph.of(here, there))
                .withMessageContaining("different tapes");
    }

    @Test
    void nodesComeBeforeTheirUsesAndKnowThem() {
        Value x = tape.input("x", normal(3));
        Value y = x.exp();
        Value unused = y.tanh();
        Value z = y.mul(x);
        Graph graph = Graph.of(z);
        assertThat(graph.nodes()).containsExactly(x.node(), y.node(), z.node());
        assertThat(graph.indexOf(unused.node())).isEqualTo(-1);
        assertThat(graph.uses(0)).containsExactly(new Graph.Use(1, 0, 0), new Graph.Use(2, 1, 0));
        assertThat(graph.uses(1)).containsExactly(new Graph.Use(2, 0, 0));
        assertThat(graph.uses(2)).isEmpty();
    }

    @Test
    void eachNodeIsVisitedOnceAfterAllOfItsUses() {
        Value value = tape.input("x", normal(3));
        for (int i = 0; i < 20; i++) {
            // A chain of diamonds: 2^20 paths, 41 nodes.
            value = value.add(value.tanh());
        }
        Graph graph = Graph.of(value);
        List<Integer> visited = new ArrayList<>();
        ReverseSweep.run(graph, new Tensor[] {normal(3)}, (index, arrived) -> {
            visited.add(index);
            Node node = graph.node(index);
            boolean[] wanted = new boolean[node.operands().size()];
            Arrays.fill(wanted, true);
            return node.op().vjp(node.saved(), arrived, wanted);
        });
        assertThat(visited).hasSize(41).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void depthIsNoLimit() {
        Value x = tape.input("x", normal(2));
        Value y = x;
        for (int i = 0; i < 10_000; i++) {
            y = y.shift(0.001).add(x.scale(0));
        }
        assertThat(Graph.of(y).size()).isEqualTo(30_001);
        assertThat(Gradients.ofScalar(y.sum()).of(x).toDoubleArray()).containsOnly(1);
    }

    /** Two layers and Adam separate what no line separates. */
    @Test
    void aSmallNetworkLearns() {
        Random random = new Random(5);
        Tensor x = TestTensors.normal(6, DType.F64, Shape.of(64, 2));
        long[] classes = new long[64];
        for (int i = 0; i < classes.length; i++) {
            // Not linearly separable: the sign of the product of the coordinates.
            classes[i] = x.at(i, 0) * x.at(i, 1) > 0 ? 1 : 0;
        }
        Tensor labels = Tensor.of(classes, 64);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("0.weight", TestTensors.normal(random.nextLong(), DType.F64, Shape.of(16, 2)));
        parameters.put("0.bias", Tensor.zeros(DType.F64, Shape.of(16)));
        parameters.put("1.weight", TestTensors.normal(random.nextLong(), DType.F64, Shape.of(2, 16)));
        parameters.put("1.bias", Tensor.zeros(DType.F64, Shape.of(2)));
        var optimizer = new Adam(kernels, LearningRate.constant(0.05));
        double first = 0;
        double last = 0;
        for (int step = 0; step < 100; step++) {
            Tape training = new Tape(kernels);
            Map<String, Value> leaves = new LinkedHashMap<>();
            parameters.forEach((name, value) -> leaves.put(name, training.parameter(name, value)));
            Value hidden = training.input("x", x).linear(leaves.get("0.weight"), leaves.get("0.bias")).relu();
            Value loss = hidden.linear(leaves.get("1.weight"), leaves.get("1.bias")).crossEntropy(labels);
            Gradients gradients = Gradients.ofScalar(loss);
            Map<String, Tensor> found = new LinkedHashMap<>();
            leaves.forEach((name, leaf) -> found.put(name, gradients.of(leaf)));
            parameters = optimizer.step(parameters, found);
            first = step == 0 ? loss.tensor().item() : first;
            last = loss.tensor().item();
        }
        assertThat(first).isGreaterThan(0.6);
        assertThat(last).isLessThan(0.1);
    }

    /** A kernel whose use would be a waste: nobody asked about the weight, nor about the branch of another input. */
    @Test
    void onlyWhatWasAskedForIsComputed() {
        List<String> calls = new ArrayList<>();
        Kernels counting =
                (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                        (proxy, method, arguments) -> {
                            calls.add(method.getName());
                            return method.invoke(new ReferenceKernels(), arguments);
                        });
        for (Retain retain : List.of(Retain.GRADIENT, Retain.SPEED)) {
            Tape counted = new Tape(counting, retain);
            Value x = counted.input("x", TestTensors.normal(1, DType.F64, Shape.of(4, 5)));
            Value w = counted.parameter("w", TestTensors.normal(2, DType.F64, Shape.of(5, 3)));
            Value other = counted.input("other", TestTensors.normal(3, DType.F64, Shape.of(4, 3)));
            Value hidden = x.tanh();
            Value y = hidden.matmul(w).add(other.exp());
            Tensor g = TestTensors.normal(4, DType.F64, y.shape());
            Gradients all = Gradients.vjp(y, g, hidden);
            calls.clear();
            Gradients some = Gradients.only(y, g, hidden);
            assertThat(Collections.frequency(calls, "matmul")).isEqualTo(1);
            assertThat(calls).doesNotContain("unaryVjp", "unaryVjpFromOutput", "binary");
            TensorAssert.assertSame(some.of(hidden), all.of(hidden));
            TensorAssert.assertSame(Gradients.only(y, g, x, w).of(x), all.of(x));
            TensorAssert.assertSame(Gradients.only(y, g, x, w).of(w), all.of(w));
            assertThatIllegalArgumentException().isThrownBy(() -> some.of(w)).withMessageContaining("w");
            assertThatIllegalArgumentException().isThrownBy(() -> Gradients.only(y, g)).withMessageContaining("target");
        }
    }
}
