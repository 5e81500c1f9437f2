package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.testing.KernelAgreement;
import org.junit.jupiter.api.Test;

class CudaNormsTest extends HostKernels {
    @Test
    void normalisationsAgreeWithTheReference() {
        KernelAgreement.of(kernels).normalisation();
    }
}
