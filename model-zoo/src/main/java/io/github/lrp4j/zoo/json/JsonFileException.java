package io.github.lrp4j.zoo.json;

import java.io.IOException;

/** A JSON file that cannot be used: {@code file: key: fault}. What it quotes is shortened and safe to print. */
public final class JsonFileException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    JsonFileException(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@code text} shortened, without control characters. */
    public static String shown(String text) {
        String cut = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "..." : text;
        return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }
}
