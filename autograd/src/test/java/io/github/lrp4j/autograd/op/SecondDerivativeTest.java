package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.RecordedGradients;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.check.GradientCheck;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Gradients of recorded gradients, for every op of {@link OpCases}. */
class SecondDerivativeTest {
    private final Kernels kernels = new ReferenceKernels();

    /** The gradient of {@code sum c y^2}, y the outputs of the op, is a function whose derivative is checked. */
    @TestFactory
    Stream<DynamicTest> numericAndReverseSecondDerivativesAgree() {
        return each(c -> new GradientCheck(kernels).require(inputs -> gradients(inputs, squares(c, inputs)),
                c.operands().toArray(Tensor[]::new)));
    }

    @TestFactory
    Stream<DynamicTest> recordingDoesNotChangeTheGradient() {
        return each(c -> {
            Tape tape = new Tape(kernels);
            List<Value> inputs = inputs(tape, c);
            Value loss = squares(c, inputs);
            RecordedGradients recorded = RecordedGradients.ofScalar(loss);
            Gradients plain = Gradients.ofScalar(loss);
            for (Value input : inputs) {
                if (input.tensor().dtype().isFloating()) {
                    assertClose(recorded.of(input).tensor(), plain.of(input), 1e-12, 1e-13);
                }
            }
        });
    }

    /** Values that a policy did not keep stand for the same nodes when they are replayed. */
    @TestFactory
    Stream<DynamicTest> everyPolicyGivesTheSameSecondDerivatives() {
        return each(c -> {
            List<Tensor> expected = second(new Tape(kernels, Retain.SPEED), c);
            for (Retain retain : List.of(Retain.GRADIENT, Retain.checkpoint(2))) {
                List<Tensor> found = second(new Tape(kernels, retain), c);
                for (int i = 0; i < expected.size(); i++) {
                    assertClose(found.get(i), expected.get(i), 1e-12, 1e-13);
                }
            }
        });
    }

    private List<Tensor> second(Tape tape, OpCases.OpCase c) {
        List<Value> inputs = inputs(tape, c);
        List<Value> first = gradients(inputs, squares(c, inputs));
        Value[] outputs = first.toArray(Value[]::new);
        Tensor[] cotangents = new Tensor[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            cotangents[i] = TestTensors.normal(20 + i, DType.F64, outputs[i].shape());
        }
        Gradients gradients = Gradients.vjp(outputs, cotangents);
        return inputs.stream().filter(x -> x.tensor().dtype().isFloating()).map(gradients::of).toList();
    }

    private static List<Value> inputs(Tape tape, OpCases.OpCase c) {
        return c.operands().stream().map(x -> tape.input("x", x)).toList();
    }

    private static Value squares(OpCases.OpCase c, List<Value> inputs) {
        Tape tape = inputs.get(0).tape();
        List<Value> outputs = tape.applyAll(c.op(), inputs.toArray(Value[]::new));
        Value loss = null;
        for (int o = 0; o < outputs.size(); o++) {
            Value y = outputs.get(o);
            Value weight = tape.constant(TestTensors.normal(30 + o, DType.F64, y.shape()));
            Value part = y.mul(y).mul(weight).sum();
            loss = loss == null ? part : loss.add(part);
        }
        return loss;
    }

    private static List<Value> gradients(List<Value> inputs, Value loss) {
        RecordedGradients gradients = RecordedGradients.ofScalar(loss);
        List<Value> found = new ArrayList<>();
        for (Value input : inputs) {
            if (input.tensor().dtype().isFloating() && gradients.of(input).node().isLive()) {
                found.add(gradients.of(input));
            }
        }
        return found;
    }

    /** Third derivatives: recorded gradients of recorded gradients. */
    @Test
    void gradientsMayBeRecordedAgain() {
        Tensor x = TestTensors.normal(3, DType.F64, io.github.lrp4j.tensor.Shape.of(2, 5));
        Tensor w = TestTensors.normal(4, DType.F64, io.github.lrp4j.tensor.Shape.of(5, 4));
        new GradientCheck(kernels, 1e-5, 1e-6, 1).require(inputs -> {
            Value y = inputs.get(0).layerNorm(1, null, null, 1e-2).matmul(inputs.get(1)).gelu().softmax(1);
            List<Value> first = gradients(inputs, y.mul(y).sum());
            Value norm = first.get(0).mul(first.get(0)).sum().add(first.get(1).mul(first.get(1)).sum());
            return gradients(inputs, norm);
        }, x, w);
    }

    @Test
    void anExponentialKeepsGivingItself() {
        Tape tape = new Tape(kernels);
        Value x = tape.input("x", Tensor.of(new double[] {0.5, -1}, 2));
        Value y = x.exp();
        for (int order = 0; order < 4; order++) {
            Value derivative = RecordedGradients.ofScalar(y.sum()).of(x);
            assertClose(derivative.tensor(), x.exp().tensor(), 1e-14, 0);
            y = derivative;
        }
    }

    @Test
    void whatTheOutputDoesNotDependOnHasAGradientOfZeros() {
        Tape tape = new Tape(kernels);
        Value x = tape.input("x", Tensor.of(new double[] {1, 2}, 2));
        Value other = tape.input("other", Tensor.of(new double[] {3}, 1));
        Value gradient = RecordedGradients.ofScalar(x.sum()).of(other);
        assertThat(gradient.tensor().toDoubleArray()).containsExactly(0);
        assertThat(gradient.node().isLive()).isFalse();
    }

    private static Stream<DynamicTest> each(ThrowingConsumer<OpCases.OpCase> test) {
        return OpCases.all().stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> test.accept(c)));
    }
}
