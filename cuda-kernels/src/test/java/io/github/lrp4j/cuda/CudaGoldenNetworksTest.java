package io.github.lrp4j.cuda;

import io.github.lrp4j.autograd.golden.GoldenOpCheck;
import io.github.lrp4j.lrp.golden.GoldenRuleCheck;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Golden ops with their gradients, and golden rules, recorded as graphs on the device. */
@Tag("golden")
class CudaGoldenNetworksTest {
    private static CudaKernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.host();
    }

    @AfterAll
    static void close() {
        if (kernels != null) {
            kernels.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> outputsAndGradientsOfOps() {
        return each("ops", GoldenOpCheck::check);
    }

    @TestFactory
    Stream<DynamicTest> relevanceOfRules() {
        return each("rules", GoldenRuleCheck::check);
    }

    /** What is held against a case. */
    @FunctionalInterface
    private interface Check {
        void run(GoldenCase golden, CudaKernels kernels, DType dtype);
    }

    private static Stream<DynamicTest> each(String folder, Check check) {
        return GoldenCases.list(folder).flatMap(golden -> Stream.of(DType.F64, DType.F32).map(dtype -> DynamicTest
                .dynamicTest(golden + " in " + dtype, () -> check.run(golden, kernels, dtype))));
    }
}
