package io.github.lrp4j.zoo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.lrp4j.tensor.safetensors.SafetensorsException;
import io.github.lrp4j.zoo.data.DataSetException;
import io.github.lrp4j.zoo.data.IdxFormatException;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.image.ImageFormatException;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.tokenizer.TokenizerException;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Uses of damaged files: each ends well or with an exception that is declared for it, which names the file in one line;
 * within seconds; and without allocating out of proportion.
 */
final class Trial {
    /** What may be thrown. */
    private static final List<Class<? extends Exception>> DECLARED = List.of(TokenizerException.class,
            JsonFileException.class, SafetensorsException.class, WeightsException.class, ConfigException.class,
            ImageFormatException.class, IdxFormatException.class,
            DataSetException.class);
    /** Against a use that does not come to an end; no measurement. */
    private static final long MOST_SECONDS = 60;

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What is tried. */
    interface Use {
        void run() throws IOException;
    }

    private final String file;
    private final long mostAllocated;
    private int used;
    private int refused;

    /**
     * Trials of one kind of file.
     *
     * @param file what messages must contain
     * @param mostAllocated how many bytes one use may allocate
     */
    Trial(String file, long mostAllocated) {
        this.file = file;
        this.mostAllocated = mostAllocated;
    }

    /** Tries a use; {@code variant} tells which one failed. */
    void run(String variant, Use use) {
        long started = System.nanoTime();
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        try {
            use.run();
            used++;
        } catch (IOException | RuntimeException e) {
            if (!DECLARED.contains(e.getClass())) {
                throw new AssertionError(variant + ": " + e, e);
            }
            refused++;
            assertThat(e.getMessage()).as(variant).contains(file).hasSizeLessThan(file.length() + 1500)
                    .doesNotContain("\n", "\r", "\u001b");
        }
        assertThat(MEMORY.getCurrentThreadAllocatedBytes() - before).as("%s: bytes", variant)
                .isLessThan(mostAllocated);
        assertThat((System.nanoTime() - started) / 1_000_000_000).as("%s: seconds", variant).isLessThan(MOST_SECONDS);
    }

    /** Some variants must have done harm, and some none. */
    void requireBoth(int leastUsed, int leastRefused) {
        assertThat(used).as("used").isGreaterThanOrEqualTo(leastUsed);
        assertThat(refused).as("refused").isGreaterThanOrEqualTo(leastRefused);
    }
}
