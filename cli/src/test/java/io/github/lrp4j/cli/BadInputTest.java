package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault that a user can make: the exit code, and one line that says what is wrong and with what. */
class BadInputTest {
    @TempDir
    Path root;

    private Path out;
    private Path picture;

    @BeforeEach
    void prepare() throws IOException {
        out = root.resolve("out");
        picture = ModelFiles.picture(root.resolve("picture.png"), 40, 40);
    }

    @Test
    void aPictureThatIsNotThere() {
        Path missing = root.resolve("missing.png");

        CommandRun.of("explain", "--image", missing, "--out", out).requireOneLine(ExitCode.INPUT, missing.toString(),
                "no such file");
        assertThat(out).doesNotExist();
    }

    @Test
    void aFileThatIsNoPicture() throws IOException {
        Path text = Files.writeString(root.resolve("text.png"), "this is no picture");

        CommandRun.of("explain", "--image", text, "--out", out).requireOneLine(ExitCode.INPUT, text.toString());
    }

    @Test
    void aPictureThatIsCutShort() throws IOException {
        byte[] whole = Files.readAllBytes(picture);
        Path half = Files.write(root.resolve("half.png"), java.util.Arrays.copyOf(whole, whole.length / 2));

        CommandRun.of("explain", "--image", half, "--out", out).requireOneLine(ExitCode.INPUT, half.toString());
    }

    @Test
    void aPictureThatIsTooLarge() throws IOException {
        Path huge = ModelFiles.hugePicture(root.resolve("huge.png"), 30_000, 30_000);

        CommandRun.of("explain", "--image", huge, "--out", out)
                .requireOneLine(ExitCode.INPUT, huge.toString(), "30000 x 30000", "limit");
    }

    @Test
    void oneBadPictureAmongSeveralStopsTheRunBeforeAnyWork() {
        CommandRun.of("explain", "--image", picture, root.resolve("missing.png"), "--out", out)
                .requireOneLine(ExitCode.INPUT, "missing.png");
        assertThat(out).doesNotExist();
    }

    @Test
    void weightsOfAnotherNetworkListTheFirstFewKeys() throws IOException {
        Path weights = ModelFiles.smallVgg(root.resolve("small.safetensors"));

        CommandRun.of("explain", "--model", "resnet18", "--weights", weights, "--image", picture).requireOneLine(
                ExitCode.INPUT,
                weights.toString(), "resnet18", "missing: conv1.weight", "unexpected: ", "features.0.weight", "...");
    }

    @Test
    void weightsWithAKeyOfAnotherShapeNameBothShapes() throws IOException {
        Map<String, Tensor> state = new LinkedHashMap<>(ModelFiles.smallVgg().state());
        state.put("features.1.running_mean", Tensor.zeros(DType.F32, Shape.of(5)));
        Path weights = root.resolve("odd.safetensors");
        SafetensorsWriter.write(weights, state, ModelFiles.smallVgg().facts().toMetadata());

        CommandRun.of("explain", "--model", "vgg", "--weights", weights, "--image", picture).requireOneLine(
                ExitCode.INPUT,
                weights.toString(), "features.1.running_mean", "[5]", "[8]");
    }

    @Test
    void weightsThatLackAKeyNameIt() throws IOException {
        Map<String, Tensor> state = new LinkedHashMap<>(ModelFiles.smallVgg().state());
        state.remove("features.0.bias");
        Path weights = root.resolve("lacking.safetensors");
        SafetensorsWriter.write(weights, state, Map.of());

        CommandRun.of("explain", "--model", "vgg", "--weights", weights, "--image", picture).requireOneLine(
                ExitCode.INPUT,
                weights.toString(), "missing", "features.0.bias");
    }

    @Test
    void weightsThatAreDamaged() throws IOException {
        Path weights = Files.write(root.resolve("bad.safetensors"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});

        CommandRun.of("explain", "--model", "vgg16", "--weights", weights, "--image", picture).requireOneLine(
                ExitCode.INPUT,
                weights.toString());
    }

    @Test
    void weightsThatAreNotThere() {
        CommandRun.of("explain", "--model", "vgg16", "--weights", root.resolve("none"), "--image", picture)
                .requireOneLine(ExitCode.INPUT, root.resolve("none").toString(), "no such file");
        CommandRun.of("explain", "--model", "vgg16", "--weights", root, "--image", picture).requireOneLine(
                ExitCode.INPUT,
                root.toString(), "model.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg16.pth", "vgg16.pt", "pytorch_model.bin"})
    void pickledWeightsAreRefusedWithTheWayToConvertThem(String name) throws IOException {
        Path weights = Files.write(root.resolve(name), new byte[100]);

        CommandRun.of("explain", "--model", "vgg16", "--weights", weights, "--image", picture).requireOneLine(
                ExitCode.INPUT,
                weights.toString(), "convert", "safetensors.torch", "weights_only=True");
    }

    @Test
    void anUnknownPresetListsTheKnown() {
        CommandRun.of("explain", "--rules", "magic").requireOneLine(ExitCode.USAGE, "unknown preset 'magic'",
                "dynamic-lrp,",
                "epsilon-gamma-box", "input-x-gradient");
    }

    @Test
    void anUnknownModelListsTheKnown() {
        CommandRun.of("explain", "--model", "vgg17", "--image", picture).requireOneLine(ExitCode.USAGE,
                "unknown model 'vgg17'", "vgg16",
                "resnet152");
        CommandRun.of("inspect", "--model", "vgg17").requireOneLine(ExitCode.USAGE, "unknown model 'vgg17'", "vgg16");
    }

    @Test
    void aModelWithoutWeightsOrPicture() {
        CommandRun.of("explain", "--model", "vgg16", "--image", picture).requireOneLine(ExitCode.USAGE, "vgg16",
                "--weights");
        CommandRun.of("explain", "--model", "vgg16", "--weights", root).requireOneLine(ExitCode.USAGE, "--image");
        CommandRun.of("explain", "--weights", root, "--image", picture).requireOneLine(ExitCode.USAGE, "--model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "-1", "Hat", "99999999999"})
    void aClassThatTheModelDoesNotHave(String target) {
        CommandRun.of("explain", "--target", target, "--out", out).requireOneLine(ExitCode.USAGE, "--target " + target,
                "0 to 9",
                "T-shirt/top");
        assertThat(out).doesNotExist();
    }

    @Test
    void anUnknownSampleListsTheKnown() {
        CommandRun.of("explain", "--sample", "hat").requireOneLine(ExitCode.USAGE, "no sample 'hat'", "ankle-boot-0");
        CommandRun.of("explain", "--sample", "Bag", "--image", picture).requireOneLine(ExitCode.USAGE,
                "--sample and --image");
    }

    @Test
    void aPlaceThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");

        CommandRun.of("explain", "--out", file.resolve("below")).requireOneLine(ExitCode.OUTPUT,
                file.resolve("below").toString());
        CommandRun.of("explain", "--out", file).requireOneLine(ExitCode.OUTPUT, file.toString());
        CommandRun
                .of("train", "--out", file.resolve("w.safetensors"), "--data",
                        TrainCommandTest.data(root.resolve("data"), 8, 4))
                .requireOneLine(ExitCode.OUTPUT, file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--top=0", "--top=many", "--kernels=gpu", "--nonsense"})
    void optionsThatMakeNoSense(String option) {
        CommandRun.of("explain", option).requireOneLine(ExitCode.USAGE, option.replaceAll("=.*", ""));
    }

    @Test
    void anUnknownCommand() {
        CommandRun.of("explian").requireOneLine(ExitCode.USAGE, "explian");
    }

    @Test
    void theStackIsShownOnlyOnDemand() {
        CommandRun run = CommandRun.of("explain", "--image", root.resolve("missing.png"), "--stacktrace");

        assertThat(run.code()).isEqualTo(ExitCode.INPUT);
        assertThat(run.err()).contains("\tat io.github.lrp4j");
    }
}
