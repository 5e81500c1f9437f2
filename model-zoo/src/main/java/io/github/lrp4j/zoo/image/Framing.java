package io.github.lrp4j.zoo.image;

import java.util.List;
import java.util.Locale;

/**
 * How a picture of any size becomes a square: the filter, the sides that are fitted, and where an odd crop begins.
 *
 * @param filter what a resized sample is made of
 * @param fit which sides are resized to the wanted length
 * @param crop where the central window begins
 */
public record Framing(Filter filter, Fit fit, Crop crop) {
    /** Filters, as PIL has them; they widen when a picture shrinks (antialias). */
    public enum Filter {
        /** A triangle. */
        BILINEAR(1),
        /** Cubic convolution with {@code a = -0.5} (Keys 1981). */
        BICUBIC(2);

        private final int support;

        Filter(int support) {
            this.support = support;
        }

        /** Distance from which on the weight is 0, in samples of the coarser picture. */
        public int support() {
            return support;
        }

        /** Weight at a distance, in samples of the coarser picture. */
        public double weight(double distance) {
            double x = Math.abs(distance);
            return switch (this) {
                case BILINEAR -> x < 1 ? 1 - x : 0;
                case BICUBIC -> x < 1
                        ? (1.5 * x - 2.5) * x * x + 1
                        : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
            };
        }
    }

    /** Which sides are resized to the wanted length. */
    public enum Fit {
        /** The shorter one; the longer one keeps its proportion, rounded down. */
        SHORTER_SIDE,
        /** Both: the picture is squeezed to a square. */
        BOTH_SIDES
    }

    /** Where the central window begins when the cells to cut off are odd in number. */
    public enum Crop {
        /** Half of them, rounded to the even neighbour: torchvision, and so timm. */
        ROUNDED,
        /** Half of them, rounded down: Hugging Face. */
        FLOORED
    }

    /** What torchvision's presets do: bilinear, the shorter side, crops rounded. */
    public static final Framing TORCHVISION = new Framing(Filter.BILINEAR, Fit.SHORTER_SIDE, Crop.ROUNDED);

    /** This framing with another filter. */
    public Framing with(Filter other) {
        return new Framing(other, fit, crop);
    }

    /** This framing with other sides fitted. */
    public Framing with(Fit other) {
        return new Framing(filter, other, crop);
    }

    /** This framing with the window beginning elsewhere. */
    public Framing with(Crop other) {
        return new Framing(filter, fit, other);
    }

    /** The three in one line, as in {@code bicubic shorter_side rounded}. */
    @Override
    public String toString() {
        return (filter + " " + fit + " " + crop).toLowerCase(Locale.ROOT);
    }

    /**
     * What {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    public static Framing parse(String line) {
        List<String> words = List.of(line.toUpperCase(Locale.ROOT).split(" ", -1));
        if (words.size() != 3) {
            throw new IllegalArgumentException("framing: wanted filter, fit and crop, got " + line);
        }
        return new Framing(Filter.valueOf(words.get(0)), Fit.valueOf(words.get(1)), Crop.valueOf(words.get(2)));
    }
}
