package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * One run of the command within this JVM.
 *
 * @param code what the shell is told
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
public record CommandRun(int code, String out, String err) {
    /** Runs {@code lrp4j arguments...}. */
    public static CommandRun of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Lrp4j.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int code = Lrp4j.execute(commandLine, texts);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /** It did what it was asked to do and complained about nothing. */
    public CommandRun requireSuccess() {
        assertThat(err).isEmpty();
        assertThat(code).isZero();
        return this;
    }

    /** It failed with this code and one line on stderr that contains all of {@code parts}, and said nothing else. */
    public void requireOneLine(int wanted, String... parts) {
        assertThat(err).startsWith("lrp4j: ").contains(parts);
        assertThat(err.lines()).hasSize(1);
        assertThat(out).isEmpty();
        assertThat(code).isEqualTo(wanted);
    }
}
