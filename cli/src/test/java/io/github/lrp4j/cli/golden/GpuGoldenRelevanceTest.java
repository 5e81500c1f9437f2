package io.github.lrp4j.cli.golden;

import io.github.lrp4j.cuda.TestDevices;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole networks on a GPU. */
@Tag("gpu")
class GpuGoldenRelevanceTest {
    private static Kernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.gpu();
    }

    @AfterAll
    static void close() {
        TestDevices.close(kernels);
    }

    static Stream<Arguments> relevances() {
        return GoldenRelevanceCheck.relevances();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("relevances")
    void inFloat64(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, kernels, DType.F64, false);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("relevances")
    void inFloat32(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, kernels, DType.F32, false);
    }
}
