package io.github.lrp4j.cuda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Runs compilers of the machine, several at a time, and keeps what they made under a hash of all that went into it.
 *
 * @param cache where results are kept
 */
record Compilation(Path cache) {
    /** A command that makes one file of others. */
    interface Step {
        /** The command that writes {@code output}. */
        List<String> command(Path output);

        /** All files that it reads. */
        List<Path> inputs();

        /** Name of what it makes. */
        String output();
    }

    /** {@code cuda-kernels/target/compiled}. */
    static Compilation inTarget() {
        return new Compilation(Sources.module().resolve("target/compiled"));
    }

    /** Where a program lies: the first on the path, else the first of {@code places} that is there. */
    static Optional<Path> program(String name, Path... places) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Stream<Path> onPath = Stream.of(path.split(File.pathSeparator)).filter(s -> !s.isBlank())
                .map(directory -> Path.of(directory, name));
        return Stream.concat(onPath, Stream.of(places)).filter(Files::isExecutable).findFirst();
    }

    /** What a program says of its version. */
    static String version(Path program) {
        return run(List.of(program.toString(), "--version"));
    }

    /**
     * What the steps make, in their order.
     *
     * @param version what results depend on beside commands and inputs: the version of the program, the machine
     */
    List<Path> make(String version, List<? extends Step> steps) {
        try (ExecutorService pool = Executors.newFixedThreadPool(
                Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())))) {
            List<Future<Path>> made = new ArrayList<>();
            for (Step step : steps) {
                made.add(pool.submit(() -> make(version, step)));
            }
            List<Path> files = new ArrayList<>();
            for (Future<Path> file : made) {
                files.add(file.get());
            }
            return files;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while compiling", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Path make(String version, Step step) throws IOException {
        Path file = cache.resolve(key(version, step)).resolve(step.output());
        if (!Files.exists(file)) {
            Path directory = Files.createDirectories(file.getParent());
            // Another JVM may do the same at the same time: whoever is last replaces the same file.
            Path temporary = Files.createTempDirectory(directory, "making-");
            Path output = temporary.resolve(step.output());
            run(step.command(output));
            Files.move(output, file, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(temporary);
        }
        return file;
    }

    private static String key(String version, Step step) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
        digest.update((version + "\0" + step.command(Path.of(step.output())))
                .getBytes(StandardCharsets.UTF_8));
        for (Path input : step.inputs()) {
            digest.update(("\0" + input.getFileName() + "\0" + Files.size(input) + "\0")
                    .getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(input));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 12);
    }

    /**
     * What a program printed.
     *
     * @throws IllegalStateException with what it printed, if it failed
     */
    static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + status + ":\n" + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
        }
    }
}
