package io.github.lrp4j.cli.console;

/** Something that the user can put right: one line, and an exit code. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private UserError(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** A command line that makes no sense. */
    public static UserError usage(String message) {
        return new UserError(ExitCode.USAGE, message, null);
    }

    /** A file that is missing, damaged, or does not fit. */
    public static UserError input(String message, Throwable cause) {
        return new UserError(ExitCode.INPUT, message, cause);
    }

    /** A file that cannot be written. */
    public static UserError output(String message, Throwable cause) {
        return new UserError(ExitCode.OUTPUT, message, cause);
    }

    /** What to tell the shell. */
    public int exitCode() {
        return exitCode;
    }
}
