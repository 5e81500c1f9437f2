package io.github.lrp4j.zoo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SquadFileTest {
    private static final String TWO = """
            {"version": "v2.0", "data": [
              {"title": "A", "paragraphs": [
                {"qas": [
                   {"id": "q1", "question": "Who?", "answers": [{"text": "Ada", "answer_start": 2}], "is_impossible": false},
                   {"plausible_answers": [{"text": "Ada", "answer_start": 2}], "question": "Why?", "id": "q2",
                    "answers": [], "is_impossible": true}],
                 "context": "\\ud83d\\ude00 Ada wrote it."}],
               "more": {"x": [1]}},
              {"paragraphs": []},
              {"paragraphs": [
                {"context": "So it is.", "qas": []},
                {"context": "In 1843.", "qas": [{"id": "q3", "question": "When?",
                   "answers": [{"text": "1843", "answer_start": 3}, {"answer_start": 0, "text": "In 1843."}]}]}]}
            ]}
            """;

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("squad.json"), text);
    }

    private static List<SquadQuestion> all(Path file) throws IOException {
        List<SquadQuestion> questions = new ArrayList<>();
        try (SquadFile squad = SquadFile.open(file)) {
            for (SquadQuestion next = squad.next(); next != null; next = squad.next()) {
                questions.add(next);
            }
            assertThat(squad.next()).isNull();
        }
        return questions;
    }

    @Test
    void questionsInTheirOrder() throws IOException {
        List<SquadQuestion> questions = all(file(TWO));

        assertThat(questions).extracting(SquadQuestion::id).containsExactly("q1", "q2", "q3");
        assertThat(questions).extracting(SquadQuestion::isImpossible).containsExactly(false, true, false);
        assertThat(questions.get(2).texts()).containsExactly("1843", "In 1843.");
        assertThat(SquadFile.count(folder.resolve("squad.json"))).isEqualTo(3);
    }

    /** Offsets count code points, places characters of a String. */
    @Test
    void offsetsCountCodePoints() throws IOException {
        SquadQuestion question = all(file(TWO)).getFirst();

        assertThat(question.answers().getFirst().place().of(question.context())).isEqualTo("Ada");
        assertThat(question.answers().getFirst().place().start()).isEqualTo(3);
    }

    @Test
    void faultsNameFileKeyAndOffset() throws IOException {
        refused(TWO.replace("\"answer_start\": 3", "\"answer_start\": 4"),
                "data[2].paragraphs[1].qas[0].answers[0]: at 4 the context has no \"1843\" (at byte ");
        refused(TWO.replace("\"answer_start\": 3", "\"answer_start\": 40"),
                "answers[0].answer_start: 40 lies behind the end of the context");
        refused(TWO.replace("\"answer_start\": 3", "\"answer_start\": \"3\""), "must be a whole number from 0 on");
        refused(TWO.replace("\"id\": \"q3\", ", ""), "data[2].paragraphs[1].qas[0].id: is missing");
        refused(TWO.replace("\"context\": \"In 1843.\"", "\"context\": 7"),
                "data[2].paragraphs[1].context: must be a text");
        refused(TWO.replace("{\"paragraphs\": []}", "{\"title\": \"B\"}"), "data[1].paragraphs: is missing");
        refused(TWO.replace("\"data\"", "\"dato\""), "data: is missing");
        refused("{\"data\": 3}", "data: must be an array of articles (at byte ");
        refused("[]", "is no JSON object");
        refused(TWO.substring(0, TWO.length() / 2), "no JSON: ");
        refused(TWO.replace("So it is.", "So \u0001 is."), "no JSON: Illegal unquoted character");
        assertThatThrownBy(() -> SquadFile.open(folder.resolve("nowhere"))).isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("nowhere") + ": no such file");
    }

    private void refused(String text, String fault) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> all(file)).isInstanceOf(IOException.class).hasMessageStartingWith(file + ": ")
                .hasMessageContaining(fault);
    }
}
