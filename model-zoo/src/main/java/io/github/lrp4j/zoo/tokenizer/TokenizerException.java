package io.github.lrp4j.zoo.tokenizer;

import java.io.IOException;

/** A tokenizer file that cannot be used: {@code file: fault}. */
public final class TokenizerException extends IOException {
    private static final long serialVersionUID = 1L;

    TokenizerException(String message, Throwable cause) {
        super(message.replaceAll("\\s*\\R\\s*", " "), cause);
    }
}
