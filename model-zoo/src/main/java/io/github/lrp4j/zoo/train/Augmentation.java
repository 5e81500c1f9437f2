package io.github.lrp4j.zoo.train;

import io.github.lrp4j.zoo.data.LabelledImages;
import java.util.random.RandomGenerator;

/**
 * Random changes of a picture that leave its class as it is.
 *
 * @param shift largest number of pixels by which it moves along each axis; what comes in is black
 * @param flip whether it is mirrored left to right, every other time
 */
public record Augmentation(int shift, boolean flip) {
    /** No change. */
    public static final Augmentation NONE = new Augmentation(0, false);

    /** Checks. */
    public Augmentation {
        if (shift < 0) {
            throw new IllegalArgumentException("augmentation: shift " + shift + " is negative");
        }
    }

    /**
     * Writes a changed picture.
     *
     * @param values value per level, 256 of them
     * @param out takes the picture's values, row by row, from {@code start}
     */
    void draw(LabelledImages images, int index, float[] values, RandomGenerator random, float[] out, int start) {
        int dy = shift == 0 ? 0 : random.nextInt(-shift, shift + 1);
        int dx = shift == 0 ? 0 : random.nextInt(-shift, shift + 1);
        boolean mirrored = flip && random.nextBoolean();
        int height = images.height();
        int width = images.width();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromY = y + dy;
                int fromX = (mirrored ? width - 1 - x : x) + dx;
                boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                out[start + y * width + x] = values[inside ? images.level(index, fromY, fromX) : 0];
            }
        }
    }
}
