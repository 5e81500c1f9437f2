package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CudaSelectionTest extends HostKernels {
    private static final Kernels REFERENCE = new ReferenceKernels();

    @Test
    void selectionsAgreeWithTheReference() {
        KernelAgreement.of(kernels).selection();
    }

    @Test
    void resamplingAgreesWithTheReference() {
        KernelAgreement.of(kernels).resampling();
    }

    private static Tensor onDevice(Tensor x) {
        return kernels.contiguous(x);
    }

    private static Tensor integers(int count) {
        return Tensor.of(LongStream.range(0, count).map(i -> i * 7919 % 1009 - 400).toArray(), count);
    }

    @Test
    void castsSaturateAsJavaDoesAndRefuseWhatAnIntegerCannotHold() {
        Tensor x = Tensor.of(new double[] {Double.NaN, 1e30, -1e30, Double.POSITIVE_INFINITY, 2.9, -2.9, 300, -0.0}, 8);
        for (DType dtype : List.of(DType.I64, DType.I8, DType.U8, DType.BOOL, DType.F32)) {
            TensorAssert.assertSame(kernels.cast(x, dtype), x.to(dtype));
        }
        assertThatThrownBy(() -> kernels.cast(x, DType.I32)).isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("[8]");
        assertThat(kernels.cast(x.slice(0, 4, 8), DType.I32).toIntArray()).containsExactly(2, -2, 300, 0);
    }

    /** Which the device has to find. */
    @Test
    void indicesThatLieOnTheDeviceAreCheckedThere() {
        Tensor x = integers(12).reshape(3, 4);
        Tensor good = onDevice(Tensor.of(new long[] {2, -3, 1}, 3));
        Tensor bad = onDevice(Tensor.of(new long[] {2, 0, -4}, 3));
        TensorAssert.assertSame(kernels.indexSelect(x, 0, good), REFERENCE.indexSelect(x, 0, good));
        TensorAssert.assertSame(kernels.indexAdd(x, 0, good, x), REFERENCE.indexAdd(x, 0, good, x));
        assertThatThrownBy(() -> kernels.indexSelect(x, 0, bad)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("indexSelect: index -4 is outside of dimension 0 of [3, 4]");
        assertThatThrownBy(() -> kernels.indexAdd(x, 0, bad, x)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("indexAdd: index -4 is outside of dimension 0 of [3, 4]");
        assertThatThrownBy(() -> kernels.gather(x, 0, bad.unsqueeze(1)))
                .isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("gather: index -4");
        assertThatThrownBy(() -> kernels.gather(x, 0, x.to(DType.F32))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("integers");
    }

    @Test
    void theSameNumbersGiveTheSameBits() {
        float[] values = new float[70_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i) * (i % 13 == 0 ? 1e6f : 1);
        }
        Tensor x = Tensor.of(values, values.length);
        Tensor index = Tensor.of(LongStream.range(0, values.length).map(i -> i * 31 % 17).toArray(), values.length);
        Tensor base = Tensor.of(new float[17], 17);
        Tensor sums = kernels.scatterAdd(base, 0, index, x);
        for (int run = 0; run < 2; run++) {
            assertThat(kernels.total(x)).isEqualTo(kernels.total(x));
            assertThat(kernels.scatterAdd(base, 0, index, x).toFloatArray()).isEqualTo(sums.toFloatArray());
        }
        double[] inOrder = new double[17];
        for (int i = 0; i < values.length; i++) {
            inOrder[i * 31 % 17] += values[i];
        }
        TensorAssert.assertClose(sums, Tensor.of(Arrays.copyOf(inOrder, 17), 17), 1e-4, 200);
    }
}
