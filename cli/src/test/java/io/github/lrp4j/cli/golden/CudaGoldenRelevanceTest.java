package io.github.lrp4j.cli.golden;

import io.github.lrp4j.cuda.CudaKernels;
import io.github.lrp4j.cuda.TestDevices;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole networks on the host in place of a GPU, some of them. */
@Tag("golden")
class CudaGoldenRelevanceTest {
    /** Shares no factor with how many methods a case usually has. */
    private static final int STEP = 17;

    private static CudaKernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.host();
    }

    @AfterAll
    static void close() {
        TestDevices.close(kernels);
    }

    /** A few of each case, of other methods each time. */
    static Stream<Arguments> some() {
        List<Arguments> all = GoldenRelevanceCheck.relevances().toList();
        return IntStream.iterate(0, i -> i < all.size(), i -> i + STEP).mapToObj(all::get);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("some")
    void inFloat64(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, kernels, DType.F64, false);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("some")
    void inFloat32(GoldenCase golden, String name) {
        GoldenRelevanceCheck.check(golden, name, kernels, DType.F32, false);
    }
}
