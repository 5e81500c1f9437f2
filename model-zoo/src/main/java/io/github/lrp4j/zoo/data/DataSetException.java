package io.github.lrp4j.zoo.data;

import java.io.IOException;

/** A data set that is missing, damaged or of no kind that there is here: {@code file: fault}, with key or offset where it can. */
public final class DataSetException extends IOException {
    private static final long serialVersionUID = 1L;

    DataSetException(String message) {
        this(message, null);
    }

    DataSetException(String message, Throwable cause) {
        super(message.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?"), cause);
    }
}
