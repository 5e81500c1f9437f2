package io.github.lrp4j.zoo.image;

/**
 * A picture of 8-bit red, green and blue samples, row by row from the top, interleaved:
 * {@code samples[3 (y width + x) + c]}.
 *
 * <p>Immutable. A grey picture has three equal channels.
 */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] samples;

    private RgbImage(int width, int height, byte[] samples) {
        this.width = width;
        this.height = height;
        this.samples = samples;
    }

    /** A picture over {@code samples}, which are not copied and must not change any more. */
    public static RgbImage of(int width, int height, byte[] samples) {
        if (width < 1 || height < 1 || samples.length != 3L * width * height) {
            throw new IllegalArgumentException("a picture of " + width + " x " + height + " has " + 3L * width * height
                    + " samples, got " + samples.length);
        }
        return new RgbImage(width, height, samples);
    }

    /** A grey picture from one unsigned byte per pixel. */
    public static RgbImage ofGray(int width, int height, byte[] levels) {
        byte[] samples = new byte[3 * levels.length];
        for (int i = 0; i < levels.length; i++) {
            samples[3 * i] = levels[i];
            samples[3 * i + 1] = levels[i];
            samples[3 * i + 2] = levels[i];
        }
        return of(width, height, samples);
    }

    /** Pixels per row. */
    public int width() {
        return width;
    }

    /** Number of rows. */
    public int height() {
        return height;
    }

    /** Channel {@code c} (0 red, 1 green, 2 blue) of a pixel, 0 to 255. */
    public int sample(int x, int y, int c) {
        return samples[3 * (y * width + x) + c] & 0xff;
    }

    /**
     * Luma of a pixel, 0 to 255: {@code (19595 r + 38470 g + 7471 b + 2^15) / 2^16}, the ITU-R 601-2 weights as PIL
     * rounds them. A grey pixel keeps its level.
     */
    public int luma(int x, int y) {
        return (19595 * sample(x, y, 0) + 38470 * sample(x, y, 1) + 7471 * sample(x, y, 2) + 0x8000) >> 16;
    }

    /** The backing samples: reading only. */
    byte[] samples() {
        return samples;
    }
}
