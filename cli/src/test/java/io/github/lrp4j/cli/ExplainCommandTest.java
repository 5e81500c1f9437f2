package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.picture.DivergingColors;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.Safetensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainCommandTest {
    @TempDir
    Path root;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static JsonNode summary(Path folder) throws IOException {
        return new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
    }

    @Test
    void theEmbeddedModelExplainsASampleAndWritesEverything() throws IOException {
        Path out = root.resolve("out");

        CommandRun run = CommandRun.of("explain", "--out", out).requireSuccess();

        assertThat(names(out)).containsExactly("heatmap.png", "ledger.json", "ledger.png", "overlay.png",
                "relevance.safetensors", "report.html",
                "summary.json");
        assertThat(run.out()).contains("Ankle boot", "explained", "dynamic-lrp-gamma", "relevance",
                out.resolve("report.html").toString());
        JsonNode summary = summary(out);
        assertThat(summary.at("/target/label").asText()).isEqualTo("Ankle boot");
        assertThat(summary.at("/predictions")).hasSize(5);
        assertThat(summary.at("/predictions/0/probability").asDouble()).isBetween(0.5, 1.0);
        assertThat(summary.at("/model/name").asText()).isEqualTo("fashion-vgg");
        assertThat(summary.at("/promises/promises").asInt()).isPositive();
        assertThat(summary.at("/seconds/forward").asDouble()).isPositive();
    }

    @Test
    void theBooksBalance() throws IOException {
        CommandRun.of("explain", "--out", root, "-q").requireSuccess();

        JsonNode books = summary(root).at("/conservation");
        double accounted =
                books.at("/inputs").asDouble() + books.at("/biases").asDouble() + books.at("/weights").asDouble();
        for (JsonNode sink : books.at("/sinks")) {
            accounted += sink.asDouble();
        }
        assertThat(books.at("/seed").asDouble()).isEqualTo(1);
        assertThat(Math.abs(accounted - 1)).isLessThan(1e-5);
        assertThat(books.at("/imbalance").asDouble()).isLessThan(1e-5);
        assertThat(summary(root).at("/relevance/sum").asDouble()).isCloseTo(books.at("/inputs").asDouble(),
                org.assertj.core.api.Assertions.within(1e-5));
    }

    @Test
    void theLedgerIsWrittenDrawnAndListed() throws IOException {
        CommandRun run =
                CommandRun.of("explain", "--rules", "epsilon-plus", "--ledger", "--out", root).requireSuccess();

        JsonNode ledger = new ObjectMapper().readTree(root.resolve("ledger.json").toFile());
        assertThat(ledger.at("/seed").asDouble()).isEqualTo(1);
        assertThat(ledger.at("/ended/inputs").asDouble())
                .isEqualTo(summary(root).at("/conservation/inputs").asDouble());
        assertThat(ledger.at("/sinks/absorbed bias").asDouble()).isNotZero();
        assertThat(ledger.at("/nodes").size()).isPositive();
        assertThat(ImageIO.read(root.resolve("ledger.png").toFile()).getWidth()).isEqualTo(1000);
        assertThat(run.out()).contains("Per module", "features.0", "The nodes that leak most", "absorbed bias");
        assertThat(Files.readString(root.resolve("report.html"))).contains("Where most of it was lost", "The books");
    }

    @Test
    void thePageOfAGradientHasNoBooks() throws IOException {
        CommandRun.of("explain", "--rules", "gradient", "--out", root, "-q").requireSuccess();

        assertThat(names(root)).contains("ledger.json", "ledger.png");
        assertThat(Files.readString(root.resolve("report.html"))).doesNotContain("Where most of it was lost");
    }

    @Test
    void theHeatMapIsTheRelevanceInColours() throws IOException {
        CommandRun.of("explain", "--out", root, "-q").requireSuccess();

        Tensor relevance = Safetensors.open(root.resolve("relevance.safetensors")).get("relevance");
        double scale = summary(root).at("/relevance/scale").asDouble();
        BufferedImage picture = ImageIO.read(root.resolve("heatmap.png").toFile());
        assertThat(relevance.shape().toList()).containsExactly(1, 28, 28);
        assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(448, 448);
        for (int y = 0; y < 28; y++) {
            for (int x = 0; x < 28; x++) {
                int expected = DivergingColors.rgb(relevance.at(0, y, x) / scale);
                assertThat(picture.getRGB(16 * x, 16 * y) & 0xffffff).isEqualTo(expected);
                assertThat(picture.getRGB(16 * x + 15, 16 * y + 15) & 0xffffff).isEqualTo(expected);
            }
        }
    }

    @Test
    void thePageStandsAlone() throws IOException {
        CommandRun.of("explain", "--out", root, "-q").requireSuccess();

        String page = Files.readString(root.resolve("report.html"));
        assertThat(page).startsWith("<!DOCTYPE html>")
                .contains("lang=\"en\"", "prefers-color-scheme: dark", "Ankle boot", "How to read this")
                .doesNotContain("http://", "https://", "<script", "src=\"/");
        assertThat(page.split("<img ", -1)).hasSize(5);
        assertThat(page.split("src=\"data:image/png;base64,", -1)).hasSize(5);
        assertThat(page.split(" alt=\"[^\"]+\"", -1)).hasSize(5);
    }

    @ParameterizedTest
    @EnumSource(RulePreset.class)
    void everyPresetExplains(RulePreset preset) throws IOException {
        CommandRun.of("explain", "--rules", preset, "--out", root, "-q").requireSuccess();

        JsonNode summary = summary(root);
        assertThat(summary.at("/rules/preset").asText()).isEqualTo(preset.toString());
        assertThat(summary.at("/relevance/notFinite").asInt()).isZero();
        assertThat(summary.at("/relevance/positive").asDouble()).isPositive();
        if (preset.isDecomposition()) {
            assertThat(summary.at("/conservation/imbalance").asDouble()).isLessThan(1e-5);
        }
    }

    @Test
    void inputTimesGradientIsTheGradientTimesThePixels() throws IOException {
        CommandRun.of("explain", "--rules", "gradient", "--out", root.resolve("g"), "-q").requireSuccess();
        CommandRun.of("explain", "--rules", "input-x-gradient", "--out", root.resolve("ixg"), "-q").requireSuccess();

        Tensor gradient = Safetensors.open(root.resolve("g/relevance.safetensors")).get("relevance");
        Tensor product = Safetensors.open(root.resolve("ixg/relevance.safetensors")).get("relevance");
        // The corner of the sample is black: (0 - 0.2860) / 0.3530.
        float black = (0f - 0.2860f) / 0.3530f;
        assertThat((float) product.at(0, 0, 0)).isEqualTo((float) gradient.at(0, 0, 0) * black);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "Sneaker", "sneaker"})
    void anotherClassCanBeExplained(String target) throws IOException {
        CommandRun.of("explain", "--target", target, "--top", "1", "--out", root).requireSuccess();

        assertThat(summary(root).at("/target/label").asText()).isEqualTo("Sneaker");
        assertThat(summary(root).at("/predictions")).hasSize(2);
        assertThat(Files.readString(root.resolve("report.html")))
                .contains("Which pixels speak for &ldquo;Sneaker&rdquo;");
    }

    @Test
    void theReferenceKernelsAgree() throws IOException {
        CommandRun.of("explain", "--rules", "dynamic-lrp", "--kernels", "reference", "--out", root.resolve("r"), "-q")
                .requireSuccess();
        CommandRun.of("explain", "--rules", "dynamic-lrp", "--kernels", "auto", "--out", root.resolve("s"), "-q")
                .requireSuccess();

        double[] slow = Safetensors.open(root.resolve("r/relevance.safetensors")).get("relevance").toDoubleArray();
        double[] fast = Safetensors.open(root.resolve("s/relevance.safetensors")).get("relevance").toDoubleArray();
        double largest = java.util.Arrays.stream(slow).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < slow.length; i++) {
            assertThat(Math.abs(fast[i] - slow[i])).isLessThan(1e-3 * largest);
        }
        assertThat(summary(root.resolve("r")).at("/kernels").asText()).isEqualTo("reference");
    }

    @Test
    void picturesOfAnyColourAndSizeAreExplainedOneByOne() throws IOException {
        Path weights = ModelFiles.smallVgg(root.resolve("small.safetensors"));
        Path first = ModelFiles.picture(root.resolve("a/cat.png"), 50, 40);
        Path second = ModelFiles.picture(root.resolve("b/cat.png"), 33, 90);

        CommandRun
                .of("explain", "--model", "vgg", "--weights", weights, "--image", first, second, "--out",
                        root.resolve("out"))
                .requireSuccess();

        assertThat(names(root.resolve("out"))).containsExactly("cat", "cat-2");
        assertThat(summary(root.resolve("out/cat")).at("/relevance/shape").toString()).isEqualTo("[3,32,32]");
        assertThat(summary(root.resolve("out/cat-2")).at("/picture/height").asInt()).isEqualTo(90);
        assertThat(summary(root.resolve("out/cat")).at("/model/batchNormFolded").asBoolean()).isTrue();
    }

    @Test
    void namesOfTheClassesMayComeFromAFile() throws IOException {
        Path weights = ModelFiles.smallVgg(root.resolve("small.safetensors"));
        Path picture = ModelFiles.picture(root.resolve("cat.png"), 32, 32);
        Path lines = Files.writeString(root.resolve("labels.txt"), "alpha\nbeta\ngamma\n");
        Path json = Files.writeString(root.resolve("labels.json"),
                "{\"0\": [\"n0\", \"one\"], \"1\": [\"n1\", \"two\"], \"2\": \"three\"}");

        CommandRun.of("explain", "--model", "vgg", "--weights", weights, "--image", picture, "--out", root.resolve("l"),
                "--labels", lines,
                "--target", "beta").requireSuccess();
        CommandRun.of("explain", "--model", "vgg", "--weights", weights, "--image", picture, "--out", root.resolve("j"),
                "--labels", json,
                "--target", "2").requireSuccess();

        assertThat(summary(root.resolve("l")).at("/target/index").asInt()).isEqualTo(1);
        assertThat(summary(root.resolve("j")).at("/target/label").asText()).isEqualTo("three");
        Path wrong = Files.writeString(root.resolve("wrong.txt"), "alpha\nbeta\n");
        CommandRun.of("explain", "--model", "vgg", "--weights", weights, "--image", picture, "--labels", wrong)
                .requireOneLine(ExitCode.INPUT, wrong.toString(), "2 class names", "3 classes");
    }

    @Test
    void everySampleIsRecognised() throws IOException {
        for (String sample : List.of("Trouser", "Bag", "Sandal")) {
            CommandRun.of("explain", "--sample", sample, "--out", root, "-q").requireSuccess();

            assertThat(summary(root).at("/target/label").asText()).isEqualTo(sample);
        }
    }

    private static double[] relevance(Path folder) throws IOException {
        return Safetensors.open(folder.resolve("relevance.safetensors")).get("relevance").toDoubleArray();
    }

    private static void requireClose(double[] actual, double[] expected) {
        double largest = java.util.Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).isLessThan(1e-4 * largest);
        }
    }

    @Test
    void severalClassesGetAFolderEach() throws IOException {
        CommandRun run = CommandRun.of("explain", "--rules", "dynamic-lrp", "--classes", "3", "--out",
                root.resolve("k")).requireSuccess();

        List<String> folders = names(root.resolve("k"));
        assertThat(folders).hasSize(3).contains("ankle-boot");
        assertThat(run.out().split("<- explained", -1)).hasSize(4);
        for (String folder : folders) {
            JsonNode summary = summary(root.resolve("k").resolve(folder));
            CommandRun.of("explain", "--rules", "dynamic-lrp", "--target", summary.at("/target/index").asText(),
                    "--out", root.resolve("one"), "-q").requireSuccess();
            requireClose(relevance(root.resolve("k").resolve(folder)), relevance(root.resolve("one")));
            assertThat(summary.at("/conservation/seed").asDouble()).isEqualTo(1);
            assertThat(summary.at("/against").isNull()).isTrue();
        }
    }

    @Test
    void classesAreSetAgainstOthers() throws IOException {
        CommandRun.of("explain", "--rules", "dynamic-lrp", "--target", "Sneaker, 9", "--out", root.resolve("each"),
                "-q").requireSuccess();
        CommandRun.of("explain", "--rules", "dynamic-lrp", "--target", "7", "--against", "ankle boot", "--out",
                root.resolve("contrast")).requireSuccess();
        CommandRun.of("explain", "--rules", "dynamic-lrp", "--target", "sneaker", "--against", "next", "--out",
                root.resolve("next"), "-q").requireSuccess();

        double[] sneaker = relevance(root.resolve("each/sneaker"));
        double[] boot = relevance(root.resolve("each/ankle-boot"));
        java.util.Arrays.setAll(sneaker, i -> sneaker[i] - boot[i]);
        requireClose(relevance(root.resolve("contrast")), sneaker);
        assertThat(relevance(root.resolve("next"))).containsExactly(relevance(root.resolve("contrast")));
        JsonNode summary = summary(root.resolve("contrast"));
        assertThat(summary.at("/against/label").asText()).isEqualTo("Ankle boot");
        assertThat(summary.at("/conservation/seed").asDouble()).isZero();
        assertThat(Files.readString(root.resolve("contrast/report.html")))
                .contains("Sneaker rather than Ankle boot", "one with the other sign");
    }

    @Test
    void theClassesMustMakeSense() {
        CommandRun.of("explain", "--target", "1", "--classes", "2").requireOneLine(ExitCode.USAGE, "--target",
                "--classes", "exclude");
        CommandRun.of("explain", "--classes", "0").requireOneLine(ExitCode.USAGE, "--classes must be 1 to 10, got 0");
        CommandRun.of("explain", "--classes", "10", "--against", "3").requireOneLine(ExitCode.USAGE,
                "--classes must be 1 to 9, got 10");
        CommandRun.of("explain", "--target", "1,3", "--against", "3").requireOneLine(ExitCode.USAGE, "--against 3",
                "among the classes");
        CommandRun.of("explain", "--target", "1,").requireOneLine(ExitCode.USAGE, "--target ", "classes 0 to 9");
        CommandRun.of("explain", "--against", "10").requireOneLine(ExitCode.USAGE, "--against 10", "classes 0 to 9");
    }
}
