package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The devices that tests compute on, here and in other modules. */
public final class TestDevices {
    private TestDevices() {
    }

    /** Kernels on the host in place of a GPU; skips the test that calls this where g++ is missing. */
    public static CudaKernels host() {
        return new CudaKernels(HostDevice.open());
    }

    /**
     * The kernels on a GPU: the first, or the one that {@code -Dlrp4j.kernels=cuda:1} names. Other kernels that are named
     * there are taken in its place, so that tests of a GPU can be tried without one. Skips the test that calls this where
     * there is no GPU.
     */
    public static Kernels gpu() {
        String wanted = System.getProperty(Backends.PROPERTY, "cuda:0");
        if (wanted.startsWith("cuda")) {
            Optional<String> obstacle = CudaLibraries.discover().obstacle();
            Assumptions.assumeTrue(obstacle.isEmpty(),
                    () -> "SKIPPED: nothing was run on a GPU, because " + obstacle.orElseThrow());
        }
        return Backends.open(wanted, "the tests ask for '" + wanted + "'");
    }

    /** Gives a device up; nothing for kernels without one, and for null. */
    public static void close(Kernels kernels) {
        if (kernels instanceof CudaKernels device) {
            device.close();
        }
    }
}
