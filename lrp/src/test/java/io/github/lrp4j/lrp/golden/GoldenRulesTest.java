package io.github.lrp4j.lrp.golden;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Relevance of single ops under single rules equals the reference data, which the field's own implementations computed. */
@Tag("golden")
class GoldenRulesTest {
    private static final Kernels FAST = Backends.select().kernels();

    static Stream<GoldenCase> cases() {
        return GoldenCases.list("rules");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat64(GoldenCase golden) {
        GoldenRuleCheck.check(golden, new ReferenceKernels(), DType.F64);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat32(GoldenCase golden) {
        GoldenRuleCheck.check(golden, FAST, DType.F32);
    }
}
