package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
    private static final long MIB = 1 << 20;

    private final StubDriver driver = new StubDriver(16 * MIB);

    private MemoryPool pool() {
        return new MemoryPool(driver, _ -> false, 8 * MIB);
    }

    @Test
    void sizesAreRoundedUpByASixteenthAtMost() {
        for (long bytes = 1; bytes < 100 * MIB; bytes += 1 + bytes / 7) {
            long size = MemoryPool.rounded(bytes);
            assertThat(size).isBetween(bytes, Math.max(MemoryPool.ALIGNMENT, bytes + bytes / 8 + MemoryPool.ALIGNMENT));
            assertThat(size % MemoryPool.ALIGNMENT).isZero();
            assertThat(MemoryPool.rounded(size)).isEqualTo(size);
        }
        assertThat(MemoryPool.rounded(0)).isEqualTo(MemoryPool.ALIGNMENT);
    }

    @Test
    void whatWasGivenBackServesTheNextOfItsSize() {
        try (MemoryPool pool = pool()) {
            long first = pool.allocate(1000);
            pool.free(first);
            assertThat(pool.idleBytes()).isEqualTo(1024);
            assertThat(pool.allocate(1020)).as("the same block").isEqualTo(first);
            assertThat(pool.allocate(1020)).isNotEqualTo(first);
            assertThat(pool.usedBytes()).isEqualTo(2048);
            assertThat(driver.calls()).containsExactly("allocate 1024", "allocate 1024");
        }
    }

    @Test
    void countsWhatIsInUseAndItsPeak() {
        try (MemoryPool pool = pool()) {
            long a = pool.allocate(MIB);
            long b = pool.allocate(2 * MIB);
            pool.free(a);
            assertThat(pool.usedBytes()).isEqualTo(2 * MIB);
            assertThat(pool.idleBytes()).isEqualTo(MIB);
            assertThat(pool.peakBytes()).isEqualTo(3 * MIB);
            pool.free(b);
            assertThat(pool.usedBytes()).isZero();
            assertThat(pool.peakBytes()).isEqualTo(3 * MIB);
            pool.restartPeak();
            pool.free(pool.allocate(MIB));
            assertThat(pool.peakBytes()).isEqualTo(MIB);
        }
    }

    @Test
    void moreThanTheShareDoesNotLieIdleTheLeastWantedGoesFirst() {
        try (MemoryPool pool = pool()) {
            long small = pool.allocate(2 * MIB);
            long large = pool.allocate(4 * MIB);
            long other = pool.allocate(3 * MIB);
            pool.free(small);
            pool.free(large);
            assertThat(driver.freed()).isEmpty();
            pool.free(other);
            assertThat(driver.freed()).containsExactly(small);
            assertThat(pool.idleBytes()).isEqualTo(7 * MIB);
        }
    }

    @Test
    void whereTheDeviceIsFullWhatLiesIdleGoesFirst() {
        List<Integer> asked = new ArrayList<>();
        try (MemoryPool pool = new MemoryPool(driver, attempt -> {
            asked.add(attempt);
            return false;
        }, 16 * MIB)) {
            pool.free(pool.allocate(10 * MIB));
            assertThat(pool.allocate(12 * MIB)).isNotZero();
            assertThat(driver.freed()).hasSize(1);
            assertThat(asked).as("nobody else had to give up anything").isEmpty();
        }
    }

    @Test
    void thenOthersAreAskedAsLongAsThatHelps() {
        AtomicReference<MemoryPool> pool = new AtomicReference<>();
        List<Long> caches = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        pool.set(new MemoryPool(driver, attempt -> {
            asked.add(attempt);
            pool.get().free(caches.removeLast());
            return !caches.isEmpty();
        }, 16 * MIB));
        try (MemoryPool closing = pool.get()) {
            for (int i = 0; i < 4; i++) {
                caches.add(closing.allocate(4 * MIB));
            }
            assertThat(closing.allocate(8 * MIB)).isNotZero();
            assertThat(asked).containsExactly(0, 1);
            assertThat(caches).hasSize(2);
        }
    }

    @Test
    void atLastTheErrorNamesWhatWasAskedForHeldFreeAndTotal() {
        try (MemoryPool pool = pool()) {
            pool.allocate(4 * MIB);
            pool.free(pool.allocate(2 * MIB));
            assertThatThrownBy(() -> pool.allocate(14 * MIB)).isInstanceOf(DeviceMemoryException.class).hasMessage(
                    "cuda: no room for 14.0 MiB on the device: of 16.0 MiB, 12.0 MiB are free and lrp4j holds 4.0 MiB"
                            + " (0.0 MiB more lie idle); explain fewer samples at a time, or release what is no longer"
                            + " needed (Graph.free)");
            assertThat(pool.allocate(12 * MIB)).as("the pool serves on").isNotZero();
        }
    }

    @Test
    void whatIsNotItsOwnIsRefused() {
        try (MemoryPool pool = pool()) {
            long address = pool.allocate(1);
            pool.free(address);
            assertThatThrownBy(() -> pool.free(address)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("freed before");
            assertThatThrownBy(() -> pool.free(12345)).hasMessageContaining("0x3039 was not allocated");
        }
    }

    @Test
    void closingGivesEverythingBackAndEndsIt() {
        MemoryPool pool = pool();
        long used = pool.allocate(MIB);
        pool.free(pool.allocate(2 * MIB));
        pool.close();
        pool.close();
        assertThat(driver.allocated()).isEmpty();
        assertThat(driver.freed()).hasSize(2).contains(used);
        pool.free(used); // A collector may find a tensor later.
        assertThatThrownBy(() -> pool.allocate(1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    @Test
    void severalThreadsNeverShareABlock() throws Exception {
        try (MemoryPool pool = pool(); ExecutorService threads = Executors.newFixedThreadPool(4)) {
            ConcurrentHashMap<Long, Integer> owners = new ConcurrentHashMap<>();
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                running.add(threads.submit(() -> {
                    Random random = new Random(thread);
                    List<Long> mine = new ArrayList<>();
                    for (int i = 0; i < 2000; i++) {
                        if (mine.size() < 20 && random.nextBoolean()) {
                            long address = pool.allocate(1 + random.nextInt(5000));
                            assertThat(owners.putIfAbsent(address, thread)).isNull();
                            mine.add(address);
                        } else if (!mine.isEmpty()) {
                            long address = mine.remove(random.nextInt(mine.size()));
                            owners.remove(address);
                            pool.free(address);
                        }
                    }
                    mine.forEach(address -> {
                        owners.remove(address);
                        pool.free(address);
                    });
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
            assertThat(pool.usedBytes()).isZero();
        }
        assertThat(driver.allocated()).isEmpty();
    }
}
