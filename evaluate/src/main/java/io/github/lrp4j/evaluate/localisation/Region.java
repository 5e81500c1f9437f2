package io.github.lrp4j.evaluate.localisation;

/**
 * The pixels of a picture that belong to an object.
 *
 * @param height rows of the picture
 * @param width columns
 * @param inside per pixel, row by row
 */
public record Region(int height, int width, boolean[] inside) {
    /** Copies. */
    public Region {
        inside = inside.clone();
        if (inside.length != height * width) {
            throw new IllegalArgumentException("region: a mask of " + inside.length + " pixels for a picture of "
                    + height + " x " + width);
        }
    }

    /**
     * The pixels in a box, whose far edges do not belong to it.
     *
     * @throws IllegalArgumentException if it does not lie in the picture
     */
    public static Region box(int height, int width, int top, int left, int bottom, int right) {
        return new Region(height, width, new boolean[height * width]).withBox(top, left, bottom, right);
    }

    /** This region and the pixels in a box: pictures with several objects of a class. */
    public Region withBox(int top, int left, int bottom, int right) {
        if (top < 0 || left < 0 || top > bottom || left > right || bottom > height || right > width) {
            throw new IllegalArgumentException("region: box [" + top + ", " + bottom + ") x [" + left + ", " + right
                    + ") does not lie in a picture of " + height + " x " + width);
        }
        boolean[] wider = inside.clone();
        for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
                wider[row * width + column] = true;
            }
        }
        return new Region(height, width, wider);
    }

    /** The mask, a fresh array. */
    @Override
    public boolean[] inside() {
        return inside.clone();
    }

    /** Whether a pixel belongs to it. */
    public boolean contains(int row, int column) {
        return inside[row * width + column];
    }

    /** How many pixels belong to it. */
    public int area() {
        int area = 0;
        for (boolean pixel : inside) {
            area += pixel ? 1 : 0;
        }
        return area;
    }
}
