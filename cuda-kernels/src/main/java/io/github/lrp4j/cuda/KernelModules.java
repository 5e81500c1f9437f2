package io.github.lrp4j.cuda;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code name -> kernel}: compiles a PTX file when the first of its kernels is asked for. Thread-safe.
 */
final class KernelModules implements AutoCloseable {
    private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+([A-Za-z_$][\\w$]*)");

    /** Dynamic shared memory that every kernel may have without asking. */
    private static final int FREE_SHARED_BYTES = 48 << 10;

    /** A kernel, and how much dynamic shared memory it was allowed. */
    private static final class Kernel {
        final Driver.Function function;
        private int allowed = FREE_SHARED_BYTES;

        Kernel(Driver.Function function) {
            this.function = function;
        }

        synchronized void allow(int bytes) {
            if (bytes > allowed) {
                function.allowSharedBytes(bytes);
                allowed = bytes;
            }
        }
    }

    private final Driver driver;
    private final Map<String, String> texts;
    /** By the name of a kernel, the file that has it. */
    private final Map<String, String> files = new HashMap<>();
    private final Map<String, Driver.Module> modules = new HashMap<>();
    private final ConcurrentHashMap<String, Kernel> kernels = new ConcurrentHashMap<>();

    /**
     * Indexes.
     *
     * @param ptx by the name of a file, its text
     * @throws IllegalArgumentException if two files have a kernel of the same name
     */
    KernelModules(Driver driver, Map<String, String> ptx) {
        this.driver = driver;
        texts = new LinkedHashMap<>(ptx);
        texts.forEach((file, text) -> {
            Matcher entry = ENTRY.matcher(text);
            while (entry.find()) {
                String before = files.put(entry.group(1), file);
                if (before != null) {
                    throw new IllegalArgumentException(
                            "cuda: kernel " + entry.group(1) + " is in " + before + " and in " + file);
                }
            }
        });
    }

    /**
     * {@code kernel<<<grid>>>(arguments)}.
     *
     * @throws DeviceException naming the kernel and the grid, if it cannot be launched
     */
    void launch(String kernel, Grid grid, Arguments arguments) {
        Kernel found = kernels.get(kernel);
        if (found == null) {
            found = find(kernel);
        }
        try {
            if (grid.sharedBytes() > driver.mostSharedBytes()) {
                throw new DeviceException("a block can have " + driver.mostSharedBytes() + " bytes of shared memory");
            }
            found.allow(grid.sharedBytes());
            found.function.launch(grid, arguments);
        } catch (DeviceException e) {
            throw new DeviceException("cuda: kernel " + kernel + " with " + grid + ": " + e.getMessage(), e);
        }
    }

    private synchronized Kernel find(String kernel) {
        String file = files.get(kernel);
        if (file == null) {
            throw new IllegalArgumentException(
                    "cuda: no kernel " + kernel + "; there are " + new TreeSet<>(files.keySet()));
        }
        try {
            Driver.Module module = modules.get(file);
            if (module == null) {
                module = driver.load(texts.get(file));
                modules.put(file, module);
                texts.remove(file); // Compiled once.
            }
            Kernel found = new Kernel(module.function(kernel));
            kernels.put(kernel, found);
            return found;
        } catch (DeviceException e) {
            throw new DeviceException("cuda: kernel " + kernel + " of " + file + " on " + driver.name() + ": "
                    + e.getMessage(), e);
        }
    }

    /** Compiles all files: says whether this device can run them. */
    synchronized void loadAll() {
        files.keySet().stream().sorted().forEach(this::find);
    }

    /** How many kernels there are. */
    int size() {
        return files.size();
    }

    @Override
    public synchronized void close() {
        kernels.clear();
        modules.values().forEach(Driver.Module::close);
        modules.clear();
    }
}
