package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.testing.KernelAgreement;

/**
 * All that works in vectors, but for the linear maps, which {@link LinearAgreement} covers, against the float64 reference.
 *
 * <p>A program, {@code SimdAgreement threads}, because the width of vectors is fixed in a running JVM.
 */
final class SimdAgreement {
    private SimdAgreement() {
    }

    /** Fails with an error, and therefore a status other than 0, at the first group that differs. */
    public static void main(String[] args) {
        try (SimdKernels kernels = new SimdKernels(Integer.parseInt(args[0]))) {
            KernelAgreement.of(kernels).elementwise().reductions().pooling().normalisation().resampling()
                    .attention();
            RandomGeometries random = new RandomGeometries(kernels);
            random.elementwise(0, 25);
            random.reductions(0, 25);
            random.pooling(0, 25);
        }
    }
}
