package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The way to a GPU:
 *
 * <pre>{@code
 * try (CudaKernels kernels = Cuda.device(0)) {
 *     ImageExplanation explanation = Explainer.of(network).with(kernels).explain(picture);
 * }
 * }</pre>
 *
 * <p>All memory of the device returns when the kernels are closed. {@code Cuda.settings().withTf32(true).open(1)} opens them
 * otherwise.
 *
 * @param tf32 whether factors of float32 matrix products may be rounded to TF32: 10 bits of mantissa, as in float16,
 *        for several times the speed. Off unless the system property {@value #TF32} is {@code true}
 */
public record Cuda(boolean tf32) {
    /** System property: whether TF32 is on where nothing else is said. */
    public static final String TF32 = "lrp4j.cuda.tf32";

    /** The target of the PTX, times ten. */
    private static final int LEAST_CAPABILITY = 75;

    /**
     * Fresh kernels on a device, which they keep until they are closed.
     *
     * @param ordinal number of the device, from 0 on
     * @throws IllegalStateException in one line, what is missing on this machine, and where it was looked for
     */
    public static CudaKernels device(int ordinal) {
        return settings().open(ordinal);
    }

    /** What the system properties say. */
    public static Cuda settings() {
        return new Cuda(Boolean.getBoolean(TF32));
    }

    /** These settings with or without TF32. */
    public Cuda withTf32(boolean on) {
        return new Cuda(on);
    }

    /**
     * Fresh kernels on a device, which they keep until they are closed.
     *
     * @param ordinal number of the device, from 0 on
     * @throws IllegalStateException in one line, what is missing on this machine, and where it was looked for
     */
    public CudaKernels open(int ordinal) {
        return open(Machine.current(), ordinal);
    }

    CudaKernels open(Machine machine, int ordinal) {
        return new CudaKernels(device(machine, ordinal));
    }

    /**
     * Whether a device computes: compiles every kernel for it, multiplies two matrices, and gives it back.
     *
     * @param ordinal number of the device, from 0 on
     * @return how many kernels there are; or in one line, what is missing or wrong
     */
    public Finding check(int ordinal) {
        try (DriverDevice device = device(Machine.current(), ordinal)) {
            int kernels = device.loadKernels();
            try (CudaKernels computing = new CudaKernels(device)) {
                double product =
                        computing.matmul(Tensor.of(new float[] {3}, 1, 1), Tensor.of(new float[] {5}, 1, 1)).item();
                return product == 15
                        ? new Finding.Present(kernels + " kernels", "compiled by the driver for " + device.name())
                        : new Finding.Absent("cuda:" + ordinal + " computes 3 x 5 = " + product);
            }
        } catch (IllegalStateException | DeviceException | DeviceMemoryException e) {
            return new Finding.Absent(e.getMessage());
        }
    }

    private DriverDevice device(Machine machine, int ordinal) {
        String named = "cuda:" + ordinal;
        LibrarySearch search = new LibrarySearch(machine);
        CudaDriver found = CudaDriver.probe(machine, search);
        if (found.library() instanceof Finding.Absent absent) {
            throw new IllegalStateException(named + " cannot compute: " + absent.reason());
        }
        requireDevice(ordinal, found.devices());
        if (JCudaBindings.load() instanceof Finding.Absent absent) {
            throw new IllegalStateException(named + " cannot compute: " + absent.reason());
        }
        Cublas.Choice cublas = Cublas.choose(machine, search);
        if (cublas.finding() instanceof Finding.Absent absent) {
            throw new IllegalStateException(named + " cannot compute: " + absent.reason());
        }
        try {
            return open(cublas.library(), new JCudaCalls(ordinal));
        } catch (DeviceException e) {
            throw new IllegalStateException(named + " cannot compute: " + e.getMessage(), e);
        }
    }

    private DriverDevice open(Optional<Cublas.Library> cublas, JCudaCalls driver) {
        try {
            return new DriverDevice(driver, CompiledKernels.ptx(), device -> cublas.isPresent()
                    ? products(cublas.get(), driver)
                    : new KernelProducts(device));
        } catch (DeviceException e) {
            driver.close();
            throw e;
        }
    }

    private Products products(Cublas.Library cublas, JCudaCalls driver) {
        driver.makeCurrent(); // A handle of cuBLAS belongs to the thread's current device.
        return new CublasProducts(new JCudaCublas(driver).calls(cublas), driver::makeCurrent, tf32);
    }

    /** Refuses a number that no device has. */
    static void requireDevice(int ordinal, List<CudaDevice> devices) {
        if (devices.isEmpty()) {
            throw new IllegalStateException("cuda:" + ordinal + " cannot compute: the driver reports no GPU"
                    + " (is CUDA_VISIBLE_DEVICES set?)");
        }
        if (ordinal < 0 || ordinal >= devices.size()) {
            List<String> names =
                    devices.stream().map(device -> "cuda:" + device.ordinal() + " " + device.name()).toList();
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "cuda:%d is no device of this machine; it has %s",
                            ordinal, String.join(", ", names)));
        }
        CudaDevice device = devices.get(ordinal);
        if (10 * device.capabilityMajor() + device.capabilityMinor() < LEAST_CAPABILITY) {
            throw new IllegalStateException("cuda:" + ordinal + " cannot compute: " + device.name()
                    + " has compute capability " + device.capabilityMajor() + "." + device.capabilityMinor()
                    + ", the kernels need 7.5 or later");
        }
    }
}
