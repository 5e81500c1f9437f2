package io.github.lrp4j.cli.console;

import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.tensor.safetensors.SafetensorsException;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.image.ImageFormatException;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;

/** Answers every failure with one line on stderr and an exit code; {@code --stacktrace} adds the stack. */
public final class ErrorLines
        implements
            CommandLine.IExecutionExceptionHandler,
            CommandLine.IParameterExceptionHandler {
    /** The option that asks for the stack. */
    public static final String STACKTRACE = "--stacktrace";

    private final BooleanSupplier stack;

    /** Handlers that show the stack where {@code stack} says so. */
    public ErrorLines(BooleanSupplier stack) {
        this.stack = stack;
    }

    @Override
    public int handleParseException(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        say(command, oneLine(e.getMessage()) + "; see " + name + " --help");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        return handle(e, command, stack.getAsBoolean());
    }

    /** Also for what is no {@link Exception}: a full heap is a failure that the user should read about, not a stack. */
    public static int handle(Throwable e, CommandLine command, boolean stack) {
        if (stack) {
            PrintWriter err = command.getErr();
            e.printStackTrace(err);
            err.flush();
        }
        return switch (e) {
            case UserError error -> {
                say(command, oneLine(error.getMessage()));
                yield error.exitCode();
            }
            case ImageFormatException _,SafetensorsException _,WeightsException _,ConfigException _ -> {
                say(command, oneLine(e.getMessage()));
                yield ExitCode.INPUT;
            }
            case IOException _ -> {
                say(command, oneLine(e.getMessage() == null ? e.toString() : e.getMessage()));
                yield ExitCode.INPUT;
            }
            case GraphException _ -> {
                say(command, oneLine(e.getMessage()));
                yield ExitCode.FAILURE;
            }
            case OutOfMemoryError _ -> {
                say(command, String.format(Locale.ROOT,
                        "out of memory: the heap may grow to %.1f GiB; LRP4J_JAVA_OPTS=-Xmx8g ./lrp4j ... allows 8",
                        Runtime.getRuntime().maxMemory() / (double) (1L << 30)));
                yield ExitCode.FAILURE;
            }
            default -> {
                say(command,
                        "internal error: " + oneLine(e.toString()) + (stack ? "" : "; " + STACKTRACE + " shows where"));
                yield ExitCode.FAILURE;
            }
        };
    }

    private static void say(CommandLine command, String line) {
        PrintWriter err = command.getErr();
        err.println("lrp4j: " + line);
        err.flush();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
