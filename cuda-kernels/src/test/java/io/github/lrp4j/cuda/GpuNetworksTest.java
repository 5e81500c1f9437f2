package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole networks, golden ops with their gradients, and golden rules on a GPU. */
@Tag("gpu")
class GpuNetworksTest implements NetworkTests {
    private static Kernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.gpu();
    }

    @AfterAll
    static void close() {
        TestDevices.close(kernels);
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @TestFactory
    Stream<DynamicTest> outputsAndGradientsOfGoldenOps() {
        return new GoldenAgreement(kernels).ops();
    }

    @TestFactory
    Stream<DynamicTest> relevanceOfGoldenRules() {
        return new GoldenAgreement(kernels).rules();
    }
}
