package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.ExitCode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lrp4j evaluate} on a handful of pictures and a small drawn network. */
class EvaluateCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("dynamic-lrp-gamma:2:0.5", "saliency", "random");

    @TempDir
    static Path shared;

    private static Path weights;
    private static Path pictures;
    /** A run of five pictures that nobody interrupted. */
    private static Path whole;
    private static CommandRun said;

    @TempDir
    private Path root;

    @BeforeAll
    static void run() throws IOException {
        weights = ModelFiles.smallVgg(shared.resolve("small.safetensors"));
        pictures = shared.resolve("pictures");
        Random random = new Random(7);
        for (String name : List.of("0/a.png", "0/b.png", "1/c.png", "2/d.png", "2/e.png")) {
            BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 1024; i++) {
                image.setRGB(i % 32, i / 32, random.nextInt(1 << 24));
            }
            Files.createDirectories(pictures.resolve(name).getParent());
            ImageIO.write(image, "png", pictures.resolve(name).toFile());
        }
        whole = shared.resolve("whole");
        said = evaluate(whole).requireSuccess();
    }

    /** The usual options, some of them replaced. */
    private static CommandRun evaluate(Path out, Object... others) {
        Map<Object, Object> options = new LinkedHashMap<>();
        Object[] usual = {"--model", "vgg", "--weights", weights, "--data", pictures, "--methods",
            String.join(",", METHODS), "--steps", 4,
            "--patch", 8, "--per-step", 4, "--batch", 2, "--examples", 3, "--out", out};
        for (Object[] pairs : List.of(usual, others)) {
            for (int i = 0; i < pairs.length; i += 2) {
                options.put(pairs[i], pairs[i + 1]);
            }
        }
        List<Object> arguments = new ArrayList<>(List.of("evaluate"));
        options.forEach((name, value) -> arguments.addAll(List.of(name, value)));
        if (others.length == 0) {
            arguments.add("--sanity");
        }
        return CommandRun.of(arguments.toArray());
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> listed = Files.list(folder)) {
            for (Path file : listed.toList()) {
                // Time and memory are all that differs a second time.
                if (!file.getFileName().toString().equals("speed.jsonl")) {
                    files.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        }
        return files;
    }

    private static void requireSameFiles(Path folder) throws IOException {
        Map<String, byte[]> expected = files(whole);
        Map<String, byte[]> got = files(folder);
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(Arrays.equals(got.get(name), bytes)).as(name).isTrue());
    }

    private static JsonNode json(Path folder) throws IOException {
        return JSON.readTree(folder.resolve("results.json").toFile());
    }

    /** {@code method,score,measure -> mean}. */
    private static Map<String, Double> means(Path folder) throws IOException {
        Map<String, Double> means = new HashMap<>();
        List<String> lines = Files.readAllLines(folder.resolve("results.csv"));
        assertThat(lines.getFirst()).isEqualTo(
                "method,score,measure,mean,standard_error,low,high,bootstrap_low,bootstrap_high,count");
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            assertThat(cells).hasSize(10);
            assertThat(Double.parseDouble(cells[3])).isBetween(Double.parseDouble(cells[5]),
                    Double.parseDouble(cells[6]));
            assertThat(Double.parseDouble(cells[7])).isLessThanOrEqualTo(Double.parseDouble(cells[8]));
            assertThat(means.put(cells[0] + "," + cells[1] + "," + cells[2], Double.valueOf(cells[3]))).isNull();
        }
        return means;
    }

    @Test
    void theFilesAreThereAndTheTableSaysTheSame() throws IOException {
        assertThat(files(whole).keySet()).containsExactlyInAnyOrder("results.csv", "results.json", "report.html",
                "journal.jsonl", "curves-logit.png", "curves-probability.png", "curves-accuracy.png");
        assertThat(said.out()).contains("network", "5 pictures of " + pictures, "4 steps of 4 patches of 8 x 8",
                "blur-",
                "abpc (probability)", "it/s", "report.html");
        Map<String, Double> means = means(whole);
        for (String method : METHODS) {
            String line = said.out().lines().filter(l -> l.startsWith(method + " ")).findFirst().orElseThrow();
            assertThat(line).contains(String.format(java.util.Locale.ROOT, "%.4f",
                    means.get(method + ",probability,abpc")));
        }
    }

    /** ABPC and its relatives, added up again from the curves of the JSON file, and those from the journal. */
    @Test
    void numbersFollowFromCurvesAndCurvesFromRecords() throws IOException {
        Map<String, Double> means = means(whole);
        for (String method : METHODS) {
            for (String score : List.of("logit", "probability", "accuracy")) {
                JsonNode curves = json(whole).path("methods").path(method).path("curves").path(score);
                double morf = area(curves.path("morf"));
                double lerf = area(curves.path("lerf"));
                assertThat(means.get(method + "," + score + ",abpc")).isCloseTo(lerf - morf, within(1e-9));
                assertThat(means.get(method + "," + score + ",comprehensiveness"))
                        .isCloseTo(curves.path("morf").get(0).asDouble() - morf, within(1e-9));
                assertThat(means.get(method + "," + score + ",sufficiency"))
                        .isCloseTo(curves.path("lerf").get(0).asDouble() - lerf, within(1e-9));
                double[] sums = new double[5];
                int count = 0;
                for (JsonNode record : records(whole)) {
                    if (record.path("method").asText().equals(method) && record.has("MORF")) {
                        JsonNode points = record.path("MORF").path(score.toUpperCase(java.util.Locale.ROOT));
                        for (int k = 0; k < sums.length; k++) {
                            sums[k] += points.get(k).asDouble();
                        }
                        count++;
                    }
                }
                assertThat(count).isEqualTo(5);
                for (int k = 0; k < sums.length; k++) {
                    assertThat(curves.path("morf").get(k).asDouble()).isCloseTo(sums[k] / 5, within(1e-9));
                }
            }
        }
    }

    private static double area(JsonNode curve) {
        assertThat(curve).hasSize(5);
        double area = 0;
        for (int k = 0; k < 4; k++) {
            area += 0.125 * (curve.get(k).asDouble() + curve.get(k + 1).asDouble());
        }
        return area;
    }

    private static List<JsonNode> records(Path folder) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("journal.jsonl"))) {
            records.add(JSON.readTree(line));
        }
        return records;
    }

    @Test
    void sanityIsInTheNumbers() throws IOException {
        Map<String, Double> means = means(whole);
        assertThat(means.get("dynamic-lrp-gamma:2:0.5,,repeats-bitwise")).isOne();
        assertThat(means.get("dynamic-lrp-gamma:2:0.5,,batch-difference")).isLessThan(1e-3);
        assertThat(means.get("random,,correlation-after-randomization")).isCloseTo(1, within(1e-12));
        assertThat(means.get("saliency,,correlation-after-randomization")).isLessThan(0.99);
        assertThat(means).containsKey("dynamic-lrp-gamma:2:0.5,,relevance-sum");
        String further = said.out().substring(said.out().indexOf("repeats-bitwise"));
        assertThat(further.lines().filter(line -> line.startsWith("saliency ")).findFirst().orElseThrow())
                .contains(String.format(Locale.ROOT, "%.4f +-",
                        means.get("saliency,,correlation-after-randomization")));
    }

    @Test
    void thePageStandsByItself() throws IOException {
        String page = Files.readString(whole.resolve("report.html"));

        assertThat(page).doesNotContain("http:", "https:", "{{").contains("<script>", "class=\"sortable\"");
        assertThat(page.split("<script", -1)).hasSize(2);
        for (String method : METHODS) {
            assertThat(page).contains("<tr><th scope=\"row\">" + method + "</th>", "<th>" + method + "</th>");
        }
        double abpc = means(whole).get("saliency,probability,abpc");
        assertThat(page).contains("data-value=\"" + abpc + "\"");
        // Three curves, and three examples of the picture and three maps.
        Matcher images = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"").matcher(page);
        int count = 0;
        while (images.find()) {
            byte[] png = Base64.getDecoder().decode(images.group(1));
            assertThat(ImageIO.read(new ByteArrayInputStream(png))).isNotNull();
            count++;
        }
        assertThat(count).isEqualTo(3 + 3 * 4);
        assertThat(page).contains("0/a.png", "0/b.png", "1/c.png").doesNotContain("2/d.png");
    }

    /** Killed after some records, between or within them; the rest is measured, and every file is the same. */
    @Test
    void killedAndResumedIsUninterrupted() throws IOException {
        byte[] journal = Files.readAllBytes(whole.resolve("journal.jsonl"));
        String text = new String(journal, StandardCharsets.ISO_8859_1);
        List<Integer> ends = new ArrayList<>();
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            ends.add(at + 1);
        }
        // After one picture of a batch of two; within a record of the last method; within the last line, which is one of the
        // sanity checks.
        int[] cuts = {ends.get(1), ends.get(12) + 30, journal.length - 3};
        for (int cut : cuts) {
            Path folder = root.resolve("cut-" + cut);
            Files.createDirectories(folder);
            Files.write(folder.resolve("journal.jsonl"), Arrays.copyOf(journal, cut));
            evaluate(folder).requireSuccess();
            requireSameFiles(folder);
        }
    }

    @Test
    void aFinishedRunMeasuresNothingAgain() throws IOException {
        Path folder = root.resolve("again");
        Files.createDirectories(folder);
        Files.copy(whole.resolve("journal.jsonl"), folder.resolve("journal.jsonl"));

        evaluate(folder).requireSuccess();

        assertThat(folder.resolve("speed.jsonl")).doesNotExist();
        requireSameFiles(folder);
    }

    @Test
    void anotherConfigurationInTheSameFolderIsRefused() throws IOException {
        Map<String, byte[]> before = files(whole);

        evaluate(whole, "--seed", 2).requireOneLine(ExitCode.USAGE, "holds a run with seed 1, not 2",
                "choose another --out");
        evaluate(whole, "--images", 3).requireOneLine(ExitCode.USAGE, "holds a run with inputs 5, not 3");
        evaluate(whole, "--baseline", "zero").requireOneLine(ExitCode.USAGE, "baseline blur-", "not zero");

        Map<String, byte[]> after = files(whole);
        before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
    }

    /** In float64: what is drawn for a picture does not depend on its batch, and the rest to rounding. */
    @Test
    void theBatchChangesNothing() throws IOException {
        for (int batch : new int[] {1, 3}) {
            evaluate(root.resolve("" + batch), "--kernels", "reference", "--images", 3, "--steps", 3, "--batch", batch)
                    .requireSuccess();
        }

        Map<String, Double> one = means(root.resolve("1"));
        means(root.resolve("3"))
                .forEach((name, mean) -> assertThat(one.get(name)).as(name).isCloseTo(mean, within(1e-6)));
    }

    /** Relevance on masks, counted again from heat maps that are white there: of a mask of everything, all of it. */
    @Test
    void masksSayWhereObjectsAre() throws IOException {
        Path masks = Files.createDirectories(root.resolve("masks/0"));
        for (String name : List.of("a", "b")) {
            BufferedImage mask = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
            for (int i = 0; i < 1024; i++) {
                mask.setRGB(i % 32, i / 32, name.equals("a") || i % 32 < 16 ? 0xffffff : 0);
            }
            ImageIO.write(mask, "png", masks.resolve(name + ".png").toFile());
        }

        CommandRun run = evaluate(root.resolve("out"), "--methods", "random", "--masks", root.resolve("masks"),
                "--tolerance", 0).requireSuccess();

        assertThat(run.out()).contains("pointing-game", "inside-mass");
        List<JsonNode> found = records(root.resolve("out")).stream().filter(r -> r.has("localisation")).toList();
        assertThat(found).extracting(r -> r.path("name").asText()).containsExactly("0/a.png", "0/b.png");
        assertThat(found.get(0).at("/localisation/hit").asBoolean()).isTrue();
        assertThat(found.get(0).at("/localisation/insideMass").asDouble()).isCloseTo(1, within(1e-9));
        double half = found.get(1).at("/localisation/insideMass").asDouble();
        assertThat(half).isBetween(0.4, 0.6);
        assertThat(means(root.resolve("out")).get("random,,inside-mass")).isCloseTo((1 + half) / 2, within(1e-9));
        evaluate(root.resolve("out2"), "--masks", root.resolve("nowhere")).requireOneLine(ExitCode.INPUT,
                "no such directory of masks");
        ImageIO.write(new BufferedImage(31, 32, BufferedImage.TYPE_BYTE_GRAY), "png", masks.resolve("a.png").toFile());
        evaluate(root.resolve("out3"), "--methods", "random", "--masks", root.resolve("masks")).requireOneLine(
                ExitCode.INPUT, "a.png: a mask of 31 x 32 for a picture of 32 x 32");
    }

    @Test
    void quietIsQuiet() {
        CommandRun run =
                CommandRun.of("evaluate", "--model", "vgg", "--weights", weights, "--data", pictures, "--methods",
                        "random", "--images", 1, "--steps", 1, "--out", root, "--quiet").requireSuccess();

        assertThat(run.out()).isEmpty();
    }

    @Test
    void theEmbeddedNetworkReadsIdxFiles() throws IOException {
        Path data = TrainCommandTest.data(root.resolve("idx"), 2, 3);

        CommandRun run = CommandRun.of("evaluate", "--data", data, "--methods", "epsilon-plus,random", "--steps", 2,
                "--score", "accuracy", "--out", root.resolve("out")).requireSuccess();

        assertThat(run.out()).contains("fashion-vgg", "3 pictures of ", "abpc (accuracy)").doesNotContain("note");
        assertThat(json(root.resolve("out")).at("/configuration/per-step").asText()).isEqualTo("392");
    }

    @Test
    void classesThatTheNetworkDoesNotHaveLeaveAccuracyOut() throws IOException {
        Path list = Files.writeString(root.resolve("list.csv"),
                pictures.resolve("0/a.png") + ",ant\n" + pictures.resolve("1/c.png") + ",1\n");

        CommandRun once = evaluate(root.resolve("out"), "--data", list, "--methods", "random").requireSuccess();

        assertThat(once.out()).contains("1 of 2 classes of the data are none of the model's: no accuracy");
        assertThat(means(root.resolve("out"))).containsKey("random,logit,abpc")
                .doesNotContainKey("random,accuracy,abpc");
    }

    @Test
    void errorsNameWhatIsWrong() {
        evaluate(Path.of(weights.toString(), "out")).requireOneLine(ExitCode.OUTPUT, "cannot write");
        evaluate(root, "--data", weights).requireOneLine(ExitCode.INPUT, "is no data set of pictures");
        CommandRun.of("evaluate").requireOneLine(ExitCode.USAGE, "--data");
        CommandRun.of("evaluate", "--data", root.resolve("nowhere")).requireOneLine(ExitCode.INPUT,
                root.resolve("nowhere") + ": no such file or directory");
        CommandRun.of("evaluate", "--data", pictures, "--methods", "magic").requireOneLine(ExitCode.USAGE,
                "unknown method 'magic'", "dynamic-lrp", "grad-cam");
        CommandRun.of("evaluate", "--data", pictures, "--methods", "random,random").requireOneLine(ExitCode.USAGE,
                "names random twice");
        CommandRun.of("evaluate", "--data", pictures, "--batch", 0).requireOneLine(ExitCode.USAGE, "--batch");
        CommandRun.of("evaluate", "--data", pictures, "--steps", 0).requireOneLine(ExitCode.USAGE, "--steps");
        CommandRun.of("evaluate", "--data", pictures, "--images", 0).requireOneLine(ExitCode.USAGE, "--images");
        CommandRun.of("evaluate", "--data", pictures, "--confidence", 1).requireOneLine(ExitCode.USAGE, "--confidence");
        CommandRun.of("evaluate", "--data", pictures, "--blur-kernel", 4).requireOneLine(ExitCode.USAGE,
                "--blur-kernel");
        CommandRun.of("evaluate", "--data", "x.json").requireOneLine(ExitCode.USAGE, "holds questions");
    }
}
