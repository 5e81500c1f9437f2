package io.github.lrp4j.zoo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
    @TempDir
    private Path folder;

    private void write(Path place, int count, int lastLabel) throws IOException {
        Files.createDirectories(place);
        byte[] pixels = new byte[count * 28 * 28];
        pixels[28 * 28 + 30] = (byte) 250;
        byte[] labels = new byte[count];
        labels[count - 1] = (byte) lastLabel;
        for (String part : new String[] {"train", "t10k"}) {
            Files.write(place.resolve(part + "-images-idx3-ubyte"), IdxFileTest.idx(pixels, count, 28, 28));
            Files.write(place.resolve(part + "-labels-idx1-ubyte.gz"),
                    IdxFileTest.gzip(IdxFileTest.idx(labels, count)));
        }
    }

    @Test
    void readsFoldersOfEitherLayout() throws IOException {
        write(folder.resolve("plain"), 3, 9);
        write(folder.resolve("torch/FashionMNIST/raw"), 2, 1);
        FashionMnist plain = FashionMnist.read(folder.resolve("plain"));
        assertThat(plain.training().size()).isEqualTo(3);
        assertThat(plain.test().label(2)).isEqualTo(9);
        assertThat(plain.test().level(1, 1, 2)).isEqualTo(250);
        assertThat(plain.test().image(1).sample(2, 1, 0)).isEqualTo(250);
        assertThat(plain.training().first(2).size()).isEqualTo(2);
        assertThat(FashionMnist.read(folder.resolve("torch")).test().size()).isEqualTo(2);
    }

    @Test
    void namesTheFileAtFault() throws IOException {
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .hasMessageStartingWith(folder + ": no train-images-idx3-ubyte");
        write(folder, 3, 10);
        assertThatThrownBy(() -> FashionMnist.read(folder)).hasMessage(folder.resolve("train-labels-idx1-ubyte.gz")
                + ": label 10 is none of the 10 classes (at byte 10)");
        write(folder, 3, 1);
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .hasMessage(folder.resolve("t10k-labels-idx1-ubyte") + ": no such file, nor one with .gz");
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), IdxFileTest.idx(new byte[2], 2));
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .hasMessageContaining("labels are [2], pictures [3, 28, 28]");
    }

    @Test
    void readsTheInstalledData() throws IOException {
        assumeTrue(Files.exists(FashionMnist.DEBIAN_DIRECTORY), "dataset-fashion-mnist is not installed");
        FashionMnist data = FashionMnist.read(FashionMnist.DEBIAN_DIRECTORY);
        assertThat(data.training().size()).isEqualTo(60_000);
        assertThat(data.test().size()).isEqualTo(10_000);
        assertThat(FashionMnist.CLASSES.get(data.test().label(0))).isEqualTo("Ankle boot");
    }
}
