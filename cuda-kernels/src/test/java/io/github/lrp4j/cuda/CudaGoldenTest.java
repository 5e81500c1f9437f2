package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenKernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden ops that are one kernel each, in float64 and float32. */
@Tag("golden")
class CudaGoldenTest extends HostKernels {
    static Stream<GoldenCase> cases() {
        return new GoldenKernels(new ReferenceKernels()).cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theKernelGivesTheOutput(GoldenCase golden) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            golden.assertMatches("output", new GoldenKernels(kernels).output(golden, dtype).orElseThrow(), dtype);
        }
    }
}
