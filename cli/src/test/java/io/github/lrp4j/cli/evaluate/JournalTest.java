package io.github.lrp4j.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Configuration ONE = new Configuration(Map.of("seed", "1"));

    @TempDir
    private Path folder;

    private static JsonNode record(int number) {
        return JsonNodeFactory.instance.objectNode().put("number", number).put("text", "\u00e4\n".repeat(number));
    }

    private List<JsonNode> records(Configuration configuration) {
        List<JsonNode> records = new ArrayList<>();
        try (Journal journal = Journal.open(folder, configuration)) {
            journal.read(records::add);
        }
        return records;
    }

    private byte[] written() throws IOException {
        try (Journal journal = Journal.open(folder, ONE)) {
            journal.append(record(1));
            journal.append(record(2));
            journal.append(record(3));
        }
        return Files.readAllBytes(folder.resolve(Journal.NAME));
    }

    @Test
    void recordsOutliveTheProcess() throws IOException {
        written();

        assertThat(records(ONE)).containsExactly(record(1), record(2), record(3));
        assertThat(Files.list(folder).map(file -> file.getFileName().toString())).containsExactly(Journal.NAME);
    }

    /** Wherever the file was cut: whole lines stay, the rest is gone, and what comes next stands on a line of its own. */
    @Test
    void anUnfinishedLineIsCutOff() throws IOException {
        byte[] whole = written();
        for (int length = 0; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(folder.resolve(Journal.NAME), cut);
            int lines = (int) new String(cut, java.nio.charset.StandardCharsets.ISO_8859_1).chars()
                    .filter(c -> c == '\n').count();
            try (Journal journal = Journal.open(folder, ONE)) {
                journal.append(record(9));
            }
            List<JsonNode> expected = new ArrayList<>();
            for (int n = 1; n < lines; n++) {
                expected.add(record(n));
            }
            expected.add(record(9));
            assertThat(records(ONE)).as("cut at %d", length).isEqualTo(expected);
        }
    }

    @Test
    void anotherConfigurationIsRefused() throws IOException {
        byte[] whole = written();

        assertThatThrownBy(() -> Journal.open(folder, new Configuration(Map.of("seed", "2"))))
                .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessage(folder.toAbsolutePath() + " holds a run with seed 1, not 2; go on with the same options, or"
                        + " choose another --out");
        assertThatThrownBy(() -> Journal.open(folder, new Configuration(Map.of("seed", "1", "batch", "2"))))
                .hasMessageContaining("holds a run with batch none, not 2");
        assertThat(Files.readAllBytes(folder.resolve(Journal.NAME))).isEqualTo(whole);
    }

    @Test
    void twoRunsAtATimeAreRefused() {
        try (Journal first = Journal.open(folder, ONE)) {
            first.read(record -> {});
            assertThatThrownBy(() -> Journal.open(folder, ONE)).hasMessageContaining("another run is writing");
        }
        assertThat(records(ONE)).isEmpty();
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        byte[] whole = written();
        String text = new String(whole, java.nio.charset.StandardCharsets.UTF_8);
        Files.writeString(folder.resolve(Journal.NAME), text.replace("{\"number\":2", "{\"num"));
        assertThatThrownBy(() -> records(ONE)).hasMessageContaining("journal.jsonl: line 3: no JSON: ")
                .hasMessageEndingWith("; delete the file to begin again");
        Files.writeString(folder.resolve(Journal.NAME), "{}\n");
        assertThatThrownBy(() -> records(ONE)).hasMessageContaining("line 1: names no configuration");
    }
}
