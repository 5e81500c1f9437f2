package io.github.lrp4j.explain.picture;

import java.awt.image.BufferedImage;

/** Draws pictures whose pixels are squares of several pixels, so that small ones can be seen. */
public final class Zoom {
    /** What pictures are enlarged to, at least, along their longer side. */
    private static final int COMFORTABLE = 448;

    /** Colour of a pixel as {@code 0xrrggbb}. */
    @FunctionalInterface
    interface Pixels {
        int rgb(int x, int y);
    }

    private Zoom() {
    }

    /** The least whole factor that makes a picture of this size comfortable to look at; 1 for large ones. */
    public static int factorFor(int width, int height) {
        return Math.max(1, Math.ceilDiv(COMFORTABLE, Math.max(width, height)));
    }

    static BufferedImage draw(int width, int height, int zoom, Pixels pixels) {
        BufferedImage image = new BufferedImage(width * zoom, height * zoom, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, pixels.rgb(x / zoom, y / zoom));
            }
        }
        return image;
    }
}
