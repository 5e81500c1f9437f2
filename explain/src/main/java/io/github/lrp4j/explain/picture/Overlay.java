package io.github.lrp4j.explain.picture;

import io.github.lrp4j.zoo.image.RgbImage;
import java.awt.image.BufferedImage;

/**
 * {@code (1 - a) grey + a colour}: the heat map over its picture, so that one sees what the relevant pixels show.
 *
 * <p>The picture is grey and lightened; opacity a grows with the size of the relevance, and pixels without relevance
 * stay grey. Large pictures are blurred first (the map, not the picture): single pixels among thousands cannot be seen.
 */
public final class Overlay {
    private static final int POSITIVE = 0xc0001f;
    private static final int NEGATIVE = 0x0048b0;
    private static final double MOST_OPAQUE = 0.9;
    /** Pictures up to this size are not blurred; larger ones in proportion to their size. */
    private static final int SHARP = 64;
    private static final double BLUR_PER_PIXEL = 1.0 / 112;

    private Overlay() {
    }

    /** The deviation of the blur, in pixels of the picture, for a map of this size. */
    public static double blur(int width, int height) {
        int longer = Math.max(width, height);
        return longer <= SHARP ? 0 : longer * BLUR_PER_PIXEL;
    }

    /**
     * Draws the overlay.
     *
     * @param picture what the network saw, of the map's size
     * @param zoom edge of the square that each pixel becomes
     */
    public static BufferedImage draw(HeatMap map, RgbImage picture, int zoom) {
        if (map.width() != picture.width() || map.height() != picture.height()) {
            throw new IllegalArgumentException("overlay: map of " + map.width() + " x " + map.height() + ", picture of "
                    + picture.width() + " x " + picture.height());
        }
        HeatMap smooth = map.blurred(blur(map.width(), map.height()));
        return Zoom.draw(map.width(), map.height(), zoom, (x, y) -> {
            int level = 112 + picture.luma(x, y) * 9 / 16;
            double value = smooth.value(x, y);
            if (Double.isNaN(value)) {
                return DivergingColors.NOT_A_NUMBER;
            }
            double opacity = MOST_OPAQUE * Math.abs(value);
            return DivergingColors.mixed(level << 16 | level << 8 | level, value < 0 ? NEGATIVE : POSITIVE, opacity);
        });
    }

    /** The picture itself, as the network saw it. */
    public static BufferedImage picture(RgbImage picture, int zoom) {
        return Zoom.draw(picture.width(), picture.height(), zoom,
                (x, y) -> picture.sample(x, y, 0) << 16 | picture.sample(x, y, 1) << 8 | picture.sample(x, y, 2));
    }
}
