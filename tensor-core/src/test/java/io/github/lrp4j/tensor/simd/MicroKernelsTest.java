package io.github.lrp4j.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated kernels against their plain twin, and the checked-in source against its generator. */
class MicroKernelsTest {
    private static final int ROWS = 14;

    private static float[] random(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2", "7, 1", "64, 2", "129, 1", "513, 2"})
    void everyTileAgreesWithThePlainKernel(int depth, int vectors) {
        for (int rows = 1; rows <= ROWS; rows++) {
            float[] a = random(3 + rows * depth, rows);
            float[] b = random(5 + Tile.COLUMNS * depth, 100 + rows);
            int ldc = Tile.COLUMNS + 3;
            float[] starts = random(7 + ROWS * ldc, 200 + rows);
            float[] got = starts.clone();
            float[] want = starts.clone();
            MicroKernel.run(rows, vectors, a, 3, b, 5, depth, want, 7, ldc, want, 7, ldc);
            if (vectors == 1) {
                MicroKernels.run1(rows, a, 3, b, 5, depth, got, 7, ldc, got, 7, ldc);
            } else {
                MicroKernels.run2(rows, a, 3, b, 5, depth, got, 7, ldc, got, 7, ldc);
            }
            // The same operations in the same order: exactly equal, also outside of the tile.
            assertThat(got).as("rows %d", rows).isEqualTo(want);
        }
    }

    @Test
    void aRowOfZerosReplacesTheTarget() {
        float[] a = random(4 * 9, 1);
        float[] b = random(Tile.COLUMNS * 9, 2);
        float[] got = new float[4 * Tile.COLUMNS];
        Arrays.fill(got, Float.NaN);
        float[] want = new float[4 * Tile.COLUMNS];
        MicroKernel.run(4, 2, a, 0, b, 0, 9, want, 0, Tile.COLUMNS, want, 0, Tile.COLUMNS);
        MicroKernels.run2(4, a, 0, b, 0, 9, new float[Tile.COLUMNS], 0, 0, got, 0, Tile.COLUMNS);
        assertThat(got).isEqualTo(want);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 16})
    void transposesSquareBlocks(int lines) {
        int lanes = Tile.LANES;
        int stride = lanes + 5;
        float[] source = random(2 + lanes * stride, lines);
        float[] target = new float[1 + lanes * (lanes + 2)];
        int count = Math.min(lines, lanes);
        MicroKernels.transpose(source, 2, stride, count, target, 1, lanes + 2);
        for (int k = 0; k < lanes; k++) {
            for (int i = 0; i < count; i++) {
                assertThat(target[1 + k * (lanes + 2) + i]).isEqualTo(source[2 + i * stride + k]);
            }
        }
    }

    /**
     * Every combination of sizes and strides; the numbers around the panel must survive, and the last of the source is the
     * last element that the panel needs.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 7, 13, 14, 16, 17, 31, 32})
    void packsLinesOfAnyStride(int lines) {
        for (int width : new int[] {lines, Math.max(lines, Tile.COLUMNS)}) {
            for (int depth : new int[] {1, 2, 15, 16, 17, 33, 70}) {
                for (int[] strides : new int[][] {{1, lines}, {1, lines + 3}, {depth, 1}, {depth + 5, 1},
                    {2, 2 * lines},
                    {2 * depth, 2}, {0, 1}, {1, 0}, {0, 0}}) {
                    checkPacking(lines, width, depth, strides[0], strides[1]);
                }
            }
        }
    }

    private static void checkPacking(int lines, int width, int depth, int lineStride, int depthStride) {
        float[] source = random(4 + (lines - 1) * lineStride + (depth - 1) * depthStride + 1, depth);
        float[] target = new float[6 + width * depth + 40];
        Arrays.fill(target, -99);
        Panels.pack(source, 4, lineStride, depthStride, lines, depth, target, 6, width);
        for (int k = 0; k < depth; k++) {
            for (int i = 0; i < lines; i++) {
                assertThat(target[6 + k * width + i])
                        .as("line %d of %d, step %d of %d, strides %d and %d", i, lines, k, depth, lineStride,
                                depthStride)
                        .isEqualTo(source[4 + i * lineStride + k * depthStride]);
            }
        }
        for (int i = 0; i < target.length; i++) {
            if (i < 6 || i >= 6 + width * depth) {
                assertThat(target[i]).as("outside at %d", i - 6).isEqualTo(-99, within(0f));
            }
        }
    }

    @Test
    void theSourceIsWhatItsGeneratorWrites() throws IOException, InterruptedException {
        Path module = Path.of("").toAbsolutePath();
        Path generator = module.resolve("src/generator/java/GenerateMicroKernels.java");
        Path source = module.resolve("src/main/java/io/github/lrp4j/tensor/simd/MicroKernels.java");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                generator.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String written = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isZero();
        assertThat(withoutSpaces(Files.readString(source))).isEqualTo(withoutSpaces(written));
    }

    /** A formatter may break lines elsewhere. */
    private static String withoutSpaces(String source) {
        return source.replaceAll("[\\s*]+", "");
    }
}
