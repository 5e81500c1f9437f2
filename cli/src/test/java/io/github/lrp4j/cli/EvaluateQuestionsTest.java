package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TinyModel;
import io.github.lrp4j.explain.picture.Html;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.WordRelevance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lrp4j evaluate} on questions, with a small drawn model. */
class EvaluateQuestionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("attn-lrp", "input-x-gradient", "expected-gradients",
            "occlusion", "random");

    @TempDir
    static Path shared;

    private static Path model;
    private static Path squad;
    private static Path whole;
    private static CommandRun said;

    @TempDir
    private Path root;

    @BeforeAll
    static void run() throws IOException {
        model = TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.ANSWERER).withType(DType.F32)
                .write(shared.resolve("answerer"));
        squad = shared.resolve("squad.json");
        ObjectNode file = JSON.createObjectNode().put("version", "v2.0");
        ArrayNode paragraphs = file.putArray("data").addObject().putArray("paragraphs");
        paragraph(paragraphs, "Ada wrote the notes in 1843.", "Who wrote?", "Ada", "When was it?", "in 1843");
        paragraph(paragraphs, "A cat sat on the mat, and a dog did not.", "Who sat?", "A cat", "What did the dog do?",
                null);
        paragraph(paragraphs, "Many words follow here. ".repeat(30), "How many words?", "Many");
        paragraph(paragraphs, "Rome fell.", "What fell?", "Rome");
        Files.writeString(squad, file.toString());
        whole = shared.resolve("whole");
        said = evaluate(whole).requireSuccess();
    }

    /** A context and pairs of a question and its answer; null for none. */
    private static void paragraph(ArrayNode paragraphs, String context, String... pairs) {
        ObjectNode paragraph = paragraphs.addObject();
        ArrayNode questions = paragraph.putArray("qas");
        for (int i = 0; i < pairs.length; i += 2) {
            ObjectNode question = questions.addObject().put("id", "q" + paragraphs.size() + i).put("question", pairs[i])
                    .put("is_impossible", pairs[i + 1] == null);
            ArrayNode answers = question.putArray("answers");
            if (pairs[i + 1] != null) {
                answers.addObject().put("text", pairs[i + 1]).put("answer_start", context.indexOf(pairs[i + 1]));
            }
        }
        paragraph.put("context", context);
    }

    private static CommandRun evaluate(Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("evaluate", "--model", model, "--data", squad, "--methods",
                String.join(",", METHODS), "--batch", 2, "--steps", 3, "--token-curves", "--out", out));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray());
    }

    private static List<JsonNode> records(Path folder) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("journal.jsonl"))) {
            records.add(JSON.readTree(line));
        }
        return records;
    }

    private static double mean(JsonNode results, String method, String measure) {
        for (JsonNode number : results.path("methods").path(method).path("measures")) {
            if (number.path("measure").asText().equals(measure) && number.path("score").asText().isEmpty()) {
                return number.path("mean").asDouble();
            }
        }
        throw new AssertionError(method + " has no " + measure);
    }

    @Test
    void questionsWithoutAnswersAndLongOnesAreCounted() throws IOException {
        JsonNode results = JSON.readTree(whole.resolve("results.json").toFile());

        assertThat(results.path("measured").asInt()).isEqualTo(4);
        assertThat(results.path("unanswerable").asInt()).isEqualTo(1);
        assertThat(results.path("too-long").asInt()).isEqualTo(1);
        assertThat(said.out()).contains("4 questions of " + squad,
                "skipped: 1 of more tokens than are read, 1 without an answer", "top-2-strict", "iou", "it/s");
    }

    /** Every number of the table, added up again from what the journal has of each question. */
    @Test
    void numbersFollowFromTheRecords() throws IOException {
        JsonNode results = JSON.readTree(whole.resolve("results.json").toFile());
        for (String method : METHODS) {
            double[] sums = new double[10];
            for (JsonNode record : records(whole)) {
                if (record.path("method").asText().equals(method) && record.path("state").asText().equals("measured")) {
                    sums[0]++;
                    sums[1] += record.path("exact").asDouble();
                    sums[2] += record.path("f1").asDouble();
                    sums[3] += record.path("top1InLabel").asBoolean() ? 1 : 0;
                    sums[4] += record.path("top1InPrediction").asBoolean() ? 1 : 0;
                    sums[5] += record.path("hits").asInt();
                    sums[6] += record.path("strictHits").asInt();
                    sums[7] += record.path("union").asInt();
                    sums[8] += record.path("strictUnion").asInt();
                }
            }
            assertThat(sums[0]).isEqualTo(4);
            assertThat(mean(results, method, "exact-match")).isCloseTo(sums[1] / 4, within(1e-12));
            assertThat(mean(results, method, "f1")).isCloseTo(sums[2] / 4, within(1e-12));
            assertThat(mean(results, method, "top-1-label")).isCloseTo(sums[3] / 4, within(1e-12));
            assertThat(mean(results, method, "top-1")).isCloseTo(sums[4] / 4, within(1e-12));
            assertThat(mean(results, method, "top-2")).isCloseTo(sums[5] / 8, within(1e-12));
            assertThat(mean(results, method, "top-2-strict")).isCloseTo(sums[6] / 8, within(1e-12));
            assertThat(mean(results, method, "iou")).isCloseTo(sums[5] / sums[7], within(1e-12));
            assertThat(mean(results, method, "iou-strict")).isCloseTo(sums[6] / sums[8], within(1e-12));
            String line = said.out().lines().filter(l -> l.startsWith(method + " ")).findFirst().orElseThrow();
            assertThat(line).contains(String.format(Locale.ROOT, "%.2f", 100 * sums[5] / sums[7]));
        }
    }

    @Test
    void tokensAreMaskedStepByStep() throws IOException {
        JsonNode results = JSON.readTree(whole.resolve("results.json").toFile());
        JsonNode curves = results.at("/methods/attn-lrp/curves/probability");

        assertThat(curves.path("morf")).hasSize(4);
        assertThat(curves.path("morf").get(0)).isEqualTo(curves.path("lerf").get(0));
        assertThat(curves.path("morf").get(3).asDouble()).isCloseTo(curves.path("lerf").get(3).asDouble(),
                within(1e-6));
        assertThat(whole.resolve("curves-probability.png")).exists();
        double abpc = 0;
        for (JsonNode number : results.at("/methods/attn-lrp/measures")) {
            if (number.path("measure").asText().equals("abpc")
                    && number.path("score").asText().equals("probability")) {
                abpc = number.path("mean").asDouble();
            }
        }
        String further = said.out().substring(said.out().indexOf("abpc (probability)"));
        assertThat(further.lines().filter(line -> line.startsWith("attn-lrp ")).findFirst().orElseThrow())
                .contains(String.format(Locale.ROOT, " %.4f +-", abpc));
        assertThat(Files.readString(whole.resolve("report.html"))).contains("abpc (probability)", "iou-strict")
                .doesNotContain("http:", "https:", "{{");
    }

    /** The first questions that are measured, not those that are skipped; the words of all methods side by side. */
    @Test
    void thePageShowsWordsSideBySide() throws IOException {
        Path folder = root.resolve("shown");
        evaluate(folder, "--examples", 4).requireSuccess();

        List<JsonNode> kept = records(folder).stream().filter(record -> record.has("relevance")).toList();
        assertThat(kept).extracting(record -> record.path("id").asText()).containsOnly("q10", "q12", "q20", "q40");
        assertThat(kept).hasSize(4 * METHODS.size());
        String page = Files.readString(folder.resolve("report.html"));
        String maps = page.substring(page.indexOf("<h2>Heat maps</h2>"), page.indexOf("<h2>How it was measured"));
        assertThat(maps.split("<div class=\"text\">", -1)).hasSize(1 + 2 * 4 * METHODS.size());
        assertThat(maps).contains("q10", "right is &quot;Ada&quot;", "q20", "right is &quot;A cat&quot;",
                "q40", "right is &quot;Rome&quot;").doesNotContain("<th>picture</th>", "Many");
        int at = 0;
        for (String method : METHODS) {
            assertThat(maps.indexOf("<th>" + method + "</th>")).isGreaterThan(at);
            at = maps.indexOf("<th>" + method + "</th>");
        }
        assertThat(Files.readString(evaluatedWithout(folder).resolve("report.html"))).doesNotContain("Heat maps");
    }

    private Path evaluatedWithout(Path folder) throws IOException {
        Path other = folder.resolveSibling("without");
        evaluate(other, "--examples", 0).requireSuccess();
        assertThat(records(other)).noneMatch(record -> record.has("relevance"));
        return other;
    }

    /** What is shown is what an explanation of the same question gives, word by word. */
    @Test
    void wordsHaveTheRelevanceOfAnExplanation() throws IOException {
        TextExplanation why = Explainer.open(model.toString()).with(RulePreset.ATTN_LRP).explain("Who wrote?",
                "Ada wrote the notes in 1843.");
        JsonNode kept = records(whole).stream().filter(record -> record.path("id").asText().equals("q10")
                && record.path("method").asText().equals("attn-lrp") && record.has("relevance"))
                .findFirst().orElseThrow();

        assertThat(kept.path("answer").asText()).isEqualTo(why.answer().text());
        List<Double> tokens = why.why().tokens();
        double largest = tokens.stream().mapToDouble(Math::abs).max().orElseThrow();
        assertThat(kept.path("relevance")).hasSize(tokens.size());
        for (int t = 0; t < tokens.size(); t++) {
            assertThat(kept.path("relevance").get(t).asDouble()).isCloseTo(tokens.get(t), within(1e-4 * largest));
        }
        String page = Files.readString(whole.resolve("report.html"));
        double[] relevance = new double[tokens.size()];
        Arrays.setAll(relevance, t -> kept.path("relevance").get(t).asDouble());
        for (WordRelevance word : TextRelevance.of(why.encoding(), 1, relevance).words()) {
            assertThat(page).contains("title=\"" + Html.number(word.relevance()) + "\"");
        }
    }

    @Test
    void killedAndResumedIsUninterrupted() throws IOException {
        byte[] journal = Files.readAllBytes(whole.resolve("journal.jsonl"));
        for (int cut = 300; cut < journal.length; cut += journal.length / 3) {
            Path folder = Files.createDirectories(root.resolve("cut-" + cut));
            Files.write(folder.resolve("journal.jsonl"), Arrays.copyOf(journal, cut));
            evaluate(folder).requireSuccess();
            try (Stream<Path> files = Files.list(whole)) {
                for (Path file : files.filter(f -> !f.endsWith("speed.jsonl") && !f.endsWith("journal.jsonl"))
                        .toList()) {
                    assertThat(folder.resolve(file.getFileName())).hasSameBinaryContentAs(file);
                }
            }
        }
    }

    @Test
    void anEncoderDecoderAnswersToo() throws IOException {
        Path t5 = TinyModel.of(TinyModel.Family.T5, TinyModel.ANSWERER).withType(DType.F32).write(root.resolve("t5"));

        CommandRun run = CommandRun.of("evaluate", "--model", t5, "--data", squad, "--methods",
                "dynamic-lrp-gamma:0:0.001", "--max-tokens", 100, "--out", root.resolve("out")).requireSuccess();

        assertThat(run.out()).contains("dynamic-lrp-gamma:0:0.001", "skipped: 1 of more tokens than are read");
        String all = CommandRun.of("evaluate", "--model", t5, "--data", squad, "--questions", 1, "--out",
                root.resolve("all")).requireSuccess().out();
        assertThat(all).contains("attn-lrp", "smoothgrad", "integrated-gradients", "expected-gradients",
                "guided-backprop", "occlusion", "random").doesNotContain("attention-rollout");
        CommandRun.of("evaluate", "--model", t5, "--data", squad, "--methods", "attention-rollout", "--out",
                root.resolve("rollout")).requireOneLine(ExitCode.INPUT, "attention-rollout", "encoders");
        CommandRun.of("evaluate", "--model", t5, "--data", squad, "--token-curves", "--out", root.resolve("x"))
                .requireOneLine(ExitCode.USAGE, "--token-curves", "no token that masks");
    }

    @Test
    void errorsNameWhatIsWrong() throws IOException {
        evaluate(whole, "--max-tokens", 20).requireOneLine(ExitCode.USAGE, "holds a run with max-tokens 80, not 20");
        CommandRun.of("evaluate", "--model", model, "--data", root).requireOneLine(ExitCode.USAGE, "reads texts");
        CommandRun.of("evaluate", "--model", model, "--data", squad, "--methods", "saliency")
                .requireOneLine(ExitCode.USAGE, "unknown method 'saliency' of texts", "attn-lrp");
        CommandRun.of("evaluate", "--model", model, "--data", squad, "--sanity").requireOneLine(ExitCode.USAGE,
                "--sanity");
        CommandRun.of("evaluate", "--model", model, "--data", squad, "--max-tokens", 3, "--out", root.resolve("short"))
                .requireOneLine(ExitCode.INPUT, "no question is left to measure");
        Path broken = Files.writeString(root.resolve("broken.json"), "{\"data\": [{\"title\": \"x\"}]}");
        CommandRun.of("evaluate", "--model", model, "--data", broken).requireOneLine(ExitCode.INPUT,
                broken + ": data[0].paragraphs: is missing");
        Path classifier = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).write(root.resolve("classifier"));
        CommandRun.of("evaluate", "--model", classifier, "--data", squad).requireOneLine(ExitCode.USAGE,
                "extracts no answers from a context");
    }
}
