package io.github.lrp4j.cli.console;

/** What the command tells the shell. */
public final class ExitCode {
    /** It did what it was asked to do. */
    public static final int OK = 0;
    /** A fault of lrp4j or of the machine: a bug, no memory. */
    public static final int FAILURE = 1;
    /** The command line makes no sense: an unknown option, preset or model, a class that the model does not have. */
    public static final int USAGE = 2;
    /** A file that was named is missing, damaged, or does not fit. */
    public static final int INPUT = 3;
    /** A file cannot be written. */
    public static final int OUTPUT = 4;

    /** The codes for help texts. */
    public static final String[] HELP = {
        "0:done", "1:a fault of lrp4j or of the machine", "2:wrong usage: unknown option, rule preset, model or class",
        "3:an input file is missing, damaged or does not fit", "4:a file cannot be written"};

    private ExitCode() {
    }
}
