package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file in which the hub's own tools keep the token of a log-in. */
final class TokenFile {
    private TokenFile() {
    }

    /** The token in {@code file}; none where it cannot be read, as without a log-in. */
    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
