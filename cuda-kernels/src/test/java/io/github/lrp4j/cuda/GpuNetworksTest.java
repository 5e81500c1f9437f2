package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole networks, golden ops with their gradients, and golden rules on a GPU. */
@Tag("gpu")
class GpuNetworksTest {
    private static Kernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.gpu();
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

    @TestFactory
    Stream<DynamicTest> outputsAndGradientsOfGoldenOps() {
        return new GoldenAgreement(kernels).ops();
    }

    @TestFactory
    Stream<DynamicTest> relevanceOfGoldenRules() {
        return new GoldenAgreement(kernels).rules();
    }
}
