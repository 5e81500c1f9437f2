package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaAttentionTest extends HostKernels {
    private static final Kernels REFERENCE = new ReferenceKernels();

    @Test
    void attentionAgreesWithTheReference() {
        KernelAgreement.of(kernels).attention();
    }

    /** A few queries at a time, grouped heads, masks of both kinds: all adjoints at once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100})
    void tilesOfAnySizeAgreeWithTheReference(int rows) {
        CudaAttention attention = new CudaAttention(kernels.tensors(), rows);
        Tensor q = normal(1, 2, 6, 37, 5);
        Tensor k = normal(2, 2, 3, 41, 5);
        Tensor v = normal(3, 2, 3, 41, 4);
        for (Tensor mask : List.of(TestTensors.mask(4, Shape.of(37, 41)), normal(5, 2, 1, 37, 41),
                normal(6, 6, 1, 41))) {
            for (AttentionSpec spec : List.of(AttentionSpec.of(0.4).inGroups(),
                    AttentionSpec.of(0.4).inGroups().causally())) {
                Attended want = REFERENCE.attention(q, k, v, mask, spec);
                Attended got = attention.attention(q, k, v, mask, spec);
                TensorAssert.assertCloseOfMax(got.output(), want.output(), 1e-13);
                TensorAssert.assertCloseOfMax(got.logSumExp(), want.logSumExp(), 1e-13);
                Tensor g = normal(7, 2, 6, 37, 4);
                for (boolean toMask : new boolean[] {false, mask.dtype().isFloating()}) {
                    boolean[] wanted = {true, true, true, toMask};
                    Tensor[] slopes = attention.attentionVjp(g, q, k, v, mask, want.logSumExp(), spec, wanted);
                    Tensor[] all = REFERENCE.attentionVjp(g, q, k, v, mask, want.logSumExp(), spec, wanted);
                    for (int i = 0; i < 4; i++) {
                        if (wanted[i]) {
                            TensorAssert.assertCloseOfMax(slopes[i], all[i], 1e-12);
                        } else {
                            assertThat(slopes[i]).isNull();
                        }
                    }
                }
            }
        }
    }

    @Test
    void theSameOperandsGiveTheSameBits() {
        Tensor q = TestTensors.normal(1, 2, 70, 16);
        Tensor k = TestTensors.normal(2, 2, 90, 16);
        Tensor v = TestTensors.normal(3, 2, 90, 16);
        AttentionSpec spec = AttentionSpec.ofWidth(16);
        Attended first = kernels.attention(q, k, v, null, spec);
        TensorAssert.assertSame(kernels.attention(q, k, v, null, spec).output(), first.output());
        Tensor g = TestTensors.normal(4, 2, 70, 16);
        boolean[] wanted = {true, true, true, false};
        Tensor[] once = kernels.attentionVjp(g, q, k, v, null, first.logSumExp(), spec, wanted);
        Tensor[] twice = kernels.attentionVjp(g, q, k, v, null, first.logSumExp(), spec, wanted);
        for (int i = 0; i < 3; i++) {
            TensorAssert.assertSame(twice[i], once[i]);
        }
    }

    /** What is not a number spreads as the reference says: to the query that meets it. */
    @Test
    void notANumberStaysInItsRow() {
        float[] values = TestTensors.normal(1, 40, 8).toFloatArray();
        values[3 * 8 + 5] = Float.NaN;
        Tensor q = Tensor.of(values, 40, 8);
        Attended got = kernels.attention(q, TestTensors.normal(2, 50, 8), TestTensors.normal(3, 50, 8), null,
                AttentionSpec.ofWidth(8));
        float[] output = got.output().toFloatArray();
        for (int i = 0; i < output.length; i++) {
            assertThat(Float.isNaN(output[i])).as("number %d", i).isEqualTo(i / 8 == 3);
        }
        assertThat(Double.isNaN(got.logSumExp().at(3, 0))).isTrue();
    }

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, DType.F64, Shape.of(sizes));
    }
}
