package io.github.lrp4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.cli.Lrp4j;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ErrorLinesTest {
    /** What goes wrong in a graph is said as it is, op, scope and shapes included: no internal error. */
    @Test
    void aGraphThatCannotBeExplainedIsOneLine() {
        Tape tape = new Tape(new ReferenceKernels());
        Value output;
        try (Scope _ = tape.scope("head")) {
            output = tape.input("pixels", Tensor.of(new double[] {0, 1}, 1, 2)).tanh();
        }
        GraphException failure = null;
        try {
            Lrp.with(Presets.dynamicLrp()).explain(output, Seed.of(Tensor.of(new double[] {0, Double.NaN}, 1, 2)));
        } catch (GraphException e) {
            failure = e;
        }
        assertThat(failure).isNotNull();
        StringWriter text = new StringWriter();
        CommandLine command = new CommandLine(new Lrp4j()).setErr(new PrintWriter(text, true));
        assertThat(ErrorLines.handle(failure, command, false)).isEqualTo(ExitCode.FAILURE);
        assertThat(text.toString()).startsWith("lrp4j: tanh at head #1 [[1, 2] -> [1, 2]]: the start relevance is NaN")
                .doesNotContain("internal").hasLineCount(1);
    }
}
