package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import org.junit.jupiter.api.Test;

class CudaElementwiseTest extends HostKernels {
    @Test
    void elementwiseKernelsAgreeWithTheReference() {
        KernelAgreement.of(kernels).elementwise();
    }

    @Test
    void anIntegerToANegativePowerIsRefusedAsInTheReference() {
        Tensor base = Tensor.of(new long[] {2, 3}, 2);
        Tensor exponent = Tensor.of(new long[] {4, -1}, 2);
        assertThatThrownBy(() -> kernels.binary(BinaryFn.POW, base, exponent))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("pow: integer 3 to the negative power -1");
    }

    @Test
    void aDerivativeThatNeedsTheInputIsRefused() {
        Tensor x = Tensor.of(new float[] {1}, 1);
        assertThatThrownBy(() -> kernels.unaryVjpFromOutput(UnaryFn.of(UnaryFn.Kind.GELU), x, x))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("GELU");
    }
}
