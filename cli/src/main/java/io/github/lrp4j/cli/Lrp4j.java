package io.github.lrp4j.cli;

import io.github.lrp4j.cli.console.ErrorLines;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.StandardError;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.cli.doctor.DoctorCommand;
import io.github.lrp4j.cli.evaluate.EvaluateCommand;
import io.github.lrp4j.cli.explain.ExplainCommand;
import io.github.lrp4j.cli.inspect.InspectCommand;
import io.github.lrp4j.cli.train.TrainCommand;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code lrp4j}. */
@Command(name = "lrp4j", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT, versionProvider = Version.class,
        sortOptions = false, usageHelpAutoWidth = true,
        subcommands = {
            ExplainCommand.class, EvaluateCommand.class, InspectCommand.class, TrainCommand.class, DoctorCommand.class,
            HelpCommand.class,
            AutoComplete.GenerateCompletion.class})
public final class Lrp4j implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = ErrorLines.STACKTRACE, scope = ScopeType.INHERIT, description = "Show where a failure came from.")
    private boolean stacktrace;

    /** Without a command: the help. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** The command line, ready to execute. */
    public static CommandLine commandLine() {
        Lrp4j lrp4j = new Lrp4j();
        ErrorLines errors = new ErrorLines(() -> lrp4j.stacktrace);
        CommandLine command = new CommandLine(lrp4j).setCaseInsensitiveEnumValuesAllowed(true);
        command.getCommandSpec().usageMessage()
                .description(
                        "Shows why a neural network said what it said: layer-wise relevance propagation in pure Java.")
                .footer("", "lrp4j COMMAND --help tells more, with examples. Begin with: lrp4j explain");
        ExitCode.describeIn(command);
        return command.setExecutionExceptionHandler(errors).setParameterExceptionHandler(errors);
    }

    /** Runs a command line and returns what to tell the shell. */
    static int execute(CommandLine commandLine, String... arguments) {
        try {
            return commandLine.execute(arguments);
        } catch (Error e) {
            return ErrorLines.handle(e, commandLine, commandLine.<Lrp4j>getCommand().stacktrace);
        }
    }

    /** The entry point. */
    public static void main(String[] arguments) {
        StandardError.restore();
        int code = execute(commandLine(), arguments);
        System.out.flush();
        if (System.out.checkError() && code == ExitCode.OK) {
            code = ExitCode.OUTPUT;
        }
        System.exit(code);
    }
}
