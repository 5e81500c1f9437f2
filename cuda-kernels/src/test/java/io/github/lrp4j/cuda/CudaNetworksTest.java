package io.github.lrp4j.cuda;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole networks on the host in place of a GPU. */
class CudaNetworksTest {
    private static CudaKernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.host();
    }

    @AfterAll
    static void close() {
        TestDevices.close(kernels);
    }

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    void valuesAndGradientsAreThoseOfTheReference(Network.Kind kind) {
        new NetworkAgreement(kernels).valuesAndGradients(kind);
    }

    @TestFactory
    Stream<DynamicTest> relevanceIsThatOfTheReference() {
        return new NetworkAgreement(kernels).relevance();
    }

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    void severalExplanationsAtOnceAreThoseOfTheReference(Network.Kind kind) {
        new NetworkAgreement(kernels).severalExplanations(kind);
    }
}
