package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Terminal;

/** Whether the screen shows colours. */
enum ColorChoice {
    /** If somebody watches, and has not asked programs to do without ({@code NO_COLOR}). */
    AUTO,
    /** Always. */
    ALWAYS,
    /** Never. */
    NEVER;

    boolean isWanted() {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> Terminal.watchesStdout() && System.getenv("NO_COLOR") == null;
        };
    }
}
