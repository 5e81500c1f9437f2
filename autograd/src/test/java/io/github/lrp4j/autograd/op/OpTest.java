package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Custom;
import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.check.GradientCheck;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** What every op of the package promises, on the cases of {@link OpCases}. */
class OpTest {
    private final Kernels kernels = new ReferenceKernels();

    @Test
    void everyOpHasACase() throws Exception {
        Set<Class<?>> covered = OpCases.all().stream().map(c -> c.op().getClass()).collect(Collectors.toSet());
        assertThat(OpCases.classes()).isNotEmpty().allSatisfy(op -> assertThat(covered).contains(op));
    }

    @Test
    void everyOpIsARecordOfExactlyOneFamily() throws Exception {
        List<Class<?>> families = List.of(Op.class.getPermittedSubclasses());
        assertThat(OpCases.classes()).allSatisfy(op -> {
            assertThat(op.isRecord()).isTrue();
            assertThat(families.stream().filter(family -> family.isAssignableFrom(op))).hasSize(1)
                    .doesNotContain(Custom.class);
        });
    }

    @TestFactory
    Stream<DynamicTest> numericAndReverseDerivativesAgree() {
        return each(c -> new GradientCheck(kernels).require(c.op(), c.operands().toArray(Tensor[]::new)));
    }

    /** What an op keeps must do for every set of live operands, and the cotangents must not depend on that set. */
    @TestFactory
    Stream<DynamicTest> anySetOfOperandsMayBeLive() {
        return each(c -> {
            int[] floating = floating(c);
            Tensor[] all = gradients(c, (1 << floating.length) - 1, floating);
            for (int set = 1; set < 1 << floating.length; set++) {
                Tensor[] some = gradients(c, set, floating);
                for (int i = 0; i < floating.length; i++) {
                    if ((set >> i & 1) != 0) {
                        assertClose(some[i], all[i], 1e-13, 1e-14);
                    }
                }
            }
        });
    }

    private static int[] floating(OpCases.OpCase c) {
        int[] positions = new int[c.operands().size()];
        int count = 0;
        for (int i = 0; i < positions.length; i++) {
            if (c.operands().get(i).dtype().isFloating()) {
                positions[count++] = i;
            }
        }
        return Arrays.copyOf(positions, count);
    }

    private Tensor[] gradients(OpCases.OpCase c, int set, int[] floating) {
        Tape tape = new Tape(kernels);
        Value[] operands = new Value[c.operands().size()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = tape.constant(c.operands().get(i));
        }
        for (int i = 0; i < floating.length; i++) {
            if ((set >> i & 1) != 0) {
                operands[floating[i]] = tape.input("x" + i, c.operands().get(floating[i]));
            }
        }
        Value[] outputs = tape.applyAll(c.op(), operands).toArray(Value[]::new);
        Gradients gradients = Gradients.vjp(outputs, cotangents(outputs));
        Tensor[] result = new Tensor[floating.length];
        for (int i = 0; i < floating.length; i++) {
            result[i] = gradients.of(operands[floating[i]]);
        }
        return result;
    }

    private static Tensor[] cotangents(Value[] outputs) {
        Tensor[] cotangents = new Tensor[outputs.length];
        for (int o = 0; o < outputs.length; o++) {
            cotangents[o] = TestTensors.normal(50 + o, DType.F64, outputs[o].shape());
        }
        return cotangents;
    }

    /** An output whose cotangent did not arrive counts as one whose cotangent is zero. */
    @TestFactory
    Stream<DynamicTest> missingCotangentsCountAsZeros() {
        return each(c -> c.op().forward(kernels, c.operands()).values().size() > 1, c -> {
            Tape tape = new Tape(kernels);
            Value[] operands = c.operands().stream().map(x -> tape.input("x", x)).toArray(Value[]::new);
            Value[] outputs = tape.applyAll(c.op(), operands).toArray(Value[]::new);
            for (int only = 0; only < outputs.length; only++) {
                Tensor[] absent = new Tensor[outputs.length];
                absent[only] = TestTensors.normal(60, DType.F64, outputs[only].shape());
                Tensor[] zeros = absent.clone();
                for (int o = 0; o < zeros.length; o++) {
                    zeros[o] = o == only ? absent[o] : Tensor.zeros(DType.F64, outputs[o].shape());
                }
                for (Value operand : operands) {
                    assertClose(Gradients.vjp(outputs, absent).of(operand), Gradients.vjp(outputs, zeros).of(operand),
                            1e-13, 1e-14);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> replayOfTheSameOperandsIsTheOutput() {
        return each(c -> {
            Outputs outputs = c.op().forward(kernels, c.operands());
            List<Tensor> replayed = c.op().replay(kernels, c.operands(), outputs.extras());
            for (int o = 0; o < replayed.size(); o++) {
                assertClose(replayed.get(o), outputs.values().get(o), 1e-15, 1e-15);
            }
        });
    }

    /** {@code <replay(u) - replay(0), g> = <u, vjp(g)>}: with what the recorded run fixed, these ops are linear. */
    @TestFactory
    Stream<DynamicTest> replayIsAdjointToVjp() {
        return each(c -> c.op() instanceof Movement || c.op() instanceof Selection || c.op() instanceof Additive, c -> {
            Outputs recorded = c.op().forward(kernels, c.operands());
            List<Tensor> other = new ArrayList<>();
            List<Tensor> nothing = new ArrayList<>();
            boolean[] wanted = new boolean[c.operands().size()];
            for (int i = 0; i < wanted.length; i++) {
                Tensor operand = c.operands().get(i);
                wanted[i] = operand.dtype().isFloating();
                other.add(wanted[i] ? TestTensors.normal(70 + i, DType.F64, operand.shape()) : operand);
                nothing.add(wanted[i] ? Tensor.zeros(DType.F64, operand.shape()) : operand);
            }
            List<Tensor> moved = c.op().replay(kernels, other, recorded.extras());
            List<Tensor> fixed = c.op().replay(kernels, nothing, recorded.extras());
            Tensor[] g = new Tensor[moved.size()];
            double forward = 0;
            for (int o = 0; o < g.length; o++) {
                g[o] = TestTensors.normal(80 + o, DType.F64, moved.get(o).shape());
                forward += dot(kernels.binary(BinaryFn.SUB, moved.get(o), fixed.get(o)), g[o]);
            }
            Saved saved =
                    new Saved(kernels, c.operands().stream().map(Tensor::shape).toList(), new Tensor[wanted.length],
                            new Tensor[g.length], recorded.extras());
            Tensor[] passed = c.op().vjp(saved, g, wanted);
            double backward = 0;
            for (int i = 0; i < wanted.length; i++) {
                backward += wanted[i] ? dot(other.get(i), passed[i]) : 0;
            }
            assertThat(backward).isCloseTo(forward,
                    org.assertj.core.data.Offset.offset(1e-12 * Math.max(1, Math.abs(forward))));
        });
    }

    private double dot(Tensor a, Tensor b) {
        return kernels.total(kernels.binary(BinaryFn.MUL, a, b));
    }

    /** An additive op of magnitudes is the sum of the magnitudes of its contributions. */
    @TestFactory
    Stream<DynamicTest> absoluteSumsMagnitudes() {
        return each(c -> c.op() instanceof Additive, c -> {
            Additive op = (Additive) c.op();
            List<Tensor> extras = op.forward(kernels, c.operands()).extras();
            List<Tensor> sizes = c.operands().stream().map(this::magnitude).toList();
            Tensor total = op.absolute().replay(kernels, sizes, extras).get(0);
            // |L| |x| for a linear L follows from the columns of L: one basis vector at a time.
            double[] expected = new double[total.shape().arrayLength()];
            for (int i = 0; i < sizes.size(); i++) {
                if (c.operands().get(i).dtype().isFloating()) {
                    addColumns(op, sizes, extras, i, expected);
                }
            }
            assertClose(total, Tensor.of(expected, total.shape()), 1e-13, 1e-14);
        });
    }

    private void addColumns(Additive op, List<Tensor> sizes, List<Tensor> extras, int operand, double[] sums) {
        double[] values = sizes.get(operand).toDoubleArray();
        for (int cell = 0; cell < values.length; cell++) {
            List<Tensor> basis = new ArrayList<>();
            for (Tensor size : sizes) {
                basis.add(size.dtype().isFloating() ? Tensor.zeros(DType.F64, size.shape()) : size);
            }
            double[] one = new double[values.length];
            one[cell] = values[cell];
            basis.set(operand, Tensor.of(one, sizes.get(operand).shape()));
            double[] column = op.replay(kernels, basis, extras).get(0).toDoubleArray();
            for (int o = 0; o < sums.length; o++) {
                sums[o] += Math.abs(column[o]);
            }
        }
    }

    private Tensor magnitude(Tensor x) {
        return x.dtype().isFloating() ? kernels.unary(UnaryFn.of(UnaryFn.Kind.ABS), x) : x;
    }

    /** Float32 in, float32 out, forward and back. */
    @TestFactory
    Stream<DynamicTest> float32StaysFloat32() {
        return each(c -> !(c.op() instanceof Cast), c -> {
            Tape tape = new Tape(kernels);
            Value[] operands = c.operands().stream()
                    .map(x -> tape.input("x", x.dtype().isFloating() ? x.to(DType.F32) : x)).toArray(Value[]::new);
            Value[] outputs = tape.applyAll(c.op(), operands).toArray(Value[]::new);
            Tensor[] cotangents = new Tensor[outputs.length];
            for (int o = 0; o < outputs.length; o++) {
                assertThat(outputs[o].tensor().dtype()).isEqualTo(DType.F32);
                cotangents[o] = TestTensors.normal(90, outputs[o].shape());
            }
            Gradients gradients = Gradients.vjp(outputs, cotangents);
            for (Value operand : operands) {
                if (operand.tensor().dtype().isFloating()) {
                    assertThat(gradients.of(operand).dtype()).isEqualTo(DType.F32);
                }
            }
        });
    }

    private static Stream<DynamicTest> each(ThrowingConsumer<OpCases.OpCase> test) {
        return each(c -> true, test);
    }

    private static Stream<DynamicTest> each(java.util.function.Predicate<OpCases.OpCase> filter,
            ThrowingConsumer<OpCases.OpCase> test) {
        return OpCases.all().stream().filter(filter)
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> test.accept(c)));
    }
}
