package io.github.lrp4j.cli;

import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Files for the tests: weights and pictures. */
final class ModelFiles {
    private ModelFiles() {
    }

    /** A VGG with batch norm for colour pictures of 32 x 32 and three classes, initial weights. */
    static Network smallVgg() {
        VggConfig config = new VggConfig(3, VggConfig.steps("8 M 16 M"), true, 2, 2, List.of(12), 3, 0.5);
        ModelFacts facts = ModelFacts.unnamed(ImagePreprocessing.imageNet().withSize(32), 3);
        return Vgg.of("small", facts, config, Weights.initialized(new SplittableRandom(3)));
    }

    /** Its weights as a file. */
    static Path smallVgg(Path file) throws IOException {
        smallVgg().save(file, Map.of());
        return file;
    }

    /** A colour picture. */
    static Path picture(Path file, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        SplittableRandom random = new SplittableRandom(5);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** A PNG file that says it has this size, and has no pixels. */
    static Path hugePicture(Path file, int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(bytes)) {
            data.writeLong(0x89504e470d0a1a0aL);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            try (DataOutputStream fields = new DataOutputStream(header)) {
                fields.writeInt(width);
                fields.writeInt(height);
                fields.write(new byte[] {8, 2, 0, 0, 0});
            }
            chunk(data, "IHDR", header.toByteArray());
            chunk(data, "IDAT", new byte[] {0x78, (byte) 0x9c, 3, 0, 0, 0, 0, 1});
            chunk(data, "IEND", new byte[0]);
        }
        return Files.write(file, bytes.toByteArray());
    }

    private static void chunk(DataOutputStream data, String type, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        crc.update(name);
        crc.update(content);
        data.writeInt(content.length);
        data.write(name);
        data.write(content);
        data.writeInt((int) crc.getValue());
    }
}
