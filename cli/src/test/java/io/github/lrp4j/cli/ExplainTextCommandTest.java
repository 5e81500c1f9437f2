package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.explain.TinyModel;
import io.github.lrp4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lrp4j explain} on texts, with small models of every kind. */
class ExplainTextCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path models;

    private static Path classifier;
    private static Path answerer;
    private static Path writer;
    private static Path encoder;

    @TempDir
    private Path root;

    @BeforeAll
    static void writeModels() throws IOException {
        classifier = model(TinyModel.Family.BERT, TinyModel.CLASSIFIER, "classifier");
        answerer = model(TinyModel.Family.ROBERTA, TinyModel.ANSWERER, "answerer");
        writer = model(TinyModel.Family.T5, TinyModel.WRITER, "writer");
        encoder = model(TinyModel.Family.BERT, TinyModel.ENCODER, "encoder");
    }

    private static Path model(TinyModel.Family family, String task, String name) throws IOException {
        return TinyModel.of(family, task).withType(DType.F32).write(models.resolve(name));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    private static double sum(JsonNode list) {
        double sum = 0;
        for (JsonNode entry : list) {
            sum += entry.get("relevance").asDouble();
        }
        return sum;
    }

    @Test
    void aTextsClassIsExplainedAndWritten() throws IOException {
        String text = "The cat sat, <i>quietly</i>.";
        CommandRun run = CommandRun.of("explain", "--model", classifier, "--text", text, "--classes", 2, "--out", root)
                .requireSuccess();

        assertThat(names(root)).containsExactly("ledger.json", "ledger.png", "relevance.json", "report.html",
                "summary.json");
        assertThat(run.out()).contains("classifier", "attn-lrp", "perhaps", "tokens", "why", "relevance", "report.html")
                .doesNotContain("\u001b");
        JsonNode said = json(root.resolve("relevance.json"));
        assertThat(said.at("/text").asText()).isEqualTo(text);
        assertThat(said.at("/said/ranking")).hasSize(3);
        assertThat(said.at("/parts")).hasSize(2);
        JsonNode part = said.at("/parts/0");
        assertThat(part.at("/subject").asText()).isEqualTo(said.at("/said/ranking/0/label").asText());
        for (JsonNode word : part.at("/words")) {
            assertThat(text.substring(word.at("/start").asInt(), word.at("/end").asInt()))
                    .isEqualTo(word.at("/word").asText());
        }
        double special = 0;
        for (JsonNode token : part.at("/tokens")) {
            special += token.at("/of").asInt() < 0 ? token.at("/relevance").asDouble() : 0;
        }
        assertThat(sum(part.at("/words")) + special).isCloseTo(sum(part.at("/tokens")), within(1e-6));
        JsonNode books = json(root.resolve("summary.json")).at("/conservation");
        double accounted = books.at("/inputs").asDouble() + books.at("/biases").asDouble()
                + books.at("/weights").asDouble();
        for (JsonNode sink : books.at("/sinks")) {
            accounted += sink.asDouble();
        }
        assertThat(books.at("/seed").asDouble()).isEqualTo(2);
        assertThat(accounted).isCloseTo(2, within(1e-4));
        assertThat(Files.readString(root.resolve("report.html"))).contains("&lt;", "<span style=\"background:#")
                .doesNotContain("<i>quietly");
    }

    @Test
    void wordsAreColouredWhereThatIsWanted() {
        String text = "the cat \u001b[31msat";
        String plain =
                CommandRun.of("explain", "--model", classifier, "--text", text, "--color", "never", "--out", root)
                        .requireSuccess().out();
        String colored = CommandRun.of("explain", "--model", classifier, "--text", text, "--color", "always", "--out",
                root).requireSuccess().out();
        assertThat(plain).doesNotContain("\u001b");
        assertThat(colored).contains("\u001b[48;2;").doesNotContain("\u001b[31m");
    }

    @Test
    void aQuestionIsAnsweredFromAContextOfAnyLength() throws IOException {
        Path file = Files.writeString(root.resolve("page.txt"), "Ada wrote the report in May. ".repeat(12));
        Path out = root.resolve("out");
        CommandRun run = CommandRun.of("explain", "--model", answerer, "--question", "Who wrote it?", "--context-file",
                file, "--window", 60, "--stride", 10, "--out", out).requireSuccess();

        assertThat(run.out()).contains("answers", "windows");
        JsonNode said = json(out.resolve("relevance.json"));
        String context = Files.readString(file);
        assertThat(context.substring(said.at("/said/place/start").asInt(), said.at("/said/place/end").asInt()))
                .isEqualTo(said.at("/answer").asText());
        assertThat(said.at("/windows").asInt()).isGreaterThan(2);
        assertThat(said.at("/parts/0/words")).anySatisfy(word -> assertThat(word.at("/of").asInt()).isZero())
                .anySatisfy(word -> assertThat(word.at("/of").asInt()).isEqualTo(1));
    }

    @Test
    void whatAModelWritesIsExplainedTokenByToken() throws IOException {
        CommandRun.of("explain", "--model", writer, "--text", "good morning", "--answer-tokens", 5, "--beams", 2,
                "--out", root).requireSuccess();

        JsonNode said = json(root.resolve("relevance.json"));
        int tokens = said.at("/said/tokens").size();
        assertThat(said.at("/parts")).hasSize(tokens + 1);
        double parts = 0;
        for (int t = 1; t <= tokens; t++) {
            parts += sum(said.at("/parts/" + t + "/tokens"));
        }
        assertThat(sum(said.at("/parts/0/tokens"))).isCloseTo(parts, within(1e-6));
        assertThat(Files.readString(root.resolve("report.html"))).contains("Written before");
    }

    @Test
    void sentencesAreCompared() {
        CommandRun run = CommandRun.of("explain", "--model", encoder, "--question", "a cat", "--context",
                "the cat sat there", "--out", root).requireSuccess();
        assertThat(run.out()).contains("similarity");
    }

    @Test
    void manyTextsAreExplainedAsEachAlone() throws IOException {
        List<String> texts = List.of("the cat sat", "a", "it was a very good film and I liked it much", "no");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < texts.size(); i++) {
            lines.append(JSON.createObjectNode().put("id", "t" + i).put("text", texts.get(i))).append("\n\n");
        }
        Path file = Files.writeString(root.resolve("texts.jsonl"), lines);
        CommandRun run = CommandRun.of("explain", "--model", classifier, "--jsonl", file, "--batch", 3, "--out",
                root.resolve("many")).requireSuccess();

        assertThat(run.out()).contains("4 texts in", "texts/s");
        assertThat(names(root.resolve("many"))).containsExactly("explanations.jsonl", "report.html", "summary.json");
        assertThat(json(root.resolve("many/summary.json")).at("/run/texts").asInt()).isEqualTo(4);
        List<String> explained = Files.readAllLines(root.resolve("many/explanations.jsonl"));
        assertThat(explained).hasSize(4);
        for (int i = 0; i < 4; i++) {
            JsonNode together = JSON.readTree(explained.get(i));
            assertThat(together.at("/id").asText()).isEqualTo("t" + i);
            CommandRun.of("explain", "--model", classifier, "--text", texts.get(i), "--out", root.resolve("one"), "-q")
                    .requireSuccess();
            JsonNode alone = json(root.resolve("one/relevance.json"));
            assertThat(together.at("/answer")).isEqualTo(alone.at("/answer"));
            for (int t = 0; t < alone.at("/parts/0/tokens").size(); t++) {
                String place = "/parts/0/tokens/" + t + "/relevance";
                assertThat(together.at(place).asDouble()).isCloseTo(alone.at(place).asDouble(), within(1e-4));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"text\": 1}         | line 2: \"text\" must be a text",
        "{\"question\": \"a\"} | line 2: \"context\" must be a text",
        "{}                    | line 2: wants \"text\", or \"question\" and \"context\"",
        "[                     | line 2: no JSON",
        "{\"text\": \"a\", \"id\": []} | line 2: \"id\" must be"})
    void aFaultyLineIsNamedBeforeAnythingIsDone(String line, String message) throws IOException {
        Path file = Files.writeString(root.resolve("texts.jsonl"), "{\"text\": \"fine\"}\n" + line + "\n");
        CommandRun.of("explain", "--model", classifier, "--jsonl", file, "--out", root.resolve("many"))
                .requireOneLine(ExitCode.INPUT, "texts.jsonl: " + message);
        assertThat(root.resolve("many")).doesNotExist();
    }

    @Test
    void whatDoesNotGoTogetherIsSaidInOneLine() throws IOException {
        Path picture = ModelFiles.picture(root.resolve("p.png"), 32, 32);
        usage("--model needs something to explain", "--model", classifier);
        usage("reads texts", "--model", classifier, "--image", picture);
        usage("reads pictures", "--text", "a");
        usage("--question and --context", "--model", answerer, "--question", "a");
        usage("exclude each other", "--model", classifier, "--text", "a", "--image", picture);
        usage("exclude each other", "--model", classifier, "--text", "a", "--jsonl", "x");
        usage("give it a question and a context", "--model", answerer, "--text", "a");
        usage("--target and --against", "--model", answerer, "--question", "a", "--context", "b", "--target", "1");
        usage("classes 0 to 2", "--model", classifier, "--text", "a", "--target", "maybe");
        usage("--stride needs --window", "--model", classifier, "--text", "a", "--stride", "2");
        usage("cannot share", "--model", classifier, "--text", "a", "--window", "4", "--stride", "4");
        usage("a text has none", "--model", classifier, "--text", "a", "--rules", "epsilon-gamma-box");
        usage("give it a second one", "--model", encoder, "--text", "a");
        usage("--labels", "--model", classifier, "--text", "a", "--labels", picture);
    }

    private void usage(String message, Object... options) {
        Object[] all = Stream.concat(Stream.of("explain", "--out", root.resolve("none")), Stream.of(options)).toArray();
        CommandRun.of(all).requireOneLine(ExitCode.USAGE, message);
    }

    @Test
    void filesThatAreNotThere() {
        CommandRun.of("explain", "--model", classifier, "--text-file", root.resolve("none.txt"))
                .requireOneLine(ExitCode.INPUT, "none.txt: no such file");
        CommandRun.of("explain", "--model", classifier, "--jsonl", root.resolve("none.jsonl"), "--out", root)
                .requireOneLine(ExitCode.INPUT, "none.jsonl: no such file");
    }
}
