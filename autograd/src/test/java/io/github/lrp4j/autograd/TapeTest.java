package io.github.lrp4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.op.Mean;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

/** What a tape records: scopes, leaves, what is kept, and errors that say where. */
class TapeTest {
    private final Kernels kernels = new ReferenceKernels();
    private final Tape tape = new Tape(kernels);

    private static Tensor normal(int... sizes) {
        return TestTensors.normal(1, DType.F64, Shape.of(sizes));
    }

    @Test
    void nodesCarryTheModulePathThatWasOpen() {
        Value x = tape.input("x", normal(2, 3));
        Value inner;
        try (Scope _ = tape.scope("encoder")) {
            try (Scope _ = tape.scope("layer.3")) {
                inner = x.relu();
            }
            assertThat(x.relu().node().scope()).isEqualTo("encoder");
        }
        assertThat(inner.node().scope()).isEqualTo("encoder.layer.3");
        assertThat(x.relu().node().scope()).isEmpty();
        assertThat(inner.node()).hasToString("relu at encoder.layer.3 #" + inner.node().id());
    }

    @Test
    void aScopeThatAnErrorLeavesIsClosed() {
        Value x = tape.input("x", normal(2, 3));
        assertThatThrownBy(() -> {
            try (Scope _ = tape.scope("layer")) {
                x.matmul(x);
            }
        }).isInstanceOf(OpException.class);
        assertThat(tape.scope()).isEmpty();
    }

    @Test
    void shapeErrorsNameOpScopeAndBothShapes() {
        Value a = tape.input("a", normal(2, 8, 64));
        Value b = tape.parameter("b", normal(63, 64));
        try (Scope _ = tape.scope("encoder.layer.3")) {
            assertThatThrownBy(() -> a.matmul(b)).isInstanceOf(OpException.class)
                    .hasMessageStartingWith("matmul at encoder.layer.3: ").hasMessageContaining("[2, 8, 64]")
                    .hasMessageContaining("[63, 64]").hasMessageNotContaining("matmul: matmul");
        }
        assertThatThrownBy(() -> a.add(b)).isInstanceOf(OpException.class).hasMessageStartingWith("add: ")
                .hasMessageContaining("[2, 8, 64]").hasMessageContaining("[63, 64]");
    }

    @Test
    void everyKindOfMistakeNamesOpAndScope() {
        Value x = tape.input("x", normal(2, 3, 8, 8));
        Value w = tape.parameter("w", normal(4, 2, 3, 3));
        try (Scope _ = tape.scope("net")) {
            assertError("conv2d at net: ", () -> x.conv(w, ConvSpec.of(2, 1, 1)), "[2, 3, 8, 8]", "[4, 2, 3, 3]");
            assertError("add_bias at net: ", () -> x.addBias(tape.constant(normal(4)), 1), "[2, 3, 8, 8]", "[4]");
            assertError("max_pool2d at net: ", () -> x.maxPool(PoolSpec.of(2, 9, 1, 0)), "[2, 3, 8, 8]");
            assertError("view at net: ", () -> x.reshape(5, -1), "[2, 3, 8, 8]", "[5, -1]");
            assertError("view at net: ", () -> x.reshape(Shape.of(7)), "[2, 3, 8, 8]", "[7]");
            assertError("softmax at net: ", () -> x.softmax(4), "4", "[2, 3, 8, 8]");
            assertError("sum at net: ", () -> x.sum(List.of(-5), false), "-5", "[2, 3, 8, 8]");
            assertError("select at net: ", () -> x.select(1, 3), "3", "[2, 3, 8, 8]");
            assertError("select at net: ", () -> x.select(1, -4), "[2, 3, 8, 8]");
            assertError("expand at net: ", () -> x.expand(2, 3, 4, 8), "[2, 3, 8, 8]", "[2, 3, 4, 8]");
            assertError("permute at net: ", () -> x.permute(0, 1, 2, 2), "[2, 3, 8, 8]");
            assertError("split at net: ", () -> x.split(1, 1, 1), "[1, 1]", "[2, 3, 8, 8]");
            assertError("cat at net: ", () -> Value.cat(0, x, w), "[2, 3, 8, 8]", "[4, 2, 3, 3]");
            assertError("stack at net: ", () -> Value.stack(0, x, w), "[2, 3, 8, 8]", "[4, 2, 3, 3]");
            assertError("batch_norm at net: ", () -> x.batchNorm(normal(2), normal(3), null, null, 1e-5),
                    "[2, 3, 8, 8]", "[2]");
            assertError("layer_norm at net: ", () -> x.layerNorm(1, w, null, 1e-5), "[2, 3, 8, 8]", "[4, 2, 3, 3]");
            assertError("masked_fill at net: ", () -> x.maskedFill(w, 0), "BOOL", "F64");
            assertError("squeeze at net: ", () -> x.squeeze(9), "9", "[2, 3, 8, 8]");
            assertError("unsqueeze at net: ", () -> x.unsqueeze(6), "6", "[2, 3, 8, 8]");
            assertError("cat at net: ", () -> Value.cat(0, x, tape.constant(normal(0))), "[2, 3, 8, 8]", "[0]");
            assertError("pad at net: ", () -> x.pad(List.of(1), List.of(1), 0), "[2, 3, 8, 8]");
        }
    }

    private static void assertError(String start, ThrowableAssert.ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(OpException.class).hasMessageStartingWith(start)
                .hasMessageContainingAll(parts);
    }

    @Test
    void valuesOfTwoTapesDoNotMeet() {
        Value a = tape.input("a", normal(2));
        Value b = new Tape(kernels).input("b", normal(2));
        assertThatIllegalArgumentException().isThrownBy(() -> a.add(b)).withMessageContaining("add")
                .withMessageContaining("another tape");
    }

    @Test
    void aParameterIsOneLeafHoweverOftenItIsAskedFor() {
        Tensor weight = normal(2);
        assertThat(tape.parameter("w", weight).node()).isSameAs(tape.parameter("w", weight).node());
        assertThatIllegalArgumentException().isThrownBy(() -> tape.parameter("w", normal(3)))
                .withMessageContaining("parameter w")
                .withMessageContaining("[2]").withMessageContaining("[3]");
    }

    @Test
    void onlyWhatTheGradientReadsIsKept() {
        Value x = tape.input("x", normal(2, 2)).scale(2);
        Value w = tape.parameter("w", normal(2, 2)).scale(3);
        Value c = tape.constant(normal(2, 2));
        assertThat(kept(x.mul(w))).containsExactly(true, true, false);
        assertThat(kept(x.mul(c))).containsExactly(false, true, false);
        assertThat(kept(x.add(w))).containsExactly(false, false, false);
        assertThat(kept(x.relu())).containsExactly(false, true);
        assertThat(kept(x.gelu())).containsExactly(true, false);
        assertThat(kept(x.matmul(c))).containsExactly(false, true, false);
        assertThat(kept(x.reshape(4))).containsExactly(false, false);
        Value image = x.reshape(1, 1, 2, 2);
        assertThat(kept(image.maxPool(PoolSpec.of(2, 2, 2, 0)))).containsExactly(false, false);
        Value scale = tape.parameter("scale", normal(1));
        assertThat(kept(image.batchNorm(normal(1), normal(1), scale, scale, 1))).startsWith(true, true, false);
        assertThat(kept(image.batchNorm(normal(1), normal(1), null, null, 1))).startsWith(false, true, false);
    }

    /** Per operand, and for the output, whether the node kept it. */
    private static Boolean[] kept(Value value) {
        Node node = value.node();
        Boolean[] kept = new Boolean[node.operands().size() + 1];
        for (int i = 0; i < kept.length - 1; i++) {
            kept[i] = node.keptOperand(i) != null;
        }
        kept[kept.length - 1] = node.keptOutput(0) != null;
        return kept;
    }

    @Test
    void retainSpeedKeepsEverything() {
        Tape fast = new Tape(kernels, Retain.SPEED);
        Value x = fast.input("x", normal(2, 2));
        assertThat(kept(x.add(x))).containsExactly(true, true, true);
    }

    @Test
    void whatIsKeptDoesNotChangeGradients() {
        for (Retain retain : List.of(Retain.GRADIENT, Retain.SPEED)) {
            Tape other = new Tape(kernels, retain);
            Value x = other.input("x", normal(2, 3));
            Tensor gradient =
                    Gradients.ofScalar(x.softmax(1).mul(x.gelu()).layerNorm(1, null, null, 1e-5).square().sum()).of(x);
            Value y = tape.input("x", normal(2, 3));
            Tensor expected =
                    Gradients.ofScalar(y.softmax(1).mul(y.gelu()).layerNorm(1, null, null, 1e-5).square().sum()).of(y);
            assertThat(gradient.toDoubleArray()).isEqualTo(expected.toDoubleArray());
        }
    }

    @Test
    void retainNothingRecordsNothing() {
        Tape inference = new Tape(kernels, Retain.NOTHING);
        Value x = inference.input("x", normal(2, 2));
        Value y = x.gelu().mul(x);
        assertThat(y.node().operands()).isEmpty();
        assertThat(y.tensor().toDoubleArray())
                .isEqualTo(tape.input("x", x.tensor()).gelu().mul(tape.constant(x.tensor()))
                        .tensor().toDoubleArray());
        assertThatIllegalArgumentException().isThrownBy(() -> Graph.of(y)).withMessageContaining("retained nothing");
    }

    @Test
    void whatDependsOnConstantsAloneHasNoHistory() {
        Value c = tape.constant(normal(2));
        Value dead = c.mul(c).exp();
        assertThat(dead.node().isLive()).isFalse();
        assertThat(dead.node().operands()).isEmpty();
        Value y = tape.input("x", normal(2)).mul(dead);
        assertThat(Graph.of(y).nodes()).noneMatch(node -> node == dead.node());
        assertThat(Gradients.vjp(y, normal(2)).of(c).toDoubleArray()).containsOnly(0);
    }

    @Test
    void integersCarryNoGradientButAreActivations() {
        Value ids = tape.input("ids", Tensor.of(new long[] {1, 0}, 2));
        assertThat(ids.node().isLive()).isFalse();
        Value rows = tape.parameter("table", normal(3, 2)).embedding(ids);
        assertThat(rows.node().isActivation()).isTrue();
        assertThat(rows.node().isLive(0)).isTrue();
        assertThat(rows.node().isLive(1)).isFalse();
    }

    @Test
    void evaluationDropoutAndUnchangedShapesRecordNothing() {
        Value x = tape.input("x", normal(2, 3));
        assertThat(x.dropout(0, new Random(1))).isSameAs(x);
        assertThat(x.expand(2, 3)).isSameAs(x);
        assertThat(x.squeeze(0)).isSameAs(x);
        assertThat(x.flatten(1)).isSameAs(x);
    }

    @Test
    void aLinearLayerIsThreeNodesAndItsRowsAreFlattened() {
        Value w = tape.parameter("w", normal(4, 3));
        Value b = tape.parameter("b", normal(4));
        assertThat(Graph.of(tape.input("x", normal(2, 3)).linear(w, b)).nodes().stream().map(node -> node.op().name()))
                .containsExactly("w", "b", "x", "permute", "matmul", "add_bias");
        Value deep = tape.input("x", normal(2, 5, 3)).linear(w, b);
        assertThat(deep.shape()).isEqualTo(Shape.of(2, 5, 4));
        assertThat(Graph.of(deep).nodes().stream().map(node -> node.op().name()))
                .containsExactly("w", "b", "x", "view", "permute", "matmul", "add_bias", "view");
    }

    @Test
    void poolingToOneCellIsAMean() {
        Value x = tape.input("x", normal(2, 3, 4, 4));
        Value pooled = x.adaptiveAvgPool(1, 1);
        assertThat(pooled.shape()).isEqualTo(Shape.of(2, 3, 1, 1));
        assertThat(pooled.node().op()).isEqualTo(new Mean(List.of(2, 3), true));
    }

    @Test
    void oneOperandMayBeUsedTwice() {
        Value x = tape.input("x", normal(3));
        Value y = tape.apply(new Mul(), x, x);
        assertThat(Gradients.ofScalar(y.sum()).of(x).toDoubleArray())
                .containsExactly(x.scale(2).tensor().toDoubleArray());
    }
}
