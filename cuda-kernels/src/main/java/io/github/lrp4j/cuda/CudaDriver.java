package io.github.lrp4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * What the CUDA driver library says about itself and its devices, asked through the foreign function API: this works
 * with any driver version and extracts nothing.
 *
 * @param library whether the driver is there and can be initialised
 * @param devices the GPUs; empty if it is not
 */
record CudaDriver(Finding library, List<CudaDevice> devices) {
    static final String NAME = "libcuda.so.1";

    private static final int NAME_LENGTH = 256;
    private static final int MULTIPROCESSORS = 16;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;

    /** A driver call that returned a status other than 0. */
    private static final class DriverException extends Exception {
        private static final long serialVersionUID = 1L;

        DriverException(String call, int status) {
            super(call + " returned " + status + switch (status) {
                case 3 -> " (not initialised)";
                case 34 -> " (stub library: the toolkit's placeholder, not a driver)";
                case 35 -> " (driver older than the library)";
                case 100 -> " (no device)";
                case 101 -> " (invalid device)";
                case 802 -> " (system not yet initialised)";
                case 803 -> " (driver and library versions do not match)";
                case 804 -> " (compatibility mode not supported on this device)";
                case 999 -> " (unknown error: the kernel module may not be loaded)";
                default -> "";
            });
        }
    }

    /** Looks for the driver: first by the dynamic linker, as it comes with the system, then in {@code search}. */
    static CudaDriver probe(Machine machine, LibrarySearch search) {
        if (!machine.isLinux()) {
            return new CudaDriver(new Finding.Absent("CUDA is looked for on Linux only, this is " + machine.os()),
                    List.of());
        }
        List<LibrarySearch.Candidate> candidates = new ArrayList<>(search.candidates(List.of(NAME)));
        candidates.addFirst(candidates.removeLast());
        String fault = null;
        for (LibrarySearch.Candidate candidate : candidates) {
            try {
                return ask(NativeLibrary.load(candidate.library()), candidate);
            } catch (NativeLibrary.LoadException e) {
                fault = candidate.library().equals(NAME) ? fault : e.getMessage();
            } catch (DriverException e) {
                return new CudaDriver(new Finding.Absent(candidate.library() + ": " + e.getMessage()), List.of());
            }
        }
        String reason = NAME + " (the NVIDIA driver) was found neither by the dynamic linker nor in " + search.where()
                + (fault == null ? "" : "; " + fault);
        return new CudaDriver(new Finding.Absent(reason), List.of());
    }

    private static CudaDriver ask(NativeLibrary driver, LibrarySearch.Candidate from)
            throws NativeLibrary.LoadException, DriverException {
        call("cuInit", driver.function("cuInit", JAVA_INT), 0);
        MethodHandle deviceName = driver.function("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
        MethodHandle memory = driver.function("cuDeviceTotalMem_v2", ADDRESS, JAVA_INT);
        MethodHandle attribute = driver.function("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
        MethodHandle handle = driver.function("cuDeviceGet", ADDRESS, JAVA_INT);
        List<CudaDevice> devices = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_LONG);
            MemorySegment text = arena.allocate(NAME_LENGTH);
            call("cuDriverGetVersion", driver.function("cuDriverGetVersion", ADDRESS), number);
            int version = number.get(JAVA_INT, 0);
            call("cuDeviceGetCount", driver.function("cuDeviceGetCount", ADDRESS), number);
            int count = number.get(JAVA_INT, 0);
            for (int ordinal = 0; ordinal < count; ordinal++) {
                call("cuDeviceGet", handle, number, ordinal);
                int device = number.get(JAVA_INT, 0);
                call("cuDeviceGetName", deviceName, text, NAME_LENGTH, device);
                call("cuDeviceTotalMem", memory, number, device);
                long bytes = number.get(JAVA_LONG, 0);
                int[] attributes = new int[3];
                int[] wanted = {CAPABILITY_MAJOR, CAPABILITY_MINOR, MULTIPROCESSORS};
                for (int a = 0; a < wanted.length; a++) {
                    call("cuDeviceGetAttribute", attribute, number, wanted[a], device);
                    attributes[a] = number.get(JAVA_INT, 0);
                }
                devices.add(
                        new CudaDevice(ordinal, text.getString(0), attributes[0], attributes[1], attributes[2], bytes));
            }
            String what = "CUDA driver " + version / 1000 + "." + version % 1000 / 10;
            return new CudaDriver(new Finding.Present(what, from.library().equals(NAME) ? NAME : from.library()),
                    List.copyOf(devices));
        }
    }

    private static void call(String name, MethodHandle function, Object... arguments) throws DriverException {
        int status;
        try {
            status = (int) function.invokeWithArguments(arguments);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name, e); // A downcall itself throws nothing checked.
        }
        if (status != 0) {
            throw new DriverException(name, status);
        }
    }
}
