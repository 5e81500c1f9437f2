package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.testing.KernelAgreement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CudaNormsTest {
    private static CudaKernels kernels;

    @BeforeAll
    static void open() {
        kernels = new CudaKernels(HostDevice.open());
    }

    @AfterAll
    static void close() {
        if (kernels != null) {
            kernels.close();
        }
    }

    @Test
    void normalisationsAgreeWithTheReference() {
        KernelAgreement.of(kernels).normalisation();
    }
}
