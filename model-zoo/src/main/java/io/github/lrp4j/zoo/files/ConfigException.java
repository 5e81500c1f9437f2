package io.github.lrp4j.zoo.files;

/** A configuration that describes no model: {@code file: key: fault}. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** A fault of the configuration. */
    public ConfigException(String message) {
        super(message);
    }
}
