package io.github.lrp4j.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine, in words. */
public final class Machine {
    private Machine() {
    }

    /** Processor, threads, memory and system. */
    public static String description() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return processor() + ", " + system.getAvailableProcessors() + " threads, "
                + Math.round(system.getTotalMemorySize() / 1e9) + " GB, " + system.getName() + " " + system.getVersion();
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(file)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(file).stream().filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).trim()).orElse(System.getProperty("os.arch"));
    }
}
