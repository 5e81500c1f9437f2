package io.github.lrp4j.cli.console;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

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

    private static final Map<String, String> MEANINGS = meanings();

    private ExitCode() {
    }

    private static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(Integer.toString(OK), "done");
        meanings.put(Integer.toString(FAILURE), "a fault of lrp4j or of the machine");
        meanings.put(Integer.toString(USAGE), "wrong usage: an unknown option, rule preset, model or class");
        meanings.put(Integer.toString(INPUT), "an input file is missing, damaged, or does not fit");
        meanings.put(Integer.toString(OUTPUT), "a file cannot be written");
        return Collections.unmodifiableMap(meanings);
    }

    /** Lists the codes in the help of a command and of those below it. */
    public static void describeIn(CommandLine command) {
        command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(MEANINGS);
        command.getSubcommands().values().forEach(ExitCode::describeIn);
    }
}
