package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelProductsTest {
    private HostDevice device;

    @BeforeEach
    void open() {
        device = HostDevice.open();
    }

    @AfterEach
    void close() {
        if (device != null) {
            device.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void smallProductsOfEveryForm(DType dtype) {
        RowMajorProducts.check(new KernelProducts(device), dtype);
    }

    /** Against the sum over k in order, as one thread would add: the same bits. */
    @ParameterizedTest
    @CsvSource({"64, 64, 16, false, false", "65, 63, 17, true, false", "130, 1, 33, false, true",
        "1, 129, 40, true, true",
        "63, 66, 0, false, false"})
    void productsOfSeveralTiles(int m, int n, int k, boolean transposeA, boolean transposeB) {
        Random random = new Random(m);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = drawn(arena, random, m * k);
            MemorySegment b = drawn(arena, random, k * n);
            MemorySegment c = drawn(arena, random, m * n);
            new KernelProducts(device).gemm(DType.F64, transposeA, transposeB, m, n, k, 1, a.address(),
                    transposeA ? m : k, 0, b.address(), transposeB ? k : n, 0, 0, c.address(), n, 0, 1);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        sum = Math.fma(a.getAtIndex(ValueLayout.JAVA_DOUBLE, transposeA ? l * m + i : i * k + l),
                                b.getAtIndex(ValueLayout.JAVA_DOUBLE, transposeB ? j * k + l : l * n + j), sum);
                    }
                    assertThat(c.getAtIndex(ValueLayout.JAVA_DOUBLE, (long) i * n + j)).isEqualTo(sum, within(0.0));
                }
            }
        }
    }

    private static MemorySegment drawn(Arena arena, Random random, int count) {
        MemorySegment numbers = arena.allocate(8L * Math.max(1, count), 8);
        for (int i = 0; i < count; i++) {
            numbers.setAtIndex(ValueLayout.JAVA_DOUBLE, i, random.nextGaussian());
        }
        return numbers;
    }

    @Test
    void otherTypesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KernelProducts(device).gemm(DType.I64, false, false, 2,
                        3, 4, 1, 8, 4, 0, 8, 3, 0, 0, 8, 3, 0, 1))
                .withMessageContaining("I64");
    }
}
