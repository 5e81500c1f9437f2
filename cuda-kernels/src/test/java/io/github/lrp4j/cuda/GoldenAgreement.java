package io.github.lrp4j.cuda;

import io.github.lrp4j.autograd.golden.GoldenOpCheck;
import io.github.lrp4j.lrp.golden.GoldenRuleCheck;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Golden ops with their gradients, and golden rules, recorded as graphs on some kernels: a test for each case and type. */
record GoldenAgreement(Kernels kernels) {
    Stream<DynamicTest> ops() {
        return each("ops", GoldenOpCheck::check);
    }

    Stream<DynamicTest> rules() {
        return each("rules", GoldenRuleCheck::check);
    }

    /** What is held against a case. */
    @FunctionalInterface
    private interface Check {
        void run(GoldenCase golden, Kernels kernels, DType dtype);
    }

    private Stream<DynamicTest> each(String folder, Check check) {
        return GoldenCases.list(folder).flatMap(golden -> Stream.of(DType.F64, DType.F32).map(dtype -> DynamicTest
                .dynamicTest(golden + " in " + dtype, () -> check.run(golden, kernels, dtype))));
    }
}
