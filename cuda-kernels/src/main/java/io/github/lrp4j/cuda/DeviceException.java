package io.github.lrp4j.cuda;

/** The driver of a device or a library on it refused a call, or says that an earlier one failed. The message names both. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeviceException(String message) {
        super(message);
    }

    DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
