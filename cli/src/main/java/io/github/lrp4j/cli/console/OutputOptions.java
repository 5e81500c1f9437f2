package io.github.lrp4j.cli.console;

import picocli.CommandLine.Option;

/** The options that say how much a command says. */
public final class OutputOptions {
    @Option(names = "--no-progress",
            description = "No progress on stderr. There is none anyway where stderr is no terminal.")
    private boolean noProgress;

    @Option(names = {"-q", "--quiet"}, description = "No progress, and nothing on stdout.")
    private boolean quiet;

    /** Progress as the user wants it. */
    public Progress progress() {
        return Progress.onStderr(!noProgress && !quiet);
    }

    /** Whether stdout stays empty. */
    public boolean isQuiet() {
        return quiet;
    }
}
