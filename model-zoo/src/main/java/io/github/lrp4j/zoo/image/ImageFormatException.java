package io.github.lrp4j.zoo.image;

import java.io.IOException;

/** A file that is no picture, a damaged one, or one that is too large; the message names the file. */
public final class ImageFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    ImageFormatException(String message) {
        super(message);
    }

    ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
