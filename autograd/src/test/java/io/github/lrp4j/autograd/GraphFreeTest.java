package io.github.lrp4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.simd.SimdKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GraphFreeTest {
    private final Tape tape = new Tape(new ReferenceKernels());

    private static Tensor normal(int... sizes) {
        return TestTensors.normal(1, DType.F64, Shape.of(sizes));
    }

    @Test
    void aFreedGraphHasNoGradientsAndSaysSo() {
        Value x = tape.input("x", normal(3));
        Value y;
        try (Scope _ = tape.scope("block.0")) {
            y = x.tanh();
        }
        Value z = y.mul(y);
        Graph graph = Graph.of(z);
        graph.free();
        assertThatThrownBy(() -> Gradients.vjp(z, normal(3))).isInstanceOf(GraphFreedException.class)
                .hasMessageContaining("mul #2 [[3], [3] -> [3]]").hasMessageContaining("Graph.free()");
        // A graph that was built before, and one of which only an inner part was freed.
        assertThatThrownBy(() -> ReverseSweep.run(graph, new Tensor[] {normal(3)}, (index, arrived) -> {
            Node node = graph.node(index);
            return node.op().vjp(node.saved(), arrived, new boolean[] {true, true});
        })).isInstanceOf(GraphFreedException.class);
        Value later = y.exp();
        assertThatThrownBy(() -> Graph.of(later)).isInstanceOfSatisfying(GraphFreedException.class, e -> {
            assertThat(e.op()).isEqualTo("tanh");
            assertThat(e.scope()).isEqualTo("block.0");
            assertThat(e.shapes()).isEqualTo("[[3] -> [3]]");
            assertThat(e.remedy()).contains("run the forward pass again");
        });
        assertThatThrownBy(() -> y.node().keptOutput(0)).isInstanceOf(GraphFreedException.class);
        assertThatThrownBy(() -> y.node().keptExtras()).isInstanceOf(GraphFreedException.class);
    }

    @Test
    void leavesOutliveTheirGraph() {
        Value x = tape.input("x", normal(3));
        Value w = tape.parameter("w", normal(3));
        Graph.of(x.mul(w)).free();
        assertThat(x.node().isFreed()).isFalse();
        Value again = x.mul(w);
        Tensor g = Gradients.vjp(again, Tensor.full(1, DType.F64, Shape.of(3))).of(x);
        assertThat(g.toDoubleArray()).isEqualTo(w.tensor().toDoubleArray());
        Graph.of(again).free();
        Graph.of(x).free();
        assertThat(x.node().keptOutput(0)).isSameAs(x.tensor());
    }

    @Test
    void whatWasKeptCanBeCollectedThoughTheGraphIsHeld() throws InterruptedException {
        Value x = tape.input("x", normal(3));
        Value end = x.tanh().tanh();
        Graph graph = Graph.of(end);
        WeakReference<Tensor> activation = new WeakReference<>(graph.node(1).keptOutput(0));
        graph.free();
        for (int i = 0; i < 50 && activation.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(activation.get()).isNull();
        assertThat(graph.size()).isEqualTo(3);
    }

    @Test
    void whatWasReadStaysAndTheRestServesAgain() {
        try (SimdKernels kernels = new SimdKernels(1)) {
            Tape reusing = new Tape(kernels);
            Value x = reusing.input("x", TestTensors.normal(1, 1 << 14));
            Value read = x.tanh();
            Value unread = read.tanh();
            Value end = unread.tanh();
            float[] before = read.tensor().toFloatArray();
            float[] last = end.tensor().toFloatArray();
            Graph.of(end).free();
            Tensor[] others =
                    IntStream.range(0, 4).mapToObj(i -> kernels.unary(UnaryFn.of(UnaryFn.Kind.EXP), x.tensor()))
                            .toArray(Tensor[]::new);
            assertThat(read.tensor().toFloatArray()).containsExactly(before);
            assertThat(end.tensor().toFloatArray()).containsExactly(last);
            assertThatThrownBy(() -> unread.tensor().toFloatArray()).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Value.tensor()");
            assertThat(others).allSatisfy(
                    other -> assertThat(other.toFloatArray()).containsExactly(others[0].toFloatArray()));
        }
    }

    @Test
    void depthIsNoLimitToFreeing() {
        Value y = tape.input("x", normal(1));
        for (int i = 0; i < 50_000; i++) {
            y = y.tanh();
        }
        Graph graph = Graph.of(y);
        graph.free();
        assertThat(graph.nodes().stream().filter(Node::isFreed)).hasSize(50_000);
    }

    /** {@code y = x} whose adjoint returns whatever it was told to. */
    private record Broken(List<Tensor> adjoints) implements Custom {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Outputs forward(Kernels kernels, List<Tensor> operands) {
            return Outputs.of(operands.get(0));
        }

        @Override
        public Keeps keeps(boolean[] wanted) {
            return Keeps.NOTHING;
        }

        @Override
        public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
            return adjoints.toArray(new Tensor[0]);
        }
    }

    @Test
    void anAdjointOfAnotherShapeIsNamed() {
        Value x = tape.input("x", normal(2, 3));
        Value wrong;
        try (Scope _ = tape.scope("head")) {
            wrong = tape.apply(new Broken(List.of(normal(3, 2))), x);
        }
        assertThatThrownBy(() -> Gradients.vjp(wrong, normal(2, 3))).isInstanceOf(ShapeException.class)
                .hasMessage(
                        "broken at head #1 [[2, 3] -> [2, 3]]: operand 0: shapes differ, wanted [2, 3], got [3, 2]; "
                                + "the rule or adjoint of this op must return its operand's shape");
        Value many = tape.apply(new Broken(List.of(normal(2, 3), normal(2, 3))), x);
        assertThatThrownBy(() -> Gradients.vjp(many, normal(2, 3))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("2 tensors to 1 operands");
    }

    @Test
    void oneOutputMayLeadToAnotherAndBeNamedTwice() {
        Value x = tape.input("x", normal(3));
        Value y = x.scale(2);
        Value z = y.scale(3);
        Graph graph = Graph.of(z, y, y);
        assertThat(graph.isRoot(0)).isFalse();
        assertThat(graph.isRoot(1)).isTrue();
        assertThat(graph.isRoot(2)).isTrue();
        Tensor one = Tensor.full(1, DType.F64, Shape.of(3));
        Tensor g = Gradients.vjp(new Value[] {z, y, y}, new Tensor[] {one, one, one}).of(x);
        assertThat(g.toDoubleArray()).containsOnly(6 + 2 + 2);
    }
}
