package io.github.lrp4j.autograd.golden;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every golden op case: all outputs, and all gradients for the given cotangents. */
@Tag("golden")
class GoldenOpsTest {
    /** Where and in which type to compute. */
    private record Backend(Kernels kernels, DType dtype) {
        @Override
        public String toString() {
            return kernels.name() + " " + dtype;
        }
    }

    private static final List<Backend> BACKENDS = List.of(new Backend(new ReferenceKernels(), DType.F64),
            new Backend(new ReferenceKernels(), DType.F32), new Backend(Backends.select().kernels(), DType.F32));

    @TestFactory
    Stream<DynamicTest> outputsAndGradients() {
        return GoldenCases.list("ops").flatMap(golden -> BACKENDS.stream()
                .map(backend -> DynamicTest.dynamicTest(golden + " on " + backend,
                        () -> GoldenOpCheck.check(golden, backend.kernels(), backend.dtype()))));
    }
}
