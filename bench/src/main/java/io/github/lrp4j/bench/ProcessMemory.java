package io.github.lrp4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux counts of this process's memory; NaN elsewhere. */
public final class ProcessMemory {
    private ProcessMemory() {
    }

    /** Most resident memory so far. */
    public static double peakMegabytes() throws IOException {
        return megabytes("VmHWM");
    }

    /** Resident pages of mapped files: weights that are read in place, and libraries. */
    public static double mappedMegabytes() throws IOException {
        return megabytes("RssFile");
    }

    private static double megabytes(String name) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return Double.NaN;
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith(name + ":")).findFirst()
                .map(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024).orElse(Double.NaN);
    }
}
