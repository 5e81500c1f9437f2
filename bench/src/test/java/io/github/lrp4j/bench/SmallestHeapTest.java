package io.github.lrp4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallestHeapTest {
    private final List<Integer> tried = new ArrayList<>();

    private SmallestHeap.Trial needs(int megabytes) {
        return heap -> {
            tried.add(heap);
            return heap < megabytes ? Optional.empty() : Optional.of(new MemoryJob.Figures(1, heap, heap, 0));
        };
    }

    @ParameterizedTest
    @CsvSource({"100, 5", "100, 90", "100, 100", "100, 101", "100, 1999", "1, 300", "4000, 7"})
    void theHeapIsTheSmallestToItsPrecision(int guess, int needed) throws IOException, InterruptedException {
        SmallestHeap smallest = SmallestHeap.search(guess, 2000, needs(needed));

        assertThat(smallest.megabytes()).isBetween(needed, (int) (needed / (1 - SmallestHeap.PRECISION)) + 1);
        assertThat(smallest.figures().heapMegabytes()).isEqualTo(smallest.megabytes());
        assertThat(tried).doesNotHaveDuplicates().allMatch(heap -> heap > 0 && heap <= 2000);
    }

    @Test
    void whatNeedsMoreThanThereIsFails() {
        assertThatIllegalStateException().isThrownBy(() -> SmallestHeap.search(100, 2000, needs(2001)))
                .withMessageContaining("2000 MB");
    }
}
