package io.github.lrp4j.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Custom;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check finds wrong gradients, and finds no fault with right ones. */
class GradientCheckTest {
    private final GradientCheck check = new GradientCheck(new ReferenceKernels());
    private final Tensor a = TestTensors.normal(1, DType.F64, Shape.of(2, 3));
    private final Tensor b = TestTensors.normal(2, DType.F64, Shape.of(2, 3));

    /** A product that forgets the factor in the second cotangent, as far as {@code share} says. */
    private record Forgetful(double share) implements Custom {
        @Override
        public String name() {
            return "forgetful";
        }

        @Override
        public Outputs forward(Kernels kernels, List<Tensor> operands) {
            return Outputs.of(kernels.binary(BinaryFn.MUL, operands.get(0), operands.get(1)));
        }

        @Override
        public Keeps keeps(boolean[] wanted) {
            return Keeps.operands(0, 1);
        }

        @Override
        public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
            Kernels kernels = saved.kernels();
            Tensor factor = kernels.binary(BinaryFn.MUL, saved.operand(0), Tensor.scalar(1 - share, DType.F64));
            return new Tensor[] {
                kernels.binary(BinaryFn.MUL, cotangents[0], saved.operand(1)),
                kernels.binary(BinaryFn.MUL, cotangents[0], factor),
            };
        }
    }

    @Test
    void rightGradientsPass() {
        check.require(x -> List.of(x.get(0).mul(x.get(1)).tanh(), x.get(0).sum()), a, b);
        check.require(new Forgetful(0), a, b);
    }

    @Test
    void wrongGradientsAreNamed() {
        assertThatThrownBy(() -> check.require(new Forgetful(1e-3), a, b)).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("forgetful: gradient of operand 1 [2, 3] is wrong");
        assertThat(check.differences(x -> List.of(x.get(0).tape().apply(new Forgetful(0.5), x.get(1), x.get(0))), a, b))
                .singleElement().satisfies(difference -> assertThat(difference.operand()).isZero());
    }

    @Test
    void float32IsRefused() {
        Tensor coarse = a.to(DType.F32);
        assertThatIllegalArgumentException().isThrownBy(() -> check.differences(x -> List.of(x.get(0).exp()), coarse))
                .withMessageContaining("input 0").withMessageContaining("F32");
    }
}
