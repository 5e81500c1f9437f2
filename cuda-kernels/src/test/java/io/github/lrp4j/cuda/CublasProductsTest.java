package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CublasProductsTest {
    private final StubCublas cublas = new StubCublas();
    private final AtomicInteger made = new AtomicInteger();

    private CublasProducts products(boolean tf32) {
        return new CublasProducts(cublas, made::incrementAndGet, tf32);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void rowMajorProductsAreColumnMajorOnesOfTheTransposed(DType dtype) {
        RowMajorProducts.check(products(false), dtype);
        assertThat(made.get()).as("the device was made current for each").isEqualTo(64);
    }

    @Test
    void float32IsComputedInFloat32UnlessTf32IsAskedFor() {
        products(false);
        assertThat(cublas.calls).containsExactly("stream", "math 0");
        cublas.calls.clear();
        products(true);
        assertThat(cublas.calls).containsExactly("stream", "math 3");
    }

    @Test
    void manyMatricesAreSeveralCalls() {
        int count = 140_000;
        try (Arena arena = Arena.ofConfined(); CublasProducts products = products(false)) {
            var a = arena.allocate(8L * count, 8);
            var c = arena.allocate(8L * count, 8);
            for (int i = 0; i < count; i++) {
                a.setAtIndex(java.lang.foreign.ValueLayout.JAVA_DOUBLE, i, i);
            }
            products.gemm(DType.F64, false, false, 1, 1, 1, 2, a.address(), 1, 1, a.address() + 16, 1, 0, 0,
                    c.address(), 1, 1, count);
            for (int i = 0; i < count; i++) {
                assertThat(c.getAtIndex(java.lang.foreign.ValueLayout.JAVA_DOUBLE, i)).isEqualTo(4.0 * i);
            }
        }
        assertThat(cublas.calls).containsExactly("stream", "math 0", "gemm of 65535", "gemm of 65535",
                "gemm of 8930", "close");
    }

    @Test
    void nothingIsAskedForAnEmptyProduct() {
        CublasProducts products = products(false);
        products.gemm(DType.F32, false, false, 0, 3, 2, 1, 0, 2, 0, 0, 3, 0, 0, 0, 3, 0, 4);
        products.gemm(DType.F32, false, false, 3, 3, 2, 1, 0, 2, 0, 0, 3, 0, 0, 0, 3, 0, 0);
        assertThat(cublas.calls).containsExactly("stream", "math 0");
    }

    @Test
    void aRefusalNamesTheProductTheLibraryAndItsStatus() {
        CublasProducts products = products(false);
        cublas.status = 13;
        assertThatThrownBy(() -> products.gemm(DType.F32, false, false, 2, 3, 4, 1, 8, 4, 0, 8, 3, 0, 0, 8, 3, 0, 1))
                .isInstanceOf(DeviceException.class)
                .hasMessage("cuda: product 2 x 4 x 3 of 1 matrices (F32), cuBLAS 12.0 of a test: gemm returned 13"
                        + " (CUBLAS_STATUS_EXECUTION_FAILED)");
        assertThatThrownBy(() -> products.gemm(DType.I64, false, false, 2, 3, 4, 1, 8, 4, 0, 8, 3, 0, 0, 8, 3, 0, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("I64");
    }

    @Test
    void closesOnceAndComputesNoMore() {
        CublasProducts products = products(false);
        products.close();
        products.close();
        assertThat(cublas.calls).containsExactly("stream", "math 0", "close");
        assertThatThrownBy(() -> products.gemm(DType.F32, false, false, 2, 3, 4, 1, 8, 4, 0, 8, 3, 0, 0, 8, 3, 0, 1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }
}
