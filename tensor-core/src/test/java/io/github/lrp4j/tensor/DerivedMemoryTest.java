package io.github.lrp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.simd.SimdKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerivedMemoryTest {
    /** A value of some size. */
    private record Block(int id, long heapBytes) implements HeapSized {
    }

    private int computed;

    private Block block(DerivedValues values, int id, long bytes) {
        Block block = values.get(id, () -> {
            computed++;
            return new Block(id, bytes);
        });
        assertThat(block.id).isEqualTo(id);
        return block;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4096, 4096", "3k, 3072", "2m, 2097152", "5g, 5368709120", "50%, 500", "7%, 70", "100%, 1000",
        "999999999999999999g, 9223372036854775807"})
    void theLimitIsBytesOrAPartOfTheHeap(String amount, long bytes) {
        assertThat(DerivedMemory.bytes(amount, 1000)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5g", "2 g", "3t", "9999999999999999999"})
    void otherAmountsAreRefused(String amount) {
        assertThatIllegalArgumentException().isThrownBy(() -> DerivedMemory.bytes(amount, 1000))
                .withMessageContaining("lrp4j.derivedMemory is '" + amount + "'");
    }

    @Test
    void aNegativeLimitIsRefused() {
        DerivedMemory memory = new DerivedMemory(10);
        assertThatIllegalArgumentException().isThrownBy(() -> memory.limit(-1)).withMessageContaining("-1 bytes");
        assertThat(memory.limit()).isEqualTo(10);
    }

    @Test
    void theValueThatWasNotUsedForLongestGoesFirst() {
        DerivedMemory memory = new DerivedMemory(250);
        DerivedValues a = new DerivedValues(memory);
        DerivedValues b = new DerivedValues(memory);
        Block first = block(a, 1, 100);
        block(b, 2, 100);
        assertThat(block(a, 1, 100)).isSameAs(first);
        assertThat(computed).isEqualTo(2);
        block(a, 3, 100);
        assertThat(memory.used()).isEqualTo(200);
        assertThat(block(a, 1, 100)).isSameAs(first);
        assertThat(computed).isEqualTo(3);
        block(b, 2, 100);
        assertThat(computed).as("the second had gone").isEqualTo(4);
        block(a, 3, 100);
        assertThat(computed).as("then the third").isEqualTo(5);
    }

    @Test
    void whatIsLargerThanTheLimitIsComputedEachTimeAndDrivesNothingOut() {
        DerivedMemory memory = new DerivedMemory(100);
        DerivedValues values = new DerivedValues(memory);
        block(values, 1, 100);
        block(values, 2, 101);
        block(values, 2, 101);
        block(values, 1, 100);
        assertThat(computed).isEqualTo(3);
        assertThat(memory.used()).isEqualTo(100);
    }

    @Test
    void withoutMemoryNothingIsKept() {
        DerivedMemory memory = new DerivedMemory(0);
        DerivedValues values = new DerivedValues(memory);
        block(values, 1, 1);
        block(values, 1, 1);
        assertThat(computed).isEqualTo(2);
        assertThat(memory.used()).isZero();
        assertThat(values.entries()).isEmpty();
    }

    @Test
    void aLowerLimitHoldsAtOnce() {
        DerivedMemory memory = new DerivedMemory(1000);
        DerivedValues values = new DerivedValues(memory);
        for (int id = 0; id < 10; id++) {
            block(values, id, 100);
        }
        memory.limit(350);
        assertThat(memory.used()).isEqualTo(300);
        assertThat(values.entries()).extracting(entry -> ((Block) entry.value).id).containsExactlyInAnyOrder(7, 8, 9);
        memory.limit(0);
        assertThat(memory.used()).isZero();
    }

    @Test
    void whatWasDerivedFromADerivedTensorGoesWithIt() {
        DerivedMemory shared = DerivedMemory.shared();
        long limit = shared.limit();
        Tensor weight = TestTensors.normal(1, 10).durable();
        Tensor positive = weight.derived("positive", () -> TestTensors.normal(2, 10).durable());
        positive.derived("packed", () -> new Block(1, 1));
        try {
            shared.limit(0);
            assertThat(positive.storage().derivedEntries()).isEmpty();
            assertThat(positive.at(3)).isEqualTo(TestTensors.normal(2, 10).at(3));
        } finally {
            shared.limit(limit);
        }
    }

    @Test
    void valuesAreCollectedWithTheirWeights() throws InterruptedException {
        DerivedMemory memory = new DerivedMemory(1000);
        DerivedValues kept = new DerivedValues(memory);
        block(kept, 1, 100);
        deriveFromAModel(memory);
        for (int attempt = 0; attempt < 200 && memory.used() != 100; attempt++) {
            System.gc();
            Thread.sleep(5);
        }
        assertThat(memory.used()).isEqualTo(100);
        assertThat(kept.entries()).hasSize(1);
    }

    private void deriveFromAModel(DerivedMemory memory) {
        DerivedValues model = new DerivedValues(memory);
        block(model, 1, 500);
        assertThat(memory.used()).isEqualTo(600);
        assertThat(model.entries()).hasSize(1);
    }

    @Test
    void threadsMayShareALittleMemory() throws InterruptedException, ExecutionException {
        DerivedMemory memory = new DerivedMemory(1000);
        List<DerivedValues> all = List.of(new DerivedValues(memory), new DerivedValues(memory));
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                SplittableRandom random = new SplittableRandom(t);
                done.add(executor.submit(() -> {
                    for (int i = 0; i < 5000; i++) {
                        int id = random.nextInt(12);
                        Block block = all.get(id % 2).get(id, () -> new Block(id, 50 + 20 * id));
                        assertThat(block).isEqualTo(new Block(id, 50 + 20 * id));
                        assertThat(memory.used()).isLessThanOrEqualTo(1000);
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
        long held = all.stream().flatMap(values -> values.entries().stream()).mapToLong(e -> e.value.heapBytes()).sum();
        assertThat(memory.used()).isEqualTo(held);
        memory.limit(0);
        assertThat(memory.used()).isZero();
        assertThat(all).allMatch(values -> values.entries().isEmpty());
    }

    @Test
    void productsDoNotDependOnTheLimit() {
        DerivedMemory shared = DerivedMemory.shared();
        long limit = shared.limit();
        Tensor x = TestTensors.normal(1, 20, 100);
        Tensor y = TestTensors.normal(2, 40, 60);
        Tensor v = TestTensors.normal(3, 60, 100).durable();
        Tensor w = TestTensors.normal(4, 300, 60).durable();
        try (SimdKernels kernels = new SimdKernels(2)) {
            Supplier<List<float[]>> work = () -> List.of(product(kernels, x, v), product(kernels, y, w));
            List<float[]> want = work.get();
            for (long tiny : new long[] {0, 1, 40_000, 100_000, 1_000_000}) {
                shared.limit(tiny);
                for (int call = 0; call < 3; call++) {
                    assertThat(work.get()).usingRecursiveComparison().isEqualTo(want);
                    assertThat(shared.used()).isLessThanOrEqualTo(tiny);
                }
            }
        } finally {
            shared.limit(limit);
        }
    }

    private static float[] product(Kernels kernels, Tensor x, Tensor w) {
        return kernels.matmul(x, w.transpose(0, 1)).toFloatArray();
    }
}
