package io.github.lrp4j.zoo.hostile;

import io.github.lrp4j.zoo.data.Cifar10;
import io.github.lrp4j.zoo.data.IdxFile;
import io.github.lrp4j.zoo.data.PictureData;
import io.github.lrp4j.zoo.data.SquadFile;
import io.github.lrp4j.zoo.image.ImageFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged pictures and data sets. */
class HostileDataTest {
    private static final int VARIANTS = 600;

    @TempDir
    private Path folder;

    /**
     * A picture may claim some 8000 pixels per byte of its file and still be whole, and takes up to 9 bytes each to
     * decode: a file of 500 bytes 36 MB, whatever it says.
     */
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void pictures(String format) throws IOException {
        BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 63; i++) {
            image.setRGB(i % 9, i / 9, i * 262_147);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ImageIO.write(image, format, content);
        byte[] whole = content.toByteArray();
        Path file = folder.resolve("picture." + format);
        Trial trial = new Trial(file.toString(), (4L << 20) + 12L * 8256 * (whole.length + 20));
        for (int i = 0; i < VARIANTS; i++) {
            byte[] damaged = new Mutation(new Random(i)).bytes(whole);
            trial.run(format + " " + i, () -> {
                Files.write(file, damaged);
                ImageFile.read(file);
            });
        }
        trial.requireBoth(3, VARIANTS / 10);
    }

    @Test
    void dataSets() throws IOException {
        byte[] plain = ByteBuffer.allocate(16 + 40).put(new byte[] {0, 0, 8, 3}).putInt(5).putInt(4).putInt(2).array();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
            stream.write(plain);
        }
        Path file = folder.resolve("images-idx3-ubyte");
        Trial trial = new Trial(file.toString(), 1 << 20);
        for (int i = 0; i < 2 * VARIANTS; i++) {
            byte[] damaged = new Mutation(new Random(i)).bytes(i % 2 == 0 ? plain : packed.toByteArray());
            trial.run("idx " + i, () -> {
                Files.write(file, damaged);
                IdxFile.read(file);
            });
        }
        trial.requireBoth(10, VARIANTS);
    }

    @Test
    void questions() throws IOException {
        byte[] whole =
                ("{\"version\": \"v2.0\", \"data\": [{\"title\": \"t\", \"paragraphs\": [{\"qas\": [{\"id\": \"a\","
                        + " \"question\": \"Who?\", \"answers\": [{\"text\": \"Ada\", \"answer_start\": 0}], \"is_impossible\": false}],"
                        + " \"context\": \"Ada wrote." + " More is of no account.".repeat(40)
                        + "\"}]}, {\"paragraphs\": []}]}").getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("squad.json");
        Trial trial = new Trial(file.toString(), 1 << 23);
        for (int i = 0; i < 2 * VARIANTS; i++) {
            byte[] damaged = new Mutation(new Random(i)).bytes(whole);
            trial.run("squad " + i, () -> {
                Files.write(file, damaged);
                SquadFile.count(file);
            });
        }
        trial.requireBoth(10, VARIANTS);
    }

    @Test
    void recordsOfCifar() throws IOException {
        byte[] whole = new byte[2 * 3073];
        Path file = folder.resolve("test_batch.bin");
        Trial trial = new Trial(file.toString(), 1 << 20);
        for (int i = 0; i < VARIANTS; i++) {
            byte[] damaged = new Mutation(new Random(i)).bytes(whole);
            trial.run("cifar " + i, () -> {
                Files.write(file, damaged);
                try (PictureData.Cursor pictures = Cifar10.of(file).open()) {
                    while (pictures.next() != null) {
                        // Each is read.
                    }
                }
            });
        }
        trial.requireBoth(10, 10);
    }
}
