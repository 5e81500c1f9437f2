package io.github.lrp4j.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the {@code .cu} files lie in the source tree that these classes were built from. */
final class Sources {
    private static final String MODULE = "cuda-kernels";

    private Sources() {
    }

    /** The directory of module cuda-kernels: above these classes, else above the working directory. */
    static Path module() {
        Path classes;
        try {
            classes = Path.of(Sources.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path to these classes", e);
        }
        for (Path start : List.of(classes, Path.of("").toAbsolutePath())) {
            for (Path at = start; at != null; at = at.getParent()) {
                for (Path candidate : List.of(at, at.resolve(MODULE))) {
                    if (candidate.endsWith(MODULE) && Files.isDirectory(candidate.resolve("src/main/cuda"))) {
                        return candidate;
                    }
                }
            }
        }
        throw new IllegalStateException("no directory " + MODULE + "/src/main/cuda above " + classes);
    }

    /** The kernels. */
    static Path kernels() {
        return module().resolve("src/main/cuda");
    }

    /** The checked-in PTX, one file for each {@code .cu}. */
    static Path ptx() {
        return module().resolve("src/main/resources/io/github/lrp4j/cuda");
    }

    /** Files of a directory whose names end in one of {@code suffixes}, sorted. */
    static List<Path> files(Path directory, String... suffixes) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> List.of(suffixes).stream().anyMatch(file.getFileName().toString()::endsWith))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code reductions} of {@code reductions.cu}. */
    static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
