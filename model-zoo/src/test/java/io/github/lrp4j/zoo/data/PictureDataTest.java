package io.github.lrp4j.zoo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.zoo.vision.ImageNetClasses;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures in every layout, read one after another. */
class PictureDataTest {
    @TempDir
    private Path folder;

    private static List<LabelledPicture> all(PictureData data) throws IOException {
        List<LabelledPicture> pictures = new ArrayList<>();
        try (PictureData.Cursor cursor = data.open()) {
            for (LabelledPicture next = cursor.next(); next != null; next = cursor.next()) {
                pictures.add(next);
            }
            assertThat(cursor.next()).isNull();
        }
        return pictures;
    }

    /** Whatever is passed over, the rest is what a reading from the start gives. */
    private static void skipsRightly(PictureData data) throws IOException {
        List<LabelledPicture> all = all(data);
        assertThat(all).hasSize((int) data.count());
        for (int skipped = 0; skipped <= all.size() + 1; skipped++) {
            try (PictureData.Cursor cursor = data.open()) {
                cursor.skip(skipped);
                LabelledPicture next = cursor.next();
                if (skipped >= all.size()) {
                    assertThat(next).isNull();
                } else {
                    LabelledPicture wanted = all.get(skipped);
                    assertThat(next.index()).isEqualTo(skipped);
                    assertThat(next.name()).isEqualTo(wanted.name());
                    assertThat(next.label()).isEqualTo(wanted.label());
                    assertThat(next.image().sample(1, 1, 2)).isEqualTo(wanted.image().sample(1, 1, 2));
                }
            }
        }
    }

    private void idx(String prefix, byte[] pixels, int count, byte... labels) throws IOException {
        Files.write(folder.resolve(prefix + "-images-idx3-ubyte.gz"),
                IdxFileTest.gzip(IdxFileTest.idx(pixels, count, 2, 3)));
        Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), IdxFileTest.idx(labels, labels.length));
    }

    @Test
    void idxFiles() throws IOException {
        byte[] pixels = new byte[18];
        new Random(3).nextBytes(pixels);
        idx("t10k", pixels, 3, (byte) 2, (byte) 0, (byte) 1);

        PictureData data = PictureSets.open(folder, Split.TEST, List.of());

        assertThat(data.classes()).containsExactly("0", "1", "2");
        assertThat(all(data)).extracting(LabelledPicture::label).containsExactly(2, 0, 1);
        assertThat(all(data).get(1).image().luma(2, 1)).isEqualTo(pixels[11] & 0xff);
        skipsRightly(data);
        assertThat(PictureSets.open(folder, Split.TEST, List.of("a", "b", "c")).classes()).containsExactly("a", "b",
                "c");
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of("a", "b")))
                .isInstanceOf(IdxFormatException.class)
                .hasMessage(
                        folder.resolve("t10k-labels-idx1-ubyte") + ": label 2 is none of the 2 classes (at byte 8)");
    }

    @Test
    void idxFilesThatDoNotFit() throws IOException {
        idx("t10k", new byte[18], 3, (byte) 2, (byte) 0);
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of()))
                .hasMessageContaining("labels are [2], pictures [3, 2, 3]");
        idx("t10k", new byte[10], 3, (byte) 2, (byte) 0, (byte) 0);
        PictureData cut = PictureSets.open(folder, Split.TEST, List.of());
        assertThatThrownBy(() -> all(cut)).isInstanceOf(IdxFormatException.class)
                .hasMessageContaining("cut short: shape [3, 2, 3] needs 6 bytes of data, found 4 (at byte 26)");
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of()))
                .hasMessage(folder.resolve("t10k-labels-idx1-ubyte") + ": no such file, nor one with .gz");
    }

    private static byte[] cifar(int... labels) {
        byte[] bytes = new byte[3073 * labels.length];
        new Random(labels.length).nextBytes(bytes);
        for (int n = 0; n < labels.length; n++) {
            bytes[3073 * n] = (byte) labels[n];
        }
        return bytes;
    }

    @Test
    void cifar10() throws IOException {
        Path place = Files.createDirectories(folder.resolve("cifar-10-batches-bin"));
        byte[] test = cifar(3, 9, 0);
        Files.write(place.resolve("test_batch.bin"), test);
        for (int n = 1; n <= 5; n++) {
            Files.write(place.resolve("data_batch_" + n + ".bin"), cifar(new int[n == 3 ? 2 : 1]));
        }

        PictureData data = PictureSets.open(folder, Split.TEST, List.of());

        assertThat(data.classes()).isEqualTo(Cifar10.CLASSES);
        List<LabelledPicture> pictures = all(data);
        assertThat(pictures).extracting(LabelledPicture::label).containsExactly(3, 9, 0);
        for (int c = 0; c < 3; c++) {
            assertThat(pictures.get(1).image().sample(5, 30, c))
                    .isEqualTo(test[3073 + 1 + c * 1024 + 30 * 32 + 5] & 0xff);
        }
        skipsRightly(data);
        PictureData training = PictureSets.open(folder, Split.TRAIN, List.of());
        assertThat(training.count()).isEqualTo(6);
        skipsRightly(training);
        Files.writeString(place.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        assertThat(PictureSets.open(place.resolve("test_batch.bin"), Split.TEST, List.of()).classes()).contains("j");
    }

    @Test
    void damagedCifar10() throws IOException {
        Path file = folder.resolve("test_batch.bin");
        Files.write(file, Arrays.copyOf(cifar(1, 2), 3073 + 100));
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of())).hasMessage(file
                + ": 3173 bytes are no"
                + " whole number of records of 3073 bytes: 1 for the label, 3 x 1024 for the picture (at byte 3073)");
        Files.write(file, cifar(1, 10));
        PictureData wrong = PictureSets.open(folder, Split.TEST, List.of());
        assertThatThrownBy(() -> all(wrong))
                .hasMessage(file + ": label 10 is none of the 10 classes (at byte 3073)");
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TRAIN, List.of()))
                .hasMessage(folder.resolve("data_batch_1.bin") + ": no such file");
        Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\n");
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of()))
                .hasMessageContaining("2 names of classes, CIFAR-10 has 10");
    }

    private Path picture(String place, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 3, i / 3, rgb);
        }
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void foldersAsImageNettes() throws IOException {
        picture("val/n03888257/b.png", 0x010203);
        picture("val/n03888257/a.PNG", 0x040506);
        picture("val/n01440764/deep/er.png", 0x070809);
        picture("train/n01440764/x.png", 0);
        Files.writeString(folder.resolve("val/n01440764/notes.txt"), "no picture");

        PictureData data = PictureSets.open(folder, Split.TEST, List.of());

        assertThat(data.classes()).containsExactly("n01440764", "n03888257");
        assertThat(all(data)).extracting(LabelledPicture::name)
                .containsExactly("n01440764/deep/er.png", "n03888257/a.PNG", "n03888257/b.png");
        assertThat(all(data)).extracting(picture -> picture.image().sample(0, 0, 0)).containsExactly(7, 4, 1);
        skipsRightly(data);
        assertThat(PictureSets.open(folder, Split.TRAIN, List.of()).count()).isEqualTo(1);
        ClassMatch match = ClassMatch.of(data.classes(), ImageNetClasses.names());
        assertThat(List.of(match.of(0), match.of(1))).containsExactly(0, 701);
    }

    @Test
    void lists() throws IOException {
        picture("pictures/a.png", 0x112233);
        picture("pictures/b, c.png", 0x445566);
        Path csv = Files.writeString(folder.resolve("list.csv"),
                "file,label\npictures/a.png, dog\n\n\"pictures/b, c.png\",\"the \"\"cat\"\"\"\npictures/a.png,dog\n");
        PictureData data = PictureSets.open(csv, Split.TEST, List.of());
        assertThat(data.classes()).containsExactly("dog", "the \"cat\"");
        assertThat(all(data)).extracting(LabelledPicture::label).containsExactly(0, 1, 0);
        skipsRightly(data);
        Path tsv = Files.writeString(folder.resolve("list.TSV"), "pictures/b, c.png\t7\n");
        assertThat(all(PictureSets.open(tsv, Split.TEST, List.of())))
                .extracting(picture -> picture.image().sample(0, 0, 2))
                .containsExactly(0x66);
    }

    @Test
    void whatIsNoDataSetIsNamed() throws IOException {
        assertThatThrownBy(() -> PictureSets.open(folder.resolve("nowhere"), Split.TEST, List.of()))
                .hasMessage(folder.resolve("nowhere") + ": no such file or directory");
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of())).hasMessageStartingWith(folder
                + ": no folders here");
        Path empty = Files.createDirectories(folder.resolve("dog"));
        assertThatThrownBy(() -> PictureSets.open(folder, Split.TEST, List.of()))
                .hasMessageStartingWith(empty + ": no picture in this folder of a class");
        Path text = Files.writeString(folder.resolve("notes.txt"), "x");
        assertThatThrownBy(() -> PictureSets.open(text, Split.TEST, List.of()))
                .hasMessageStartingWith(text + ": is no data set of pictures");
        Path csv = Files.writeString(folder.resolve("list.csv"), "a.png,1\nb.png\n");
        assertThatThrownBy(() -> PictureSets.open(csv, Split.TEST, List.of()))
                .hasMessage(csv + ": line 2: wants a file and a label with a comma between them, got 1 fields");
        Files.writeString(csv, "missing.png,1\n");
        PictureData missing = PictureSets.open(csv, Split.TEST, List.of());
        assertThatThrownBy(() -> all(missing)).hasMessage(folder.resolve("missing.png") + ": no such file");
        Files.writeString(csv, "file,label\n");
        assertThatThrownBy(() -> PictureSets.open(csv, Split.TEST, List.of())).hasMessage(csv + ": lists no picture");
    }

    @Test
    void classesAreMatchedByNameIdNumberOrOrder() {
        assertThat(matches(List.of("DOG", "cat", "3", "bird"), List.of("Cat", "Dog", "Cow", "Ox", "Elk")))
                .containsExactly(1, 0, 3, -1);
        assertThat(matches(List.of("n02102040", "217", "English springer", "n99999999"), ImageNetClasses.names()))
                .containsExactly(217, 217, 217, -1);
        assertThat(matches(List.of("ant", "bee"), List.of("0", "1"))).containsExactly(0, 1);
        assertThat(matches(List.of("ant", "bee"), List.of("0", "1", "2"))).containsExactly(-1, -1);
        assertThat(ClassMatch.of(List.of("ant", "1"), List.of("0", "1")).unknown()).isEqualTo(1);
    }

    private static List<Integer> matches(List<String> data, List<String> model) {
        ClassMatch match = ClassMatch.of(data, model);
        List<Integer> matched = new ArrayList<>();
        for (int c = 0; c < data.size(); c++) {
            matched.add(match.of(c));
        }
        return matched;
    }

    @Test
    void wordNetIdsStandInTheirOrder() {
        assertThat(ImageNetClasses.wordNetIds()).hasSize(ImageNetClasses.COUNT).isSorted().doesNotHaveDuplicates()
                .allMatch(id -> id.matches("n\\d{8}"));
    }
}
