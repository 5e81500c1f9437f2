package io.github.lrp4j.cuda;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Golden ops with their gradients, and golden rules, recorded as graphs on the device. */
@Tag("golden")
class CudaGoldenNetworksTest extends HostKernels {
    @TestFactory
    Stream<DynamicTest> outputsAndGradientsOfOps() {
        return new GoldenAgreement(kernels).ops();
    }

    @TestFactory
    Stream<DynamicTest> relevanceOfRules() {
        return new GoldenAgreement(kernels).rules();
    }
}
