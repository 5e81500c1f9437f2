package io.github.lrp4j.evaluate.perturbation;

import java.util.Arrays;

/**
 * What is replaced as a whole: square patches of a picture, row by row; single pixels are patches of 1.
 *
 * <p>Where the picture is no multiple of the patch, the last patches of a row or column are smaller.
 *
 * @param patch pixels along each side
 * @param pooling how the relevance of pixels becomes that of a patch
 */
public record Units(int patch, Pooling pooling) {
    /** How the relevance of pixels becomes that of a patch. */
    public enum Pooling {
        /** The largest. */
        MAX,
        /** The sum. */
        SUM
    }

    /** Checks. */
    public Units {
        if (patch < 1) {
            throw new IllegalArgumentException("units: a patch of " + patch + " pixels is none");
        }
    }

    /** Single pixels. */
    public static Units pixels() {
        return new Units(1, Pooling.MAX);
    }

    /** How many there are. */
    public int count(int height, int width) {
        return along(height) * along(width);
    }

    private int along(int size) {
        return Math.ceilDiv(size, patch);
    }

    /** The first row of a unit. */
    int row(int unit, int width) {
        return unit / along(width) * patch;
    }

    /** The first column of a unit. */
    int column(int unit, int width) {
        return unit % along(width) * patch;
    }

    private int of(int row, int column, int width) {
        return row / patch * along(width) + column / patch;
    }

    /** The score of each unit. */
    double[] scores(double[] pixels, int height, int width) {
        double[] scores = new double[count(height, width)];
        Arrays.fill(scores, pooling == Pooling.MAX ? Double.NEGATIVE_INFINITY : 0);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int unit = of(row, column, width);
                double pixel = pixels[row * width + column];
                // Of NaN and a number, max gives NaN.
                scores[unit] = pooling == Pooling.MAX ? Math.max(scores[unit], pixel) : scores[unit] + pixel;
            }
        }
        return scores;
    }
}
