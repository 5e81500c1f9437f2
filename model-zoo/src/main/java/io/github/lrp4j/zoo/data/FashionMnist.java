package io.github.lrp4j.zoo.data;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * 60,000 training and 10,000 test pictures of clothes, 28 x 28 grey, ten classes (Xiao, Rasul, Vollgraf 2017; MIT
 * licence).
 *
 * @param training pictures to learn from
 * @param test pictures to measure with
 * @see <a href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</a>
 */
public record FashionMnist(LabelledImages training, LabelledImages test) {
    /** Names of the classes, by number. */
    public static final List<String> CLASSES =
            List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                    "Sneaker", "Bag", "Ankle boot");

    /** Where Debian's package {@code dataset-fashion-mnist} puts the files. */
    public static final Path DEBIAN_DIRECTORY = Path.of("/usr/share/datasets/fashion-mnist");

    private static final int SIZE = 28;
    /** Below a directory: itself, and where torchvision puts the files. */
    static final List<String> FOLDERS = List.of("", "raw", "FashionMNIST/raw");

    /** {@code (level / 255 - 0.2860) / 0.3530}, the mean and deviation of the training pictures. */
    public static ImagePreprocessing preprocessing() {
        return new ImagePreprocessing(SIZE, SIZE, List.of(0.2860), List.of(0.3530));
    }

    /**
     * The data set from a directory with the four IDX files, {@code train-images-idx3-ubyte} and so on, each plain or
     * with {@code .gz}; also from a directory that torchvision filled.
     *
     * @throws IOException naming the file that is missing or damaged
     */
    public static FashionMnist read(Path directory) throws IOException {
        for (String folder : FOLDERS) {
            Path place = directory.resolve(folder);
            if (find(place, "train-images-idx3-ubyte") != null) {
                return new FashionMnist(part(place, "train"), part(place, "t10k"));
            }
        }
        throw new IOException(directory + ": no train-images-idx3-ubyte or train-images-idx3-ubyte.gz here; on Debian,"
                + " `apt-get install dataset-fashion-mnist` puts the files into " + DEBIAN_DIRECTORY);
    }

    /** The file, packed or plain; null if there is neither. */
    static Path find(Path place, String name) {
        for (String suffix : List.of(".gz", "")) {
            Path file = place.resolve(name + suffix);
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }

    private static Path required(Path place, String name) throws IOException {
        Path file = find(place, name);
        if (file == null) {
            throw new IOException(place.resolve(name) + ": no such file, nor one with .gz");
        }
        return file;
    }

    private static LabelledImages part(Path place, String part) throws IOException {
        Path imageFile = required(place, part + "-images-idx3-ubyte");
        Path labelFile = required(place, part + "-labels-idx1-ubyte");
        Tensor images = IdxFile.read(imageFile);
        Tensor labels = IdxFile.read(labelFile);
        if (images.rank() != 3 || images.size(1) != SIZE || images.size(2) != SIZE) {
            throw new IOException(imageFile + ": pictures are [N, 28, 28], got " + images.shape());
        }
        if (labels.rank() != 1 || labels.size(0) != images.size(0)) {
            throw new IOException(labelFile + ": labels are " + labels.shape() + ", pictures " + images.shape());
        }
        int[] numbers = labels.toIntArray();
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] >= CLASSES.size()) {
                throw new IdxFormatException(labelFile, 8 + i,
                        "label " + numbers[i] + " is none of the " + CLASSES.size() + " classes");
            }
        }
        return LabelledImages.of(images, labels);
    }
}
