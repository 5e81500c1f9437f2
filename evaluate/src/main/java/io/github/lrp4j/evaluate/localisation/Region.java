package io.github.lrp4j.evaluate.localisation;

import java.util.BitSet;

/** The pixels of a picture that belong to an object. Immutable. */
public final class Region {
    private final int height;
    private final int width;
    private final BitSet inside;

    private Region(int height, int width, BitSet inside) {
        this.height = height;
        this.width = width;
        this.inside = inside;
    }

    /**
     * The pixels of a mask.
     *
     * @param height rows of the picture
     * @param width columns
     * @param inside per pixel, row by row
     */
    public static Region mask(int height, int width, boolean[] inside) {
        if (inside.length != height * width) {
            throw new IllegalArgumentException("region: a mask of " + inside.length + " pixels for a picture of "
                    + height + " x " + width);
        }
        BitSet pixels = new BitSet(inside.length);
        for (int i = 0; i < inside.length; i++) {
            pixels.set(i, inside[i]);
        }
        return new Region(height, width, pixels);
    }

    /**
     * The pixels in a box, whose far edges do not belong to it.
     *
     * @throws IllegalArgumentException if it does not lie in the picture
     */
    public static Region box(int height, int width, int top, int left, int bottom, int right) {
        return new Region(height, width, new BitSet()).withBox(top, left, bottom, right);
    }

    /** This region and the pixels in a box: pictures with several objects of a class. */
    public Region withBox(int top, int left, int bottom, int right) {
        if (top < 0 || left < 0 || top > bottom || left > right || bottom > height || right > width) {
            throw new IllegalArgumentException("region: box [" + top + ", " + bottom + ") x [" + left + ", " + right
                    + ") does not lie in a picture of " + height + " x " + width);
        }
        BitSet wider = (BitSet) inside.clone();
        for (int row = top; row < bottom; row++) {
            wider.set(row * width + left, row * width + right);
        }
        return new Region(height, width, wider);
    }

    /** Rows of the picture. */
    public int height() {
        return height;
    }

    /** Columns of the picture. */
    public int width() {
        return width;
    }

    /** Whether a pixel belongs to it. */
    public boolean contains(int row, int column) {
        return inside.get(row * width + column);
    }

    /** How many pixels belong to it. */
    public int area() {
        return inside.cardinality();
    }
}
