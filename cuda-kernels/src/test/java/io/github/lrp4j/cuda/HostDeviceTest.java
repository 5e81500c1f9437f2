package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The host in place of a GPU: that it does what CUDA does, and says so where a kernel is wrong. */
class HostDeviceTest {
    private HostDevice device;

    @BeforeEach
    void open() {
        device = HostDevice.open(Sources.module().resolve("src/test/cuda/emulation"));
    }

    @AfterEach
    void close() {
        if (device != null) {
            device.close();
        }
    }

    @Test
    void ratesAreMeasured() {
        DeviceRates rates = DeviceRates.measured(device, 1 << 16, 32);
        assertThat(rates.copiedBytes()).isPositive();
        assertThat(rates.productFlops()).isPositive();
        assertThat(device.allocated()).isZero();
        assertThat(device.peakBytes()).isEqualTo(2 << 16);
    }

    private long upload(float... values) {
        long address = device.allocate(4L * values.length);
        device.write(MemorySegment.ofArray(values), address);
        return address;
    }

    private long upload(double... values) {
        long address = device.allocate(8L * values.length);
        device.write(MemorySegment.ofArray(values), address);
        return address;
    }

    private long upload(int... values) {
        long address = device.allocate(4L * values.length);
        device.write(MemorySegment.ofArray(values), address);
        return address;
    }

    private float[] floats(long address, int count) {
        float[] values = new float[count];
        device.read(address, MemorySegment.ofArray(values));
        return values;
    }

    private double[] doubles(long address, int count) {
        double[] values = new double[count];
        device.read(address, MemorySegment.ofArray(values));
        return values;
    }

    private int[] ints(long address, int count) {
        int[] values = new int[count];
        device.read(address, MemorySegment.ofArray(values));
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 32", "31, 32", "33, 32", "1000, 64", "5000, 256", "100000, 1024"})
    void barriersSeparateTheStepsOfATree(int cells, int threads) {
        Random random = new Random(cells);
        double[] x = random.doubles(cells).toArray();
        int blocks = Math.ceilDiv(cells, threads);
        long y = device.allocate(8L * blocks);
        device.launch("tree_sum", Grid.rows(blocks, threads, 8 * threads),
                new Arguments().pointer(y).pointer(upload(x)).i64(cells));
        double[] got = doubles(y, blocks);
        for (int b = 0; b < blocks; b++) {
            double want = Arrays.stream(x, b * threads, Math.min(cells, (b + 1) * threads)).sum();
            assertThat(got[b]).isCloseTo(want, within(1e-9));
        }
    }

    @Test
    void lanesOfAWarpExchangeValues() {
        int blocks = 3;
        int threads = 96;
        float[] x = new float[blocks * threads];
        for (int i = 0; i < x.length; i++) {
            x[i] = i * i % 101;
        }
        long y = device.allocate(16L * x.length);
        device.launch("warp_sums", Grid.rows(blocks, threads, 0), new Arguments().pointer(y).pointer(upload(x)));
        float[] got = floats(y, 4 * x.length);
        for (int i = 0; i < x.length; i++) {
            float sum = 0;
            for (int lane = 0; lane < 32; lane++) {
                sum += x[i / 32 * 32 + lane];
            }
            float before = i % 32 == 0 ? x[i] : x[i - 1];
            assertThat(Arrays.copyOfRange(got, 4 * i, 4 * i + 4)).containsExactly(sum, sum, before, 16);
        }
    }

    @Test
    void narrowShufflesStayInTheirGroup() {
        int[] x = new Random(1).ints(64).toArray();
        long y = device.allocate(12L * x.length);
        device.launch("narrow_shuffles", Grid.rows(1, 64, 0), new Arguments().pointer(y).pointer(upload(x)));
        int[] got = ints(y, 3 * x.length);
        for (int i = 0; i < x.length; i++) {
            int group = i / 8 * 8;
            assertThat(got[3 * i]).isEqualTo(x[group + 3]);
            assertThat(got[3 * i + 1]).isEqualTo(x[i % 8 < 6 ? i + 2 : i]);
            assertThat(got[3 * i + 2]).isEqualTo(x[group + (i % 8 ^ 4)]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "31, 33", "64, 100", "257, 130"})
    void blocksHaveASharedTileEach(int rows, int columns) {
        float[] x = new float[rows * columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        long y = device.allocate(4L * x.length);
        device.launch("transpose", new Grid(Math.ceilDiv(columns, 32), Math.ceilDiv(rows, 32), 1, 256, 0),
                new Arguments().pointer(y).pointer(upload(x)).i32(rows).i32(columns));
        float[] got = floats(y, x.length);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                assertThat(got[c * rows + r]).isEqualTo(x[r * columns + c]);
            }
        }
    }

    @Test
    void everyThreadRunsOnce() {
        Grid grid = new Grid(5, 7, 3, 96, 0);
        int threads = 5 * 7 * 3 * 96;
        long y = device.allocate(16L * threads);
        device.launch("places", grid, new Arguments().pointer(y));
        int[] got = ints(y, 4 * threads);
        for (int i = 0; i < threads; i++) {
            int block = i / 96;
            assertThat(Arrays.copyOfRange(got, 4 * i, 4 * i + 4))
                    .containsExactly(block % 5, block / 5 % 7, block / 35, i % 96);
        }
    }

    @Test
    void argumentsArriveAsTheyWereGiven() {
        Tensor x = Tensor.of(new float[12], 3, 4).transpose(0, 1);
        long y = device.allocate(6 * 8);
        device.launch("arguments", Grid.rows(1, 32, 0), new Arguments().pointer(y).i32(-7).i64(1L << 40).f64(0.1)
                .ints(1, 2, 3).view(View.of(x.shape(), x)));
        assertThat(doubles(y, 6)).containsExactly(-7, 1L << 40, 0.1, 123, 2, 2 * 4 + 1);
    }

    @Test
    void argumentsOfAnotherKindAreRefused() {
        long y = device.allocate(48);
        assertThatThrownBy(() -> device.launch("places", Grid.over(1), new Arguments()))
                .hasMessageContaining("places has 1 parameters, but is given 0");
        assertThatThrownBy(() -> device.launch("reads_at", Grid.over(1),
                new Arguments().pointer(y).pointer(y).i32(1)))
                .hasMessageContaining("reads_at: parameter 2 takes 8 bytes at 16");
        assertThatThrownBy(() -> device.launch("no_such", Grid.over(1), new Arguments()))
                .hasMessageContaining("no kernel no_such");
        assertThatThrownBy(() -> device.launch("places", new Grid(1, 1, 1, 33, 0), new Arguments().pointer(y)))
                .hasMessageContaining("33 threads");
    }

    @Test
    void aBarrierThatNotAllReachIsAnError() {
        long y = upload(new float[64]);
        assertThatThrownBy(
                () -> device.launch("leaves_before_barrier", Grid.rows(1, 64, 0), new Arguments().pointer(y)))
                .hasMessageContaining("32 of 64 threads wait at emulation.cu:");
        assertThatThrownBy(() -> device.launch("takes_two_barriers", Grid.rows(1, 64, 0), new Arguments().pointer(y)))
                .hasMessageContaining("thread 32 waits at emulation.cu:");
        assertThatThrownBy(
                () -> device.launch("shuffles_with_half_a_warp", Grid.rows(1, 64, 0), new Arguments().pointer(y)))
                .hasMessageContaining("16 of 64 threads wait at emulation.cu:");
        // And the next launch is as good as any.
        long sum = device.allocate(8);
        device.launch("tree_sum", Grid.rows(1, 32, 256),
                new Arguments().pointer(sum).pointer(upload(1.0, 2.0, 3.0)).i64(3));
        assertThat(doubles(sum, 1)).containsExactly(6);
    }

    @Test
    void aMissingBarrierShowsInEveryOtherBlock() {
        long y = device.allocate(4 * 64);
        device.launch("forgets_barrier", Grid.rows(2, 32, 128), new Arguments().pointer(y));
        float[] got = floats(y, 64);
        long wrong = 0;
        for (int i = 0; i < got.length; i++) {
            wrong += got[i] == Math.max(0, i % 32 - 1) ? 0 : 1;
        }
        assertThat(wrong).isEqualTo(31);
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 1000, 200_000, -1L << 40})
    void touchingWhatIsNotAllocatedIsAnError(long at) {
        long y = upload(new float[32]);
        long x = upload(new float[8]);
        assertThatThrownBy(() -> device.launch("reads_at", Grid.rows(4, 32, 0),
                new Arguments().pointer(y).pointer(x).i64(at))).hasMessageContaining("not allocated");
        assertThatThrownBy(() -> device.launch("writes_at", Grid.rows(200, 32, 0), new Arguments().pointer(x).i64(at)))
                .hasMessageContaining("not allocated");
        device.launch("reads_at", Grid.rows(1, 32, 0), new Arguments().pointer(y).pointer(x).i64(7));
        assertThat(floats(y, 32)).containsOnly(0);
    }

    @Test
    void whatWasFreedCannotBeTouched() {
        long y = upload(new float[32]);
        long x = upload(new float[8]);
        device.free(x);
        assertThatThrownBy(() -> device.launch("reads_at", Grid.rows(1, 32, 0),
                new Arguments().pointer(y).pointer(x).i64(0))).hasMessageContaining("not allocated");
        assertThatThrownBy(() -> device.free(x)).hasMessageContaining("is not allocated");
        assertThatThrownBy(() -> floats(x, 1)).hasMessageContaining("not allocated");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 7})
    void writingBesideIsFoundAtTheLatestWhenItIsFreed(long at) {
        long x = upload(new float[7]);
        device.launch("writes_at", Grid.rows(1, 32, 0), new Arguments().pointer(x).i64(at));
        device.free(x);
        assertThatThrownBy(device::synchronize).hasMessageContaining("wrote beside the 28 bytes");
        device.synchronize();
    }

    @Test
    void whatNobodyWroteIsNoNumber() {
        long y = device.allocate(4 * 64);
        assertThat(floats(y, 64)).containsOnly(Float.NaN);
        device.launch("reads_fresh_shared", Grid.rows(2, 32, 128), new Arguments().pointer(y));
        assertThat(floats(y, 32)).containsOnly(Float.NaN);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "3, 5, 7, 2", "17, 33, 9, 3", "4, 1, 0, 2"})
    void productsAreThoseOfTheirDefinition(int m, int n, int k, int batch) {
        for (int flags = 0; flags < 8; flags++) {
            boolean transposeA = (flags & 1) != 0;
            boolean transposeB = (flags & 2) != 0;
            double beta = (flags & 4) != 0 ? 0.5 : 0;
            int lda = (transposeA ? m : k) + 2;
            int ldb = (transposeB ? k : n) + 1;
            int ldc = n + 3;
            int strideA = lda * (transposeA ? k : m) + 5;
            int strideB = ldb * (transposeB ? n : k);
            int strideC = ldc * m + 1;
            Random random = new Random(flags);
            double[] a = random.doubles(strideA * batch + 1).toArray();
            double[] b = random.doubles(strideB * batch + 1).toArray();
            double[] c = random.doubles(strideC * batch).toArray();
            long to = upload(c);
            device.products().gemm(DType.F64, transposeA, transposeB, m, n, k, 1.5, upload(a), lda, strideA, upload(b),
                    ldb, strideB, beta, to, ldc, strideC, batch);
            for (int i = 0; i < batch * m * n; i++) {
                int item = i / (m * n);
                int row = i / n % m;
                int column = i % n;
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a[item * strideA + (transposeA ? p * lda + row : row * lda + p)]
                            * b[item * strideB + (transposeB ? column * ldb + p : p * ldb + column)];
                }
                int at = item * strideC + row * ldc + column;
                c[at] = 1.5 * sum + beta * c[at];
            }
            double[] got = doubles(to, c.length);
            for (int i = 0; i < c.length; i++) {
                assertThat(got[i]).as("%d of %d, flags %d", i, c.length, flags).isCloseTo(c[i], within(1e-12));
            }
        }
    }

    @Test
    void productsOfFloatsIgnoreWhatTheyReplace() {
        long c = device.allocate(4 * 4);
        device.products().gemm(DType.F32, false, false, 2, 2, 2, 1, upload(1f, 2, 3, 4), 2, 0, upload(5f, 6, 7, 8), 2,
                0,
                0, c, 2, 0, 1);
        assertThat(floats(c, 4)).containsExactly(19, 22, 43, 50);
    }
}
