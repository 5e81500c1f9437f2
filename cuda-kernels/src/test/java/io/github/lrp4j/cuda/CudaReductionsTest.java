package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CudaReductionsTest extends HostKernels {
    private static final Kernels REFERENCE = new ReferenceKernels();

    @Test
    void reductionsAgreeWithTheReference() {
        KernelAgreement.of(kernels).reductions();
    }

    private static Tensor integers(int count) {
        return Tensor.of(LongStream.range(0, count).map(i -> i * 7919 % 1009 - 400).toArray(), count);
    }

    /** Sizes around those of warps, blocks, and the parts that long lanes are split into. */
    @Test
    void sumsAndExtremaOfIntegersAreExactAroundBlocks() {
        for (int size : new int[] {31, 32, 33, 255, 256, 257, 1023, 1025, 8191, 8193, 40_000}) {
            Tensor x = integers(size);
            for (Tensor shaped : List.of(x, x.unsqueeze(0), x.unsqueeze(1),
                    integers(3 * size).reshape(3, size), integers(3 * size).reshape(size, 3))) {
                for (int dim = 0; dim < shaped.rank(); dim++) {
                    for (Reduction reduction : List.of(Reduction.SUM, Reduction.MAX, Reduction.MIN)) {
                        TensorAssert.assertSame(kernels.reduce(reduction, shaped, List.of(dim), false),
                                REFERENCE.reduce(reduction, shaped, List.of(dim), false));
                    }
                    TensorAssert.assertSame(kernels.extremum(shaped, dim, true).indices(),
                            REFERENCE.extremum(shaped, dim, true).indices());
                    TensorAssert.assertSame(kernels.cumulativeSum(shaped, dim, true),
                            REFERENCE.cumulativeSum(shaped, dim, true));
                }
            }
        }
    }

    @Test
    void smallIntegersAreCountedAsIntegers() {
        byte[] bytes = {1, 2, -3, 127, -128, 5};
        for (DType dtype : List.of(DType.I8, DType.U8)) {
            Tensor x = Tensor.of(bytes, dtype, Shape.of(2, 3));
            TensorAssert.assertSame(kernels.reduce(Reduction.SUM, x, List.of(1), false),
                    REFERENCE.reduce(Reduction.SUM, x, List.of(1), false));
            TensorAssert.assertSame(kernels.reduce(Reduction.MAX, x, List.of(), false),
                    REFERENCE.reduce(Reduction.MAX, x, List.of(), false));
            TensorAssert.assertSame(kernels.binary(BinaryFn.GREATER, x, Tensor.of(new long[] {3}, 1)),
                    REFERENCE.binary(BinaryFn.GREATER, x, Tensor.of(new long[] {3}, 1)));
            TensorAssert.assertSame(kernels.flip(x, List.of(0, 1)), REFERENCE.flip(x, List.of(0, 1)));
            TensorAssert.assertSame(kernels.pad(x, List.of(1, -1), List.of(0, 2), 3),
                    REFERENCE.pad(x, List.of(1, -1), List.of(0, 2), 3));
            TensorAssert.assertSame(kernels.cast(x, DType.I64), x.to(DType.I64));
        }
        Tensor ints = Tensor.of(new int[] {1 << 30, -7, 3, 9}, Shape.of(4));
        TensorAssert.assertSame(kernels.binary(BinaryFn.SUB, ints, ints), REFERENCE.binary(BinaryFn.SUB, ints, ints));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, ints, List.of(), false),
                REFERENCE.reduce(Reduction.SUM, ints, List.of(), false));
    }
}
