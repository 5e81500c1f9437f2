package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;

/**
 * A program that computes on {@code cuda:0} and compares; for a process whose driver and cuBLAS are stand-ins. Prints what it
 * computed with.
 */
final class StubbedGpu {
    private static final Kernels REFERENCE = new ReferenceKernels();

    private StubbedGpu() {
    }

    /** Prints five lines; fails where a number is wrong. */
    public static void main(String[] arguments) {
        System.out.println(CudaLibraries.discover().obstacle().orElse("nothing is missing"));
        System.out.println(Cuda.settings().check(0));
        Tensor a = TestTensors.normal(1, 3, 17, 33);
        Tensor b = TestTensors.normal(2, 33, 9);
        Tensor x = TestTensors.normal(3, 2, 6, 11, 11);
        Tensor w = TestTensors.normal(4, 5, 6, 3, 3).durable();
        ConvSpec spec = new ConvSpec(List.of(2, 2), List.of(1, 1), List.of(1, 1), 1);
        try (CudaKernels kernels = Cuda.device(0)) {
            System.out.println(kernels.deviceName());
            TensorAssert.assertCloseOfMax(chain(kernels, a, b), chain(REFERENCE, a, b), 1e-5);
            TensorAssert.assertCloseOfMax(kernels.conv(x, w, spec), REFERENCE.conv(x, w, spec), 1e-5);
            Tensor y = REFERENCE.conv(x, w, spec);
            TensorAssert.assertCloseOfMax(kernels.convInputAdjoint(y, w, x.shape(), spec),
                    REFERENCE.convInputAdjoint(y, w, x.shape(), spec), 1e-5);
            DeviceRates rates = DeviceRates.measured(kernels.tensors().device(), 1 << 20, 64);
            System.out.println(refusal(kernels.tensors().device().products()));
            System.out.println(kernels.transfers() + (rates.copiedBytes() > 0 ? "" : ", nothing copied"));
        }
    }

    /** What cuBLAS says of rows that are too short. */
    private static String refusal(Products products) {
        try {
            products.gemm(DType.F32, false, false, 2, 2, 2, 1, 8, 1, 0, 8, 2, 0, 0, 8, 2, 0, 1);
            return "nothing was refused";
        } catch (DeviceException e) {
            return e.getMessage();
        }
    }

    private static Tensor chain(Kernels kernels, Tensor a, Tensor b) {
        Tensor product = kernels.matmul(a, b);
        Tensor normed = kernels.softmax(kernels.stabilizedQuotient(product, product, 0.5), 2);
        return kernels.contiguous(normed.transpose(0, 2));
    }
}
