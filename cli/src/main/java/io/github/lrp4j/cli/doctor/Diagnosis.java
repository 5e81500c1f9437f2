package io.github.lrp4j.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.cuda.Cuda;
import io.github.lrp4j.cuda.CudaDevice;
import io.github.lrp4j.cuda.CudaLibraries;
import io.github.lrp4j.cuda.Finding;
import io.github.lrp4j.tensor.kernels.Backends;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What {@code doctor} finds.
 *
 * @param lrp4j version of lrp4j
 * @param java the virtual machine
 * @param machine system and processor
 * @param backend the kernels that compute
 * @param memory bytes of memory
 * @param gpu what CUDA finds, and why no GPU computes
 * @param embeddedModel the model that comes with lrp4j, or what is wrong with it
 */
record Diagnosis(String lrp4j, Java java, Machine machine, Backend backend, Memory memory, Gpu gpu,
        String embeddedModel) {
    /** The virtual machine. */
    record Java(String version, String vendor, String vm, String home, String collector) {
        static Java current() {
            String collectors = String.join(", ",
                    ManagementFactory.getGarbageCollectorMXBeans().stream().map(c -> c.getName()).toList());
            return new Java(Runtime.version().toString(), System.getProperty("java.vendor"),
                    System.getProperty("java.vm.name") + ", " + System.getProperty("java.vm.info"),
                    System.getProperty("java.home"),
                    collectors);
        }
    }

    /** System and processor. */
    record Machine(String os, String arch, String processor, int threads) {
        static Machine current() {
            return new Machine(System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    System.getProperty("os.arch"),
                    Processor.name(), Runtime.getRuntime().availableProcessors());
        }
    }

    /**
     * The kernels.
     *
     * @param name their name
     * @param vectorBits width of the vectors that they use; 0 for none
     * @param refusals why a faster one is not used, and what would help
     */
    record Backend(String name, int vectorBits, List<String> refusals) {
        static Backend current() {
            Backends.Backend selected;
            try {
                selected = Backends.select();
            } catch (IllegalStateException | IllegalArgumentException e) {
                return new Backend("none", 0, List.of(e.getMessage()));
            }
            String digits = selected.name().replaceAll("\\D", "");
            return new Backend(selected.name(), digits.isEmpty() ? 0 : Integer.parseInt(digits), selected.refusals());
        }
    }

    /** Bytes of memory. */
    record Memory(long heapMax, long physical, long physicalFree) {
        static Memory current() {
            long physical = 0;
            long free = 0;
            if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
                physical = system.getTotalMemorySize();
                free = system.getFreeMemorySize();
            }
            return new Memory(Runtime.getRuntime().maxMemory(), physical, free);
        }
    }

    /**
     * What CUDA finds.
     *
     * @param usable whether lrp4j computes on a GPU where it is asked to
     * @param reason why not, or how it is asked to
     * @param kernels for each device, whether lrp4j's kernels run on it
     */
    record Gpu(boolean usable, String reason, String driver, List<String> devices, List<String> kernels, String blas,
            String bindings) {
        static Gpu of(CudaLibraries found) {
            List<Finding> checks = found.obstacle().isPresent()
                    ? List.of()
                    : found.devices().stream().map(device -> Cuda.settings().check(device.ordinal())).toList();
            boolean usable = checks.stream().anyMatch(Finding::isPresent);
            String reason = found.obstacle().orElse(usable
                    ? "explain, evaluate and train use it with --device cuda"
                    : "no device runs lrp4j's kernels");
            return new Gpu(usable, reason, found.driver().toString(),
                    found.devices().stream().map(CudaDevice::toString).toList(),
                    checks.stream().map(Finding::toString).toList(), found.blas().toString(),
                    found.bindings().toString());
        }
    }

    static Diagnosis current() {
        return new Diagnosis(Version.NUMBER, Java.current(), Machine.current(), Backend.current(), Memory.current(),
                Gpu.of(CudaLibraries.discover()), EmbeddedCheck.describe());
    }
}
