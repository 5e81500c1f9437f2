package io.github.lrp4j.cli.console;

import java.io.Console;

/** What is known of the screen. */
public final class Terminal {
    private Terminal() {
    }

    /** Whether somebody watches stdout: the JVM's guess, which wants stdin to be a terminal too. */
    @SuppressWarnings("SystemConsoleNull") // As below.
    public static boolean watchesStdout() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Whether somebody watches stderr. The launcher knows; without it, the JVM's guess. */
    @SuppressWarnings("SystemConsoleNull") // Null it still is, with the console that is the default since JDK 25.
    public static boolean watchesStderr() {
        String told = System.getenv("LRP4J_TERMINAL");
        if (told != null) {
            return told.equals("1");
        }
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
