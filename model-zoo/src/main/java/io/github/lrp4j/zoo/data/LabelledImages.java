package io.github.lrp4j.zoo.data;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.RgbImage;
import java.util.Arrays;

/** Grey pictures of one size, each with the number of its class. */
public final class LabelledImages {
    private final int height;
    private final int width;
    private final byte[] pixels;
    private final int[] labels;

    private LabelledImages(int height, int width, byte[] pixels, int[] labels) {
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.labels = labels;
    }

    /**
     * Pictures and their classes.
     *
     * @param images U8 {@code [N, H, W]}
     * @param labels the class per picture, {@code [N]}
     */
    public static LabelledImages of(Tensor images, Tensor labels) {
        if (images.rank() != 3 || labels.rank() != 1 || images.size(0) != labels.size(0)) {
            throw new IllegalArgumentException(
                    "pictures must be [N, H, W] and their labels [N], pictures " + images.shape() + ", labels "
                            + labels.shape());
        }
        int[] levels = images.toIntArray();
        byte[] pixels = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            pixels[i] = (byte) levels[i];
        }
        return new LabelledImages(images.size(1), images.size(2), pixels, labels.toIntArray());
    }

    /** Number of pictures. */
    public int size() {
        return labels.length;
    }

    /** Rows of a picture. */
    public int height() {
        return height;
    }

    /** Columns of a picture. */
    public int width() {
        return width;
    }

    /** Class of a picture. */
    public int label(int index) {
        return labels[index];
    }

    /** Level of a pixel, 0 to 255. */
    public int level(int index, int y, int x) {
        return pixels[(index * height + y) * width + x] & 0xff;
    }

    /** A picture. */
    public RgbImage image(int index) {
        return RgbImage.ofGray(width, height,
                Arrays.copyOfRange(pixels, index * height * width, (index + 1) * height * width));
    }

    /** The first {@code count} pictures. */
    public LabelledImages first(int count) {
        int kept = Math.min(count, size());
        return new LabelledImages(height, width, Arrays.copyOf(pixels, kept * height * width),
                Arrays.copyOf(labels, kept));
    }
}
