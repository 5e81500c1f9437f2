package io.github.lrp4j.zoo.fashion;

import io.github.lrp4j.tensor.safetensors.Safetensors;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImageFile;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network that comes with this library, and pictures to try it on: {@link FashionVgg}, trained by this library on
 * Fashion-MNIST. Nothing is downloaded.
 */
public final class EmbeddedModel {
    private static final String FOLDER = "/io/github/lrp4j/zoo/";

    /**
     * A picture of the Fashion-MNIST test set.
     *
     * @param name of the picture: its class and its number in the test set
     * @param label number of its class
     * @param image 28 x 28, grey
     */
    public record Sample(String name, int label, RgbImage image) {
    }

    private EmbeddedModel() {
    }

    /** The trained network. */
    public static Network load() {
        try {
            Path name = Path.of(FashionVgg.NAME + ".safetensors");
            return Vgg.fromWeights(FashionVgg.NAME, Weights.of(Safetensors.of(resource(name.toString()), name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the network is, on what it was trained and how well it does: Markdown. */
    public static String card() {
        try {
            return new String(resource(FashionVgg.NAME + ".md"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One test picture per class, in the order of the classes. */
    public static List<Sample> samples() {
        try {
            List<Sample> samples = new ArrayList<>();
            String list = new String(resource("samples/samples.txt"), StandardCharsets.UTF_8);
            for (String line : list.lines().toList()) {
                String[] parts = line.split(" ", -1);
                String file = parts[1];
                samples.add(new Sample(file.substring(0, file.lastIndexOf('.')), Integer.parseInt(parts[0]),
                        ImageFile.decode(file, resource("samples/" + file))));
            }
            return List.copyOf(samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = EmbeddedModel.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new FileNotFoundException("resource " + FOLDER + name);
            }
            return stream.readAllBytes();
        }
    }
}
