package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenKernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden ops that are one kernel each, in float64 and float32. What takes several kernels is tested where it lives. */
@Tag("golden")
class ReferenceGoldenTest {
    private static final GoldenKernels GOLDEN = new GoldenKernels(new ReferenceKernels());

    static Stream<GoldenCase> cases() {
        return GOLDEN.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theKernelGivesTheOutput(GoldenCase golden) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            Tensor got = GOLDEN.output(golden, dtype).orElseThrow();
            assertThat(got.isContiguous()).isTrue();
            golden.assertMatches("output", got, dtype);
        }
    }

    @Test
    void mostKernelsAreCovered() {
        assertThat(cases().count()).isGreaterThan(70);
    }
}
