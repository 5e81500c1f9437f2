package io.github.lrp4j.tensor.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerPoolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyPartRunsOnce(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            assertThat(pool.threads()).isEqualTo(threads);
            for (int parts : new int[] {0, 1, 2, 3, 5, 17, 100}) {
                for (int round = 0; round < 20; round++) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(parts);
                    pool.run(parts, runs::incrementAndGet);
                    for (int p = 0; p < parts; p++) {
                        assertThat(runs.get(p)).isOne();
                    }
                }
            }
        }
    }

    @Test
    void plainWritesOfWorkersAreSeen() {
        try (WorkerPool pool = new WorkerPool(3)) {
            int[] values = new int[30];
            for (int round = 1; round <= 200; round++) {
                int expected = round;
                pool.run(values.length, p -> values[p]++);
                assertThat(values).containsOnly(expected);
            }
        }
    }

    @Test
    void partsAreSharedByTheSameThreadsEveryTime() {
        try (WorkerPool pool = new WorkerPool(3)) {
            Thread[] first = new Thread[9];
            pool.run(9, p -> first[p] = Thread.currentThread());
            assertThat(first[0]).isSameAs(Thread.currentThread());
            assertThat(first).hasSize(9).doesNotContainNull();
            assertThat(List.of(first).stream().distinct().count()).isEqualTo(3);
            for (int round = 0; round < 20; round++) {
                Thread[] again = new Thread[9];
                pool.run(9, p -> again[p] = Thread.currentThread());
                assertThat(again).containsExactly(first);
            }
        }
    }

    @Test
    void workersThatHaveParkedWakeUp() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int round = 0; round < 5; round++) {
                Thread.sleep(10);
                Thread[] seen = new Thread[2];
                pool.run(2, p -> seen[p] = Thread.currentThread());
                assertThat(seen[1]).isNotNull().isNotSameAs(seen[0]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void aFailureReachesTheCallerAndThePoolLives(int failing) {
        try (WorkerPool pool = new WorkerPool(3)) {
            AtomicInteger others = new AtomicInteger();
            assertThatThrownBy(() -> pool.run(6, p -> {
                if (p == failing) {
                    throw new IllegalArgumentException("part " + p);
                }
                others.incrementAndGet();
            })).isInstanceOf(IllegalArgumentException.class).hasMessage("part " + failing);
            assertThat(others.get()).isGreaterThanOrEqualTo(4);
            assertThatThrownBy(() -> pool.run(6, p -> {
                throw new StackOverflowError("part " + p);
            })).isInstanceOf(StackOverflowError.class).hasMessage("part 0");
            AtomicInteger after = new AtomicInteger();
            pool.run(6, p -> after.incrementAndGet());
            assertThat(after).hasValue(6);
        }
    }

    @Test
    void aRegionInsideARegionRunsOnItsCaller() {
        try (WorkerPool pool = new WorkerPool(3)) {
            AtomicInteger inner = new AtomicInteger();
            AtomicInteger strangers = new AtomicInteger();
            pool.run(5, p -> {
                Thread outer = Thread.currentThread();
                pool.run(7, q -> {
                    inner.incrementAndGet();
                    if (Thread.currentThread() != outer) {
                        strangers.incrementAndGet();
                    }
                });
            });
            assertThat(inner).hasValue(35);
            assertThat(strangers).hasValue(0);
        }
    }

    @Test
    void regionsOfSeveralCallersDoNotMix() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            List<Thread> callers = new ArrayList<>();
            AtomicInteger wrong = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            for (int c = 0; c < 3; c++) {
                int caller = c;
                callers.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    for (int round = 0; round < 500; round++) {
                        int[] values = new int[4];
                        pool.run(4, p -> values[p] += caller + 1);
                        for (int value : values) {
                            if (value != caller + 1) {
                                wrong.incrementAndGet();
                            }
                        }
                    }
                }));
            }
            start.countDown();
            for (Thread caller : callers) {
                assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
            }
            assertThat(wrong).hasValue(0);
        }
    }

    @Test
    void rangesCoverEveryIndexOnceInPiecesOfAtLeastTheGrain() {
        try (WorkerPool pool = new WorkerPool(3)) {
            for (int n : new int[] {0, 1, 7, 8, 15, 16, 100, 1001}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(n);
                AtomicInteger pieces = new AtomicInteger();
                AtomicInteger smallest = new AtomicInteger(Integer.MAX_VALUE);
                pool.forRange(n, 8, (from, to) -> {
                    pieces.incrementAndGet();
                    smallest.accumulateAndGet(to - from, Math::min);
                    for (int i = from; i < to; i++) {
                        runs.incrementAndGet(i);
                    }
                });
                for (int i = 0; i < n; i++) {
                    assertThat(runs.get(i)).isOne();
                }
                assertThat(pieces).hasValue(n == 0 ? 0 : Math.clamp(n / 8, 1, 3));
                assertThat(smallest.get()).isGreaterThanOrEqualTo(Math.min(n, 8));
            }
            AtomicInteger sum = new AtomicInteger();
            pool.forRange(Integer.MAX_VALUE, Integer.MAX_VALUE / 3, (from, to) -> sum.addAndGet(to - from));
            assertThat(sum).hasValue(Integer.MAX_VALUE);
        }
    }

    @Test
    void aClosedPoolEndsItsThreadsAndRefusesWork() throws InterruptedException {
        WorkerPool pool = new WorkerPool(3);
        Thread[] workers = new Thread[3];
        pool.run(3, p -> workers[p] = Thread.currentThread());
        pool.close();
        pool.close();
        for (int i = 1; i < 3; i++) {
            workers[i].join(TimeUnit.SECONDS.toMillis(10));
            assertThat(workers[i].isAlive()).isFalse();
        }
        assertThatIllegalStateException().isThrownBy(() -> pool.run(3, p -> {
        })).withMessageContaining("closed");
    }

    @Test
    void closingInsideARegionLetsTheRegionEnd() {
        for (int round = 0; round < 50; round++) {
            WorkerPool pool = new WorkerPool(3);
            AtomicInteger runs = new AtomicInteger();
            pool.run(6, p -> {
                if (p == 0) {
                    pool.close();
                }
                runs.incrementAndGet();
            });
            assertThat(runs).hasValue(6);
        }
    }

    @Test
    void aPoolNeedsAThread() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WorkerPool(0)).withMessageContaining("0");
    }
}
