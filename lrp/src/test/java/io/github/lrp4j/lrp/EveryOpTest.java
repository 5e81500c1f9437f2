package io.github.lrp4j.lrp;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.check.GradientCheck;
import io.github.lrp4j.autograd.op.Cast;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.OpCases;
import io.github.lrp4j.autograd.op.OpCases.OpCase;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Everything that is promised of an op, for every op record and every elementwise function there is: its derivative, its
 * twin on vectors, its adjoint, and a rule without any table.
 */
class EveryOpTest {
    private static final Kernels REFERENCE = new ReferenceKernels();
    private static final Kernels FAST = Backends.select().kernels();

    @Test
    void everyOpAndEveryFunctionIsEnumerated() throws Exception {
        List<OpCase> cases = OpCases.all();
        Set<Class<?>> ops = cases.stream().map(c -> c.op().getClass()).collect(Collectors.toSet());
        Set<UnaryFn.Kind> functions = cases.stream().map(OpCase::op).filter(Elementwise.class::isInstance)
                .map(op -> ((Elementwise) op).function().kind()).collect(Collectors.toSet());
        assertThat(ops).containsExactlyInAnyOrderElementsOf(OpCases.classes());
        assertThat(functions).containsExactlyInAnyOrder(UnaryFn.Kind.values());
    }

    @TestFactory
    Stream<DynamicTest> keepsItsPromises() {
        return OpCases.all().stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> {
            new GradientCheck(REFERENCE).require(c.op(), c.operands().toArray(Tensor[]::new));
            twinsAgree(c);
            if (c.op() instanceof Movement) {
                adjointIsTransposed(c);
            }
            hasADefaultRule(c);
        }));
    }

    /** An op at work: leaves, outputs, gradients for random cotangents. */
    private static final class Run {
        private final Value[] operands;
        private final Value[] outputs;
        private final Tensor[] cotangents;
        private final Gradients gradients;

        Run(OpCase c, Kernels kernels, DType wanted) {
            DType type = c.op() instanceof Cast cast ? cast.from() : wanted;
            Tape tape = new Tape(kernels);
            operands = new Value[c.operands().size()];
            for (int i = 0; i < operands.length; i++) {
                Tensor x = c.operands().get(i);
                // Both types compute on the numbers that float32 can say.
                operands[i] = tape.input("x" + i, x.dtype().isFloating() ? x.to(DType.F32).to(type) : x);
            }
            outputs = tape.applyAll(c.op(), operands).toArray(Value[]::new);
            cotangents = new Tensor[outputs.length];
            for (int o = 0; o < outputs.length; o++) {
                cotangents[o] = TestTensors.normal(o, DType.F32, outputs[o].shape()).to(type);
            }
            gradients = Gradients.vjp(outputs, cotangents);
        }
    }

    private static void twinsAgree(OpCase c) {
        Run exact = new Run(c, REFERENCE, DType.F64);
        Run fast = new Run(c, FAST, DType.F32);
        for (int o = 0; o < exact.outputs.length; o++) {
            assertNear(fast.outputs[o].tensor(), exact.outputs[o].tensor());
        }
        for (int i = 0; i < exact.operands.length; i++) {
            if (exact.operands[i].tensor().dtype().isFloating()) {
                assertNear(fast.gradients.of(fast.operands[i]), exact.gradients.of(exact.operands[i]));
            }
        }
    }

    private static void assertNear(Tensor got, Tensor want) {
        double max = Arrays.stream(want.toDoubleArray()).map(Math::abs).max().orElse(0);
        assertClose(got.to(DType.F64), want.to(DType.F64), 1e-5, 1e-5 * max + 1e-6);
    }

    /** {@code <A x - A 0, g> = <x, A^T g>}. */
    private static void adjointIsTransposed(OpCase c) {
        Run run = new Run(c, REFERENCE, DType.F64);
        List<Tensor> zeros = c.operands().stream()
                .map(x -> x.dtype().isFloating() ? Tensor.zeros(DType.F64, x.shape()) : x).toList();
        List<Tensor> offset = c.op().forward(REFERENCE, zeros).values();
        double forward = 0;
        for (int o = 0; o < run.outputs.length; o++) {
            Tensor moved = REFERENCE.binary(BinaryFn.SUB, run.outputs[o].tensor(), offset.get(o));
            forward += dot(moved, run.cotangents[o]);
        }
        double backward = 0;
        for (Value operand : run.operands) {
            backward += operand.tensor().dtype().isFloating() ? dot(operand.tensor(), run.gradients.of(operand)) : 0;
        }
        assertThat(backward).isCloseTo(forward, within(1e-12 * Math.max(1, Math.abs(forward))));
    }

    private static double dot(Tensor a, Tensor b) {
        return REFERENCE.total(REFERENCE.binary(BinaryFn.MUL, a, b));
    }

    private static void hasADefaultRule(OpCase c) {
        Run run = new Run(c, REFERENCE, DType.F64);
        Value y = run.outputs[0];
        Tensor start = TestTensors.uniform(9, 0.5, 1, DType.F64, y.shape());
        Relevance relevance = Lrp.with(RuleTable.of()).explain(y, Seed.of(start));
        assertThat(relevance.ledger().imbalance()).isLessThan(1e-9);
        boolean arrived = false;
        for (Value operand : run.operands) {
            arrived |= operand.tensor().dtype().isFloating() && relevance.of(operand) != null;
        }
        assertThat(arrived).isTrue();
    }
}
