package io.github.lrp4j.cuda;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the search for libraries depends on.
 *
 * @param variables the environment
 * @param cublas the system property {@code lrp4j.cublas}: a library file, or a directory that holds one
 * @param root directory that absolute places are below; {@code /} but in tests
 * @param os {@code os.name}
 * @param arch {@code os.arch}
 */
record Machine(Map<String, String> variables, Optional<String> cublas, Path root, String os, String arch) {
    static Machine current() {
        return new Machine(System.getenv(), Optional.ofNullable(System.getProperty("lrp4j.cublas")), Path.of("/"),
                System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    boolean isLinux() {
        return os.toLowerCase(Locale.ROOT).startsWith("linux");
    }

    /** {@code x86_64-linux-gnu}: Debian's name for libraries of this machine. */
    String multiarch() {
        return (arch.equals("amd64") ? "x86_64" : arch) + "-linux-gnu";
    }

    /** The directories of a colon-separated variable. */
    java.util.List<Path> path(String variable) {
        return java.util.Arrays.stream(variables.getOrDefault(variable, "").split(":")).filter(s -> !s.isBlank())
                .map(Path::of)
                .toList();
    }
}
