package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.ExitCode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    @TempDir
    Path root;

    /** Pictures of one bright bar each; the class is the bar's row divided by 3. */
    static Path data(Path directory, int training, int test) throws IOException {
        Files.createDirectories(directory);
        SplittableRandom random = new SplittableRandom(11);
        part(directory, "train", training, random);
        part(directory, "t10k", test, random);
        return directory;
    }

    private static void part(Path directory, String name, int count, SplittableRandom random) throws IOException {
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        try (DataOutputStream image = new DataOutputStream(images);
                DataOutputStream label = new DataOutputStream(labels)) {
            for (int number : new int[] {0x803, count, 28, 28}) {
                image.writeInt(number);
            }
            for (int number : new int[] {0x801, count}) {
                label.writeInt(number);
            }
            for (int i = 0; i < count; i++) {
                int row = random.nextInt(28);
                label.writeByte(row / 3);
                byte[] pixels = new byte[28 * 28];
                java.util.Arrays.fill(pixels, row * 28, row * 28 + 28, (byte) 255);
                image.write(pixels);
            }
        }
        Files.write(directory.resolve(name + "-images-idx3-ubyte"), images.toByteArray());
        Files.write(directory.resolve(name + "-labels-idx1-ubyte"), labels.toByteArray());
    }

    @Test
    void itWritesWeightsThatExplainCanUseALogAndACurve() throws IOException {
        Path weights = root.resolve("net.safetensors");

        CommandRun run = CommandRun.of("train", "--data", data(root.resolve("data"), 48, 16), "--epochs", 2, "--batch",
                16, "--lr", "0.001",
                "--seed", 5, "--out", weights).requireSuccess();

        assertThat(run.out()).contains("epoch   1/2", "epoch   2/2", "test accuracy", weights.toString());
        JsonNode log = new ObjectMapper().readTree(root.resolve("net.json").toFile());
        assertThat(log.at("/epochs")).hasSize(2);
        assertThat(log.at("/epochs/1/loss").asDouble()).isPositive();
        assertThat(log.at("/plan/seed").asInt()).isEqualTo(5);
        assertThat(log.at("/plan/rate").asDouble()).isEqualTo(0.001);
        assertThat(log.at("/testAccuracy").asDouble()).isBetween(0.0, 1.0);
        BufferedImage curve = ImageIO.read(root.resolve("net.png").toFile());
        assertThat(curve.getWidth()).isGreaterThan(300);
        Path picture = ModelFiles.picture(root.resolve("p.png"), 28, 28);
        CommandRun
                .of("explain", "--model", "vgg", "--weights", weights, "--image", picture, "--target", "Dress", "--out",
                        root.resolve("out"))
                .requireSuccess();
    }

    @Test
    void theSameSeedGivesTheSameFile() throws IOException {
        Path data = data(root.resolve("data"), 16, 4);
        for (String name : new String[] {"a", "b"}) {
            CommandRun.of("train", "--data", data, "--epochs", 1, "--batch", 8, "--seed", 3, "-q", "--out",
                    root.resolve(name + ".safetensors")).requireSuccess();
        }
        CommandRun
                .of("train", "--data", data, "--epochs", 1, "--batch", 8, "--seed", 4, "-q", "--out",
                        root.resolve("c.safetensors"))
                .requireSuccess();

        assertThat(root.resolve("a.safetensors")).hasSameBinaryContentAs(root.resolve("b.safetensors"));
        assertThat(Files.mismatch(root.resolve("a.safetensors"), root.resolve("c.safetensors"))).isNotNegative();
    }

    @Test
    void badInputIsOneLine() throws IOException {
        Path data = data(root.resolve("data"), 8, 4);
        CommandRun.of("train", "--data", root.resolve("none")).requireOneLine(ExitCode.INPUT,
                root.resolve("none").toString());
        CommandRun.of("train", "--data", data, "--epochs", 0).requireOneLine(ExitCode.USAGE, "epochs");
        CommandRun.of("train", "--data", data, "--lr", "-1").requireOneLine(ExitCode.USAGE, "rate");
        CommandRun.of("train", "--data", data, "--out", root.resolve("net.pth")).requireOneLine(ExitCode.USAGE,
                ".safetensors", "net.pth");
        CommandRun.of("train", "--data", data, "--out", root.resolve("net.safetensors")).requireOneLine(ExitCode.INPUT,
                "8 pictures",
                "batch");
        Files.write(data.resolve("train-labels-idx1-ubyte"), new byte[] {1, 2, 3});
        CommandRun.of("train", "--data", data).requireOneLine(ExitCode.INPUT, "train-labels-idx1-ubyte");
        assertThat(root.resolve("net.safetensors")).doesNotExist();
    }
}
