package io.github.lrp4j.cli.evaluate;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/**
 * The most memory that the heap held since it was last asked: the sum of its pools' peaks, with what the collector had not yet
 * taken away, so an upper bound. Weights that lie in mapped files are not in it.
 */
final class PeakMemory {
    private PeakMemory() {
    }

    /** Begins anew. */
    static void reset() {
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    /** In bytes. */
    static long bytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    }
}
