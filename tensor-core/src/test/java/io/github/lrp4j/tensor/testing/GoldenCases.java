package io.github.lrp4j.tensor.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The reference data: the folder that the system property {@code lrp4j.golden} names, or else the nearest folder
 * {@code golden} beside the working directory or one of its parents.
 */
public final class GoldenCases {
    private static final String PROPERTY = "lrp4j.golden";

    private GoldenCases() {
    }

    /**
     * All cases under {@code subfolder} ({@code ops}, {@code rules}, {@code models}), in the order of their names: for
     * {@code @MethodSource} and {@code @TestFactory}.
     *
     * @throws IllegalStateException if there are none, so that a test over them cannot pass for want of data
     */
    public static Stream<GoldenCase> list(String subfolder) {
        Path folder = root().resolve(subfolder);
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException("no golden cases: " + folder + " is not a folder");
        }
        List<Path> cases;
        try (Stream<Path> entries = Files.list(folder)) {
            cases = entries.filter(entry -> Files.isRegularFile(entry.resolve("case.json"))).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no golden cases: " + folder + " cannot be listed", e);
        }
        if (cases.isEmpty()) {
            throw new IllegalStateException("no golden cases in " + folder);
        }
        return cases.stream().map(GoldenCase::read);
    }

    /** The folder of the reference data. */
    public static Path root() {
        String named = System.getProperty(PROPERTY);
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path golden = at.resolve("golden");
            if (Files.isDirectory(golden)) {
                return golden;
            }
        }
        throw new IllegalStateException(
                "no golden cases: set -D" + PROPERTY + "=DIR, there is no folder golden in or above "
                        + Path.of("").toAbsolutePath());
    }
}
