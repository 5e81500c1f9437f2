package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;

/**
 * Loads JCuda's native libraries from a directory that only this process's user may write to.
 *
 * <p>JCuda extracts them under fixed names into {@code java.io.tmpdir} and trusts a file that is already there: on a
 * shared machine anyone could put one in that place. So the property points to a fresh private directory while a
 * binding initialises. The directory is removed when the JVM exits.
 */
final class JCudaBindings {
    private static final String TEMPORARY = "java.io.tmpdir";

    private JCudaBindings() {
    }

    /** Loads the driver binding, which needs {@code libcuda.so.1}; once loaded it stays. */
    static Finding load() {
        return load("JCuda's driver binding", () -> JCudaDriver.setExceptionsEnabled(true));
    }

    /**
     * Loads a binding; once loaded it stays.
     *
     * @param what its name, for messages
     * @param initialize makes JCuda load it
     */
    static synchronized Finding load(String what, Runnable initialize) {
        String shared = System.getProperty(TEMPORARY);
        Path own;
        try {
            own = Files.createTempDirectory("lrp4j-jcuda-");
        } catch (IOException e) {
            return new Finding.Absent(
                    "JCuda needs a temporary directory, and none can be made in " + shared + ": " + e.getMessage());
        }
        try {
            System.setProperty(TEMPORARY, own.toString());
            initialize.run();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(own), "lrp4j-jcuda-cleanup"));
            return new Finding.Present(what, "extracted into a private directory");
        } catch (LinkageError e) {
            remove(own);
            return new Finding.Absent(what + " cannot be loaded: " + firstLine(e));
        } finally {
            System.setProperty(TEMPORARY, shared);
        }
    }

    /** What the linker said, without JCuda's page of advice. */
    private static String firstLine(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.stream().filter(line -> line.contains("cannot open shared object")).findFirst()
                .map(line -> line.substring(line.lastIndexOf(": lib") + 2).strip())
                .orElse(lines.isEmpty() ? cause.getClass().getSimpleName() : lines.getFirst());
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // A leftover in the temporary directory harms nobody.
        }
    }
}
