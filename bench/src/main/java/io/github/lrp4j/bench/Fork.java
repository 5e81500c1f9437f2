package io.github.lrp4j.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a program in a process of its own, with the options that the command {@code lrp4j} sets, and its output in ours. */
public final class Fork {
    private Fork() {
    }

    /**
     * The command line of such a process.
     *
     * @param heap largest heap, as {@code -Xmx} has it
     * @param program class with the main method
     */
    public static List<String> command(String heap, Class<?> program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC", "-Xmx" + heap));
        if (System.getProperty("os.name").equals("Linux")) {
            command.add("-XX:+UseTransparentHugePages");
        }
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Runs and waits.
     *
     * @throws IllegalStateException if it fails
     */
    static void run(String heap, Class<?> program, String... arguments) throws IOException, InterruptedException {
        System.out.flush();
        int exit = new ProcessBuilder(command(heap, program, arguments)).redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + ": exit status " + exit);
        }
    }
}
