package io.github.lrp4j.cuda;

import java.util.List;
import java.util.Optional;

/**
 * What CUDA finds on this machine: the driver and its devices, cuBLAS, and JCuda's bindings.
 *
 * <p>Libraries are looked for in this order: {@code -Dlrp4j.cublas=FILE_OR_DIRECTORY} (cuBLAS only),
 * {@code LD_LIBRARY_PATH}, {@code /usr/local/cuda*}{@code /lib64} (newest first), the system's library directories,
 * {@code site-packages/nvidia/*}{@code /lib} of the active and the installed Pythons, the dynamic linker's own search.
 * The driver comes with the system, hence the linker's search is its first place. Nothing is downloaded.
 *
 * @param driver the NVIDIA driver, {@code libcuda.so.1}
 * @param devices its GPUs
 * @param blas cuBLAS 12 or 13, or that lrp4j multiplies without it; missing only where {@code -Dlrp4j.cublas} names what is not
 *        there
 * @param bindings JCuda's native half
 */
public record CudaLibraries(Finding driver, List<CudaDevice> devices, Finding blas, Finding bindings) {
    /** Copies. */
    public CudaLibraries {
        devices = List.copyOf(devices);
    }

    /** Looks at this machine; never throws because something is missing. */
    public static CudaLibraries discover() {
        return discover(Machine.current());
    }

    static CudaLibraries discover(Machine machine) {
        LibrarySearch search = new LibrarySearch(machine);
        CudaDriver driver = CudaDriver.probe(machine, search);
        Finding bindings = driver.library().isPresent()
                ? JCudaBindings.load()
                : new Finding.Absent("not tried: JCuda's bindings need the driver");
        return new CudaLibraries(driver.library(), driver.devices(), Cublas.choose(machine, search).finding(),
                bindings);
    }

    /** The first thing that keeps CUDA from computing on this machine; empty where all is there. */
    public Optional<String> obstacle() {
        if (driver instanceof Finding.Absent absent) {
            return Optional.of(absent.reason());
        }
        if (devices.isEmpty()) {
            return Optional.of("the driver reports no GPU");
        }
        if (bindings instanceof Finding.Absent absent) {
            return Optional.of(absent.reason());
        }
        return blas instanceof Finding.Absent absent ? Optional.of(absent.reason()) : Optional.empty();
    }
}
