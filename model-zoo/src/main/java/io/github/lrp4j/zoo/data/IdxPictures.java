package io.github.lrp4j.zoo.data;

import io.github.lrp4j.zoo.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Grey pictures of two IDX files, plain or gzipped: {@code images [N, H, W]} and {@code labels [N]}, unsigned bytes.
 *
 * @see IdxFile
 */
public final class IdxPictures implements PictureData {
    private static final int LABELS = 256;
    private static final int LARGEST_PICTURE = 1 << 26;

    private final Path images;
    private final Path labels;
    private final List<String> classes;
    private final int count;

    private IdxPictures(Path images, Path labels, List<String> classes, int count) {
        this.images = images;
        this.labels = labels;
        this.classes = classes;
        this.count = count;
    }

    /**
     * The pictures of two files; all labels are read and checked at once.
     *
     * @param classes the names of the classes; empty for their numbers
     * @throws IdxFormatException naming file and offset if one is damaged, or they do not fit together
     */
    public static IdxPictures of(Path images, Path labels, List<String> classes) throws IOException {
        try (IdxStream pictures = IdxStream.open(images); IdxStream numbers = IdxStream.open(labels)) {
            int[] sizes = pictures.sizes();
            if (sizes.length != 3 || (long) sizes[1] * sizes[2] > LARGEST_PICTURE || sizes[1] * sizes[2] == 0) {
                throw new IdxFormatException(images, 3, "pictures are [N, H, W], got " + Arrays.toString(sizes));
            }
            if (numbers.sizes().length != 1 || numbers.sizes()[0] != sizes[0]) {
                throw new IdxFormatException(labels, 3, "labels are " + Arrays.toString(numbers.sizes())
                        + ", pictures " + Arrays.toString(sizes));
            }
            byte[] read = numbers.next(sizes[0]);
            int most = classes.isEmpty() ? LABELS : classes.size();
            int largest = 0;
            for (int i = 0; i < read.length; i++) {
                int label = read[i] & 0xff;
                if (label >= most) {
                    throw new IdxFormatException(labels, 8L + i,
                            "label " + label + " is none of the " + most + " classes");
                }
                largest = Math.max(largest, label);
            }
            List<String> names = classes.isEmpty()
                    ? IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList()
                    : List.copyOf(classes);
            return new IdxPictures(images, labels, names, sizes[0]);
        }
    }

    @Override
    public String name() {
        return images.toString();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public Cursor open() throws IOException {
        IdxStream pictures = IdxStream.open(images);
        try {
            return new Reading(pictures, IdxStream.open(labels));
        } catch (IOException e) {
            pictures.close();
            throw e;
        }
    }

    private final class Reading implements Cursor {
        private final IdxStream pictures;
        private final IdxStream numbers;
        private final int height;
        private final int width;
        private long index;

        Reading(IdxStream pictures, IdxStream numbers) {
            this.pictures = pictures;
            this.numbers = numbers;
            this.height = pictures.sizes()[1];
            this.width = pictures.sizes()[2];
        }

        @Override
        public LabelledPicture next() throws IOException {
            if (index == count) {
                return null;
            }
            RgbImage image = RgbImage.ofGray(width, height, pictures.next(height * width));
            int label = numbers.next(1)[0] & 0xff;
            return new LabelledPicture(index, Long.toString(index++), label, image);
        }

        @Override
        public void skip(long some) throws IOException {
            long passed = Math.min(some, count - index);
            pictures.skip(passed * height * width);
            numbers.skip(passed);
            index += passed;
        }

        @Override
        public void close() throws IOException {
            try (numbers) {
                pictures.close();
            }
        }
    }
}
