package io.github.lrp4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void aBarShowsTheNameTheStepsAndTheMessage() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Progress progress = Progress.on(new PrintStream(screen, true, StandardCharsets.UTF_8));

        try (Progress.Task task = progress.begin("training", 2)) {
            task.step();
            task.step();
            task.say("loss 0.5");
        }

        assertThat(progress.isShown()).isTrue();
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("training", "2/2", "loss 0.5");
    }

    @Test
    void workOfUnknownLengthShowsItsNameAndThenNothing() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();

        Progress.Task task = Progress.on(new PrintStream(screen, true, StandardCharsets.UTF_8)).begin("reading");
        assertThat(screen.toString(StandardCharsets.UTF_8)).isEqualTo("\rreading ...");
        task.close();

        assertThat(screen.toString(StandardCharsets.UTF_8)).matches("\\rreading \\.\\.\\.\\r {11}\\r");
    }

    @Test
    void withoutAScreenNothingHappens() {
        Progress progress = Progress.none();

        try (Progress.Task task = progress.begin("work")) {
            task.step();
            task.say("unseen");
        }

        assertThat(progress.isShown()).isFalse();
    }
}
