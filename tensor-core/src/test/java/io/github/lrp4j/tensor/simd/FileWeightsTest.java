package io.github.lrp4j.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights in mapped files give the very numbers that the same weights in arrays give. */
class FileWeightsTest {
    private static final SimdKernels KERNELS = new SimdKernels(3);

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    /** Rows of the left operand on both sides of each way to multiply, inner and outer sizes with and without remainders. */
    @ParameterizedTest
    @CsvSource({"1, 300, 130", "4, 96, 260", "5, 64, 300", "19, 513, 65", "50, 770, 96", "131, 1100, 64",
        "150, 96, 200",
        "260, 70, 333", "128, 1600, 7", "3, 5000, 9"})
    void productsAreThoseOfArrays(int rows, int in, int out) {
        for (DType stored : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            Tensor x = TestTensors.normal(rows, rows, in);
            Tensor g = TestTensors.normal(in, rows, out);
            agree(stored, w -> KERNELS.matmul(x, w.transpose(0, 1)), out, in);
            agree(stored, w -> KERNELS.matmul(g, w), out, in);
            agree(stored, w -> KERNELS.matmul(w, x.transpose(0, 1)), out, in);
            agree(stored, w -> KERNELS.matmul(w.transpose(0, 1), g.transpose(0, 1)), out, in);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void viewsAndBatchesAreThoseOfArrays(DType stored) {
        Tensor x = TestTensors.normal(1, 140, 60);
        Tensor y = TestTensors.normal(2, 2, 30, 60);
        agree(stored, w -> KERNELS.matmul(x, w.slice(0, 3, 200).transpose(0, 1)), 220, 60);
        agree(stored, w -> KERNELS.matmul(x, w.slice(1, 10, 190)), 60, 220);
        agree(stored, w -> KERNELS.matmul(x, w.slice(1, 10, 211, 2)), 60, 440);
        agree(stored, w -> KERNELS.matmul(x.slice(0, 0, 20), w.slice(1, 10, 211, 2)), 60, 440);
        agree(stored, w -> KERNELS.matmul(x, w.select(1, 2)), 60, 3, 160);
        agree(stored, w -> KERNELS.matmul(x, w), 3, 60, 130);
        agree(stored, w -> KERNELS.matmul(y, w.permute(0, 2, 1)), 2, 170, 60);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void convolutionsAreThoseOfArrays(DType stored) {
        for (ConvSpec spec : new ConvSpec[] {ConvSpec.of(2, 1, 1), ConvSpec.of(2, 2, 1)}) {
            Tensor x = TestTensors.normal(1, 1, 64, 30, 31);
            Tensor g = TestTensors.normal(2, spec.outputShape(x.shape(), Shape.of(66, 64, 3, 3)));
            agree(stored, w -> KERNELS.conv(x, w, spec), 66, 64, 3, 3);
            agree(stored, w -> KERNELS.convInputAdjoint(g, w, x.shape(), spec), 66, 64, 3, 3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void otherKernelsAgreeToo(DType stored) {
        Tensor rows = Tensor.of(new long[] {3, 0, 399, 3}, 4);
        Tensor x = TestTensors.normal(1, 400, 60);
        agree(stored, w -> KERNELS.indexSelect(w, 0, rows), 400, 60);
        agree(stored, w -> KERNELS.indexSelect(w, 1, rows), 60, 400);
        agree(stored, w -> KERNELS.indexSelect(w.slice(0, 5, 45), 1, rows), 60, 400);
        agree(stored, w -> KERNELS.indexSelect(w.transpose(0, 1), 1, rows), 400, 60);
        agree(stored, w -> KERNELS.unary(UnaryFn.of(UnaryFn.Kind.RELU), w), 400, 60);
        agree(stored, w -> KERNELS.binary(BinaryFn.MUL, x, w), 400, 60);
    }

    /** Seen by writing to the memory afterwards, which nobody else may do. */
    @Test
    void noConvertedCopyIsLeftBehind() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(2 * 200 * 100).order(ByteOrder.LITTLE_ENDIAN);
        Tensor w = Tensor.mapped(MemorySegment.ofBuffer(bytes), DType.BF16, Shape.of(200, 100)).to(DType.F32).durable();
        Tensor x = TestTensors.normal(1, 20, 100);
        KERNELS.matmul(x, w.transpose(0, 1));
        KERNELS.indexSelect(w, 0, Tensor.of(new long[] {1}, 1));
        KERNELS.unary(UnaryFn.of(UnaryFn.Kind.RELU), w);
        bytes.putShort(0, (short) 0x3F80);
        assertThat(w.floatsOnce()[0]).isEqualTo(1f);
        assertThat(w.at(0, 0)).isEqualTo(1);
    }

    private static void agree(DType stored, UnaryOperator<Tensor> work, int... sizes) {
        Shape shape = Shape.of(sizes);
        Tensor file = mapped(stored, shape);
        Tensor array = Tensor.of(file.toFloatArray(), shape);
        assertSame(work.apply(file), work.apply(array), stored + " once");
        file.durable();
        array.durable();
        for (int call = 0; call < 2; call++) {
            assertSame(work.apply(file), work.apply(array), stored + " kept");
        }
    }

    private static void assertSame(Tensor actual, Tensor expected, String what) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.toFloatArray()).as(what).isEqualTo(expected.toFloatArray());
    }

    /** Random numbers in memory outside of the heap, at an odd address. */
    private static Tensor mapped(DType stored, Shape shape) {
        float[] values = TestTensors.normal(7, shape).toFloatArray();
        MemorySegment segment = Arena.ofAuto().allocate(1 + (long) values.length * stored.bytes()).asSlice(1);
        ByteBuffer bytes = segment.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (stored) {
                case F32 -> bytes.putFloat(value);
                case F16 -> bytes.putShort(Float.floatToFloat16(value));
                default -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
        return Tensor.mapped(segment, stored, shape).to(DType.F32);
    }
}
