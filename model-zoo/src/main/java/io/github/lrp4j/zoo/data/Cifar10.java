package io.github.lrp4j.zoo.data;

import io.github.lrp4j.zoo.image.RgbImage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 in its binary form (Krizhevsky 2009): files of records {@code label | 1024 red | 1024 green | 1024 blue}, 3073
 * bytes each, pictures of 32 x 32 row by row.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">CIFAR-10</a>
 */
public final class Cifar10 implements PictureData {
    /** Names of the classes, by number. */
    public static final List<String> CLASSES = List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
            "horse", "ship", "truck");

    private static final int SIZE = 32;
    private static final int PLANE = SIZE * SIZE;
    private static final int RECORD = 1 + 3 * PLANE;
    private static final String NAMES = "batches.meta.txt";
    private static final String FOLDER = "cifar-10-batches-bin";

    private final String name;
    private final List<Path> files;
    private final List<Long> counts;
    private final List<String> classes;

    private Cifar10(String name, List<Path> files, List<Long> counts, List<String> classes) {
        this.name = name;
        this.files = files;
        this.counts = counts;
        this.classes = classes;
    }

    /** Whether a directory, or {@value #FOLDER} in it, holds such files. */
    static boolean isIn(Path directory) {
        return Files.exists(place(directory).resolve("test_batch.bin"))
                || Files.exists(place(directory).resolve("data_batch_1.bin"));
    }

    private static Path place(Path directory) {
        Path below = directory.resolve(FOLDER);
        return Files.isDirectory(below) ? below : directory;
    }

    /**
     * The pictures of a directory: {@code test_batch.bin}, or {@code data_batch_1.bin} to {@code data_batch_5.bin}. Names of
     * classes are those of {@value #NAMES} where it is there.
     *
     * @throws DataSetException naming the file that is missing or of a wrong length
     */
    public static Cifar10 in(Path directory, Split split) throws IOException {
        Path place = place(directory);
        List<Path> files = new ArrayList<>();
        if (split == Split.TEST) {
            files.add(place.resolve("test_batch.bin"));
        } else {
            for (int n = 1; n <= 5; n++) {
                files.add(place.resolve("data_batch_" + n + ".bin"));
            }
        }
        return of(place + " (" + split + ")", files, names(place));
    }

    /** The pictures of one file. */
    public static Cifar10 of(Path file) throws IOException {
        return of(file.toString(), List.of(file), names(file.toAbsolutePath().getParent()));
    }

    private static Cifar10 of(String name, List<Path> files, List<String> classes) throws IOException {
        List<Long> counts = new ArrayList<>();
        for (Path file : files) {
            try {
                long length = Files.size(file);
                if (length == 0 || length % RECORD != 0) {
                    throw new DataSetException(
                            file + ": " + length + " bytes are no whole number of records of " + RECORD
                                    + " bytes: 1 for the label, 3 x 1024 for the picture (at byte "
                                    + length / RECORD * RECORD + ")");
                }
                counts.add(length / RECORD);
            } catch (NoSuchFileException e) {
                throw new DataSetException(file + ": no such file", e);
            }
        }
        return new Cifar10(name, List.copyOf(files), List.copyOf(counts), classes);
    }

    private static List<String> names(Path place) throws IOException {
        Path file = place.resolve(NAMES);
        if (!Files.exists(file)) {
            return CLASSES;
        }
        List<String> names = Files.readString(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (names.size() != CLASSES.size()) {
            throw new DataSetException(
                    file + ": " + names.size() + " names of classes, CIFAR-10 has " + CLASSES.size());
        }
        return names;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public Cursor open() {
        return new Reading();
    }

    private final class Reading implements Cursor {
        private int file = -1;
        private InputStream stream = InputStream.nullInputStream();
        private long left;
        private long index;

        /** Goes to the next file where this one has no more records; whether there is one. */
        private boolean isAtRecord() throws IOException {
            while (left == 0) {
                if (file + 1 == files.size()) {
                    return false;
                }
                file++;
                stream.close();
                stream = new BufferedInputStream(Files.newInputStream(files.get(file)), 1 << 16);
                left = counts.get(file);
            }
            return true;
        }

        private long offset() {
            return (counts.get(file) - left) * RECORD;
        }

        @Override
        public LabelledPicture next() throws IOException {
            if (!isAtRecord()) {
                return null;
            }
            byte[] read = stream.readNBytes(RECORD);
            if (read.length < RECORD) {
                throw cutShort(read.length);
            }
            int label = read[0] & 0xff;
            if (label >= CLASSES.size()) {
                throw new DataSetException(files.get(file) + ": label " + label + " is none of the " + CLASSES.size()
                        + " classes (at byte " + offset() + ")");
            }
            byte[] samples = new byte[3 * PLANE];
            for (int i = 0; i < PLANE; i++) {
                for (int c = 0; c < 3; c++) {
                    samples[3 * i + c] = read[1 + c * PLANE + i];
                }
            }
            left--;
            return new LabelledPicture(index, Long.toString(index++), label, RgbImage.of(SIZE, SIZE, samples));
        }

        private DataSetException cutShort(int found) {
            return new DataSetException(
                    files.get(file) + ": cut short: a record has " + RECORD + " bytes, found " + found
                            + " (at byte " + (offset() + found) + ")");
        }

        @Override
        public void skip(long pictures) throws IOException {
            long wanted = pictures;
            while (wanted > 0 && isAtRecord()) {
                long passed = Math.min(wanted, left);
                try {
                    stream.skipNBytes(passed * RECORD);
                } catch (EOFException e) {
                    throw new DataSetException(files.get(file) + ": cut short within the next " + passed
                            + " records (at byte " + offset() + ")", e);
                }
                left -= passed;
                index += passed;
                wanted -= passed;
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
