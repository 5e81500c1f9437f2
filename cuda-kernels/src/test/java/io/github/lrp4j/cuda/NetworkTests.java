package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole networks on some kernels: {@link NetworkAgreement}, test by test. */
interface NetworkTests {
    /** What computes. */
    Kernels kernels();

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    default void valuesAndGradientsAreThoseOfTheReference(Network.Kind kind) {
        new NetworkAgreement(kernels()).valuesAndGradients(kind);
    }

    @TestFactory
    default Stream<DynamicTest> relevanceIsThatOfTheReference() {
        return new NetworkAgreement(kernels()).relevance();
    }

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    default void severalExplanationsAtOnceAreThoseOfTheReference(Network.Kind kind) {
        new NetworkAgreement(kernels()).severalExplanations(kind);
    }
}
