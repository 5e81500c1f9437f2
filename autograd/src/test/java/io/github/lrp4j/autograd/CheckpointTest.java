package io.github.lrp4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

/** Retain.checkpoint: what is held after the forward pass, while going back, and how often anything is replayed. */
class CheckpointTest {
    private static final Shape SHAPE = Shape.of(2, 3);

    @ParameterizedTest
    @CsvSource({"400, 1", "400, 20", "1000, 7", "1000, 2000"})
    void aChainHoldsOneValuePerSegmentAndReplaysOneSegmentAtATime(int n, int every) {
        Value end = chain(new Tape(new ReferenceKernels(), Retain.checkpoint(every)), n, Value::gelu);
        Graph graph = Graph.of(end);
        assertThat(kept(graph)).isEqualTo(1 + (n - 1) / every);
        Usage usage = goBack(graph);
        assertThat(usage.mostHeld).isLessThanOrEqualTo(every);
        assertThat(usage.replays).hasSizeLessThanOrEqualTo(n).doesNotHaveDuplicates();
    }

    /** x + tanh(gelu x): gelus read their operand, so every sum but those at a segment's end is replayed once. */
    @ParameterizedTest
    @CsvSource({"300, 1", "300, 17", "300, 18", "900, 30"})
    void aResidualChainNeverReplaysBeyondItsSegment(int blocks, int every) {
        Value end = chain(new Tape(new ReferenceKernels(), Retain.checkpoint(every)), blocks,
                x -> x.add(x.gelu().tanh()));
        Graph graph = Graph.of(end);
        int segments = (3 * blocks + every - 1) / every;
        // Two values cross where a segment ends inside of a block.
        assertThat(kept(graph)).isLessThanOrEqualTo(1 + 2 * segments);
        Usage usage = goBack(graph);
        assertThat(usage.mostHeld).isLessThanOrEqualTo(every);
        assertThat(usage.replays).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100})
    void gradientsAreTheSame(int every) {
        double[] want = gradient(Retain.GRADIENT);
        assertThat(gradient(Retain.checkpoint(every))).isEqualTo(want);
        assertThat(gradient(Retain.SPEED)).isEqualTo(want);
    }

    private static double[] gradient(Retain retain) {
        Tape tape = new Tape(new ReferenceKernels(), retain);
        Value x = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(2, 4, 6)));
        Value scale = tape.parameter("scale", TestTensors.normal(2, DType.F64, Shape.of(6)));
        Value h = x.layerNorm(1, scale, scale, 1e-5).gelu().dropout(0.4, new Random(7));
        h = h.add(h.softmax(2)).maxPool(PoolSpec.of(1, 3, 1, 1)).mul(x);
        h = h.rmsNorm(1, scale, 1e-5).sub(x.sigmoid());
        Value loss = h.tanh().square().sum();
        List<Double> all = new ArrayList<>();
        Gradients gradients = Gradients.ofScalar(loss);
        for (Value leaf : List.of(x, scale)) {
            for (double g : gradients.of(leaf).toDoubleArray()) {
                all.add(g);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Test
    void statisticsAreComputedAgainAndMasksAreNot() {
        Tape tape = new Tape(new ReferenceKernels(), Retain.checkpoint(4));
        Value x = tape.input("x", TestTensors.normal(1, DType.F64, SHAPE));
        assertThat(x.layerNorm(1, null, null, 1e-5).node().keptExtras()).isNull();
        assertThat(x.dropout(0.5, new Random(1)).node().keptExtras()).hasSize(1);
        assertThat(new Tape(new ReferenceKernels()).input("x", x.tensor()).layerNorm(1, null, null, 1e-5).node()
                .keptExtras()).hasSize(2);
    }

    @Test
    void aPolicySaysWhatItIs() {
        assertThat(Retain.checkpoint(32)).hasToString("checkpoint(32)");
        assertThat(Retain.GRADIENT).hasToString("gradient");
        assertThatIllegalArgumentException().isThrownBy(() -> Retain.checkpoint(0)).withMessageContaining("1 or more");
    }

    private static Value chain(Tape tape, int n, UnaryOperator<Value> step) {
        Value x = tape.input("x", TestTensors.normal(3, DType.F64, SHAPE));
        for (int i = 0; i < n; i++) {
            x = step.apply(x);
        }
        return x;
    }

    /** Different tensors that nodes hold, the leaves' included. */
    private static int kept(Graph graph) {
        Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : graph.nodes()) {
            for (int i = 0; i < node.operands().size(); i++) {
                tensors.add(node.keptOperand(i));
            }
            tensors.add(node.keptOutput(0));
        }
        tensors.remove(null);
        return tensors.size();
    }

    private static Usage goBack(Graph graph) {
        Usage usage = new Usage();
        var lifetimes = ValueLifetimes.of(graph, index -> reads(graph, index));
        RecordedValues values = new RecordedValues(graph, lifetimes, usage);
        Tensor seed = graph.outputs().get(0).tensor();
        ReverseSweep.run(graph, new Tensor[] {seed}, (index, arrived) -> {
            values.release(index);
            Node node = graph.node(index);
            Saved saved = values.saved(index, reads(graph, index));
            boolean[] wanted = new boolean[node.operands().size()];
            Arrays.fill(wanted, true);
            return node.op().vjp(saved, arrived, wanted);
        });
        values.release(-1);
        assertThat(usage.held).isEmpty();
        return usage;
    }

    private static Keeps reads(Graph graph, int index) {
        boolean[] wanted = new boolean[graph.node(index).operands().size()];
        Arrays.fill(wanted, true);
        return graph.node(index).op().keeps(wanted);
    }

    private static final class Usage implements RecordedValues.Watcher {
        private final List<Integer> replays = new ArrayList<>();
        private final Set<Integer> held = new HashSet<>();
        private int mostHeld;

        @Override
        public void recovered(int index) {
            replays.add(index);
            held.add(index);
            mostHeld = Math.max(mostHeld, held.size());
        }

        @Override
        public void dropped(int index) {
            held.remove(index);
        }
    }
}
