package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device, its copies and its kernels, over a driver that does nothing before somebody waits. */
class DriverDeviceTest {
    private static final Map<String, String> PTX = Map.of("a.ptx", "// a\n.entry one(\n.entry two(\n", "b.ptx",
            "// b\n.entry three(\n", "c.ptx", "// broken\n.entry four(\n");
    private static final Grid GRID = new Grid(1, 1, 1, 32, 0);

    private final StubDriver driver = new StubDriver(64 << 20);
    private final List<String> products = new ArrayList<>();

    private DriverDevice device() {
        return new DriverDevice(driver, PTX, _ -> new Products() {
            @Override
            public void gemm(io.github.lrp4j.tensor.DType dtype, boolean transposeA, boolean transposeB, int m, int n,
                    int k, double alpha, long a, int lda, long strideA, long b, int ldb, long strideB, double beta,
                    long c, int ldc, long strideC, int batch) {
                products.add("gemm");
            }

            @Override
            public void close() {
                products.add("close");
            }
        });
    }

    private static byte[] bytes(int seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 8192, 8193, 50_000})
    void copiesArriveWholeAlthoughTheDeviceIsLate(int count) {
        byte[] numbers = bytes(count, count);
        byte[] source = numbers.clone();
        byte[] back = new byte[count];
        try (Staging staging = new Staging(driver, 4096)) {
            long address = driver.allocate(Math.max(1, count));
            staging.write(MemorySegment.ofArray(source), address);
            Arrays.fill(source, (byte) -1); // It may change as soon as the call returns.
            staging.read(address, MemorySegment.ofArray(back));
            assertThat(Arrays.equals(back, numbers)).isTrue();
        }
        assertThat(driver.open()).as("buffers and events").isZero();
    }

    @Test
    void aWriteDoesNotWaitForTheDeviceWhileABufferIsFree() {
        try (Staging staging = new Staging(driver, 4096)) {
            long address = driver.allocate(1 << 16);
            staging.write(MemorySegment.ofArray(bytes(1, 100)), address);
            staging.write(MemorySegment.ofArray(bytes(2, 100)), address + 100);
            assertThat(driver.enqueued()).as("two copies and two events").isEqualTo(4);
        }
    }

    @Test
    void workIsDoneInTheOrderOfTheCalls() {
        byte[] numbers = bytes(3, 1000);
        byte[] back = new byte[1000];
        try (DriverDevice device = device()) {
            long address = device.allocate(1000);
            device.write(MemorySegment.ofArray(bytes(4, 1000)), address);
            device.zero(address, 1000);
            device.write(MemorySegment.ofArray(Arrays.copyOfRange(numbers, 0, 500)), address);
            device.launch("one", GRID, new Arguments());
            device.read(address, MemorySegment.ofArray(back));
            byte[] want = Arrays.copyOf(Arrays.copyOf(numbers, 500), 1000);
            assertThat(back).isEqualTo(want);
            assertThat(driver.calls()).as("the kernel ran before the read returned").contains("run one");
            long other = device.allocate(1000);
            device.copy(address, other, 1000);
            device.zero(address, 1000);
            device.read(other, MemorySegment.ofArray(back));
            assertThat(back).isEqualTo(want);
            // Memory that serves again is written after its last reader, as both are in one stream.
            device.free(address);
            assertThat(device.allocate(1000)).isEqualTo(address);
        }
    }

    @Test
    void kernelsAreCompiledByTheFileWhenTheFirstIsLaunched() {
        try (DriverDevice device = device()) {
            device.launch("two", GRID, new Arguments());
            device.launch("one", GRID, new Arguments());
            device.launch("two", new Grid(1, 1, 1, 32, 64 << 10), new Arguments());
            device.launch("two", new Grid(1, 1, 1, 32, 60 << 10), new Arguments());
            device.synchronize();
            assertThat(driver.calls()).containsExactly("load // a", "allow two 65536", "run two", "run one",
                    "run two", "run two");
        }
    }

    @Test
    void errorsNameTheKernelTheGridTheDeviceAndTheDriversError() {
        try (DriverDevice device = device()) {
            assertThatThrownBy(() -> device.launch("five", GRID, new Arguments()))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage("cuda: no kernel five; there are [four, one,"
                            + " three, two]");
            assertThatThrownBy(() -> device.launch("four", GRID, new Arguments())).isInstanceOf(DeviceException.class)
                    .hasMessage("cuda: kernel four of c.ptx on Stub, compute capability 9.0: cuModuleLoadDataEx:"
                            + " CUDA_ERROR_INVALID_PTX (line 3: no such instruction)");
            assertThatThrownBy(() -> device.launch("one", new Grid(-1, 1, 1, 32, 0), new Arguments()))
                    .hasMessageContainingAll("cuda: kernel one with Grid[x=-1", "CUDA_ERROR_INVALID_VALUE");
            assertThatThrownBy(() -> device.launch("one", new Grid(1, 1, 1, 32, 1 << 20), new Arguments()))
                    .hasMessageContainingAll("kernel one", "102400 bytes of shared memory");
        }
    }

    @Test
    void inSynchronousModeAFaultNamesItsKernel() {
        System.setProperty(DriverDevice.SYNCHRONOUS, "true");
        try (DriverDevice device = device()) {
            driver.fail("cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS");
            assertThatThrownBy(() -> device.launch("one", GRID, new Arguments())).isInstanceOf(DeviceException.class)
                    .hasMessageContainingAll("kernel one with Grid", "failed", "CUDA_ERROR_ILLEGAL_ADDRESS");
        } finally {
            System.clearProperty(DriverDevice.SYNCHRONOUS);
        }
    }

    @Test
    void everyErrorOfTheDriverHasAName() {
        for (int code : new int[] {1, 2, 3, 100, 101, 200, 218, 222, 700, 701, 719}) {
            assertThat(CUresult.stringFor(code)).startsWith("CUDA_ERROR_");
        }
    }

    @Test
    void whereMemoryIsShortCachesAreGivenUpFirst() {
        try (DriverDevice device = device()) {
            List<Long> cache = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                cache.add(device.allocate(20 << 20));
            }
            device.whenShort(() -> {
                cache.forEach(device::free);
                cache.clear();
            });
            assertThat(device.allocate(40 << 20)).isNotZero();
            assertThat(cache).isEmpty();
            assertThat(device.memory().usedBytes()).isEqualTo(40 << 20);
        }
    }

    @Test
    void closingWaitsThenGivesEverythingBackOnce() {
        DriverDevice device = device();
        long kept = device.allocate(1000);
        device.launch("one", GRID, new Arguments());
        device.close();
        device.close();
        device.free(kept);
        assertThat(driver.calls()).contains("run one").endsWith("close");
        assertThat(driver.calls().indexOf("run one")).isLessThan(driver.calls().indexOf("free"));
        assertThat(driver.allocated()).isEmpty();
        assertThat(driver.open()).as("buffers, events, modules").isZero();
        assertThat(products).containsExactly("close");
    }

    @Test
    void severalThreadsCopyWithoutDisturbingEachOther() throws Exception {
        try (DriverDevice device = device(); ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 50; round++) {
                        byte[] numbers = bytes(100 * thread + round, 1 + 977 * round);
                        byte[] back = new byte[numbers.length];
                        long address = device.allocate(numbers.length);
                        device.write(MemorySegment.ofArray(numbers), address);
                        device.launch("one", GRID, new Arguments());
                        device.read(address, MemorySegment.ofArray(back));
                        device.free(address);
                        assertThat(Arrays.equals(back, numbers)).isTrue();
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
    }
}
