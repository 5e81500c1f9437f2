package io.github.lrp4j.zoo.data;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is no IDX file or a damaged one: {@code file: fault (at byte offset)}, counted after decompression. */
public final class IdxFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    IdxFormatException(Path file, long offset, String fault) {
        super(file + ": " + fault + " (at byte " + offset + ")");
    }

    IdxFormatException(Path file, String fault, IOException cause) {
        super(file + ": " + fault, cause);
    }
}
