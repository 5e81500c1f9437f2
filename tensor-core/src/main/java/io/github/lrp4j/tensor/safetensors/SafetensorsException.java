package io.github.lrp4j.tensor.safetensors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file that cannot be read or written as safetensors: {@code file: "key": fault (at byte offset)}.
 *
 * <p>Key and offset are named where the fault has them. What the message quotes from the file is shortened and free of
 * control characters.
 */
public final class SafetensorsException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 100;

    private final String file;
    private final String key;
    private final long offset;

    /**
     * A fault of {@code file}; {@code key} and {@code cause} may be null, {@code offset} negative where there is none.
     */
    SafetensorsException(Path file, String key, long offset, String fault, Throwable cause) {
        super(file + ": " + (key == null ? "" : quoted(key) + ": ") + fault
                + (offset < 0 ? "" : " (at byte " + offset + ")"),
                cause);
        this.file = file.toString();
        this.key = key;
        this.offset = offset;
    }

    SafetensorsException(Path file, String key, String fault) {
        this(file, key, -1, fault, null);
    }

    /** The file, as it was named when it was opened. */
    public Path file() {
        return Path.of(file);
    }

    /** The key (tensor name) at fault, if it is one key's fault. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** Position in the file at which the fault shows, in bytes from its start. */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** {@code text} in double quotes, shortened, control characters escaped. */
    static String quoted(String text) {
        return '"' + shown(text).replace("\"", "\\\"") + '"';
    }

    /** {@code text} shortened, control characters (line breaks, terminal escapes) escaped. */
    static String shown(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i == LONGEST_QUOTE) {
                return safe.append("...").toString();
            }
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c) || Character.getType(c) == Character.FORMAT) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
