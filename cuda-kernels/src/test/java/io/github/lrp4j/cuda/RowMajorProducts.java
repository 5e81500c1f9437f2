package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Holds {@link Products} against their definition, over memory of the host: every transposition, distance and stride. */
final class RowMajorProducts {
    private RowMajorProducts() {
    }

    static void check(Products products, DType dtype) {
        for (int seed = 0; seed < 64; seed++) {
            check(products, dtype, seed);
        }
    }

    private static void check(Products products, DType dtype, int seed) {
        Random random = new Random(seed);
        boolean transposeA = (seed & 1) != 0;
        boolean transposeB = (seed & 2) != 0;
        int m = 1 + random.nextInt(5);
        int n = 1 + random.nextInt(5);
        int k = 1 + random.nextInt(5);
        int batch = 1 + random.nextInt(3);
        int lda = (transposeA ? m : k) + random.nextInt(3);
        int ldb = (transposeB ? k : n) + random.nextInt(3);
        int ldc = n + random.nextInt(3);
        long strideA = random.nextBoolean() ? 0 : (long) lda * (transposeA ? k : m) + random.nextInt(2);
        long strideB = random.nextBoolean() ? 0 : (long) ldb * (transposeB ? n : k) + random.nextInt(2);
        long strideC = (long) ldc * m + random.nextInt(2);
        double alpha = random.nextGaussian();
        double beta = random.nextInt(3) == 0 ? random.nextGaussian() : 0;
        double[] a = numbers(random, strideA * (batch - 1) + (long) lda * (transposeA ? k : m));
        double[] b = numbers(random, strideB * (batch - 1) + (long) ldb * (transposeB ? n : k));
        double[] c = numbers(random, strideC * (batch - 1) + (long) ldc * m);
        double[] want = c.clone();
        for (int p = 0; p < batch; p++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        sum += a[(int) (p * strideA) + (transposeA ? l * lda + i : i * lda + l)]
                                * b[(int) (p * strideB) + (transposeB ? j * ldb + l : l * ldb + j)];
                    }
                    int cell = (int) (p * strideC) + i * ldc + j;
                    want[cell] = alpha * sum + beta * c[cell];
                }
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = memory(arena, dtype, c);
            products.gemm(dtype, transposeA, transposeB, m, n, k, alpha, memory(arena, dtype, a).address(), lda,
                    strideA, memory(arena, dtype, b).address(), ldb, strideB, beta, result.address(), ldc, strideC,
                    batch);
            for (int i = 0; i < want.length; i++) {
                double got = dtype == DType.F64
                        ? result.getAtIndex(ValueLayout.JAVA_DOUBLE, i)
                        : result.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                assertThat(got).as("seed %s, number %s", seed, i)
                        .isCloseTo(want[i], within(dtype == DType.F64 ? 1e-13 : 1e-5));
            }
        }
    }

    private static double[] numbers(Random random, long count) {
        return random.doubles(count, -1, 1).map(x -> (float) x).toArray();
    }

    private static MemorySegment memory(Arena arena, DType dtype, double[] numbers) {
        MemorySegment memory = arena.allocate((long) numbers.length * dtype.bytes(), 8);
        for (int i = 0; i < numbers.length; i++) {
            if (dtype == DType.F64) {
                memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, numbers[i]);
            } else {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) numbers[i]);
            }
        }
        return memory;
    }
}
