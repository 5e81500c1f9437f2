package io.github.lrp4j.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a program in a process of its own, with the options that the command {@code lrp4j} sets. */
public final class Fork {
    private Fork() {
    }

    /**
     * The command line of such a process.
     *
     * @param options further options of the JVM, {@code -Xmx12g} say
     * @param program class with the main method
     */
    public static List<String> command(List<String> options, Class<?> program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"));
        if (System.getProperty("os.name").equals("Linux")) {
            command.add("-XX:+UseTransparentHugePages");
        }
        command.addAll(options);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Runs and waits; its output goes into ours.
     *
     * @param heap largest heap, as {@code -Xmx} has it
     * @throws IllegalStateException if it fails
     */
    static void run(String heap, Class<?> program, String... arguments) throws IOException, InterruptedException {
        System.out.flush();
        int exit = new ProcessBuilder(command(List.of("-Xmx" + heap), program, arguments))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT).start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + ": exit status " + exit);
        }
    }

    /**
     * Runs a command that prints one short line.
     *
     * @param seconds when to give up
     * @return the line, or nothing if the process failed or took too long
     */
    static Optional<String> attempt(List<String> command, double seconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        // A line fits into the pipe, so nobody has to read while the process runs.
        if (!process.waitFor(Math.round(1e3 * seconds), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            return Optional.empty();
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.exitValue() == 0 && !output.isEmpty() ? Optional.of(output) : Optional.empty();
    }
}
