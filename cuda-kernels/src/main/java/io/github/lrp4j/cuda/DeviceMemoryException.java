package io.github.lrp4j.cuda;

/** A device has no room for what was asked of it, although every cache was given up. The message names the sizes. */
public final class DeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeviceMemoryException(String message) {
        super(message);
    }
}
