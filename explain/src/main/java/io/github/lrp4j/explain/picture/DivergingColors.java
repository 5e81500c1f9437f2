package io.github.lrp4j.explain.picture;

/**
 * {@code -1 -> dark blue, 0 -> white, 1 -> dark red}: colours of signed numbers.
 *
 * <p>Linear between the stops of ColorBrewer's RdBu scale (Brewer 2003), whose middle is made pure white, so that zero
 * is exactly {@code #ffffff} and equal amounts of either sign are about equally strong; red and blue stay apart for
 * colour-blind readers. Beyond -1 and 1 the ends are kept; NaN is {@link #NOT_A_NUMBER}.
 */
public final class DivergingColors {
    /** Colour of what is no number. */
    public static final int NOT_A_NUMBER = 0xffd500;

    private static final int[] POSITIVE = {0xffffff, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f};
    private static final int[] NEGATIVE = {0xffffff, 0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac, 0x053061};

    private DivergingColors() {
    }

    /** The colour of {@code value} as {@code 0xrrggbb}. */
    public static int rgb(double value) {
        if (Double.isNaN(value)) {
            return NOT_A_NUMBER;
        }
        int[] stops = value < 0 ? NEGATIVE : POSITIVE;
        double position = Math.min(1, Math.abs(value)) * (stops.length - 1);
        int below = Math.min((int) position, stops.length - 2);
        return mixed(stops[below], stops[below + 1], position - below);
    }

    /** {@code (1 - share) a + share b} per channel. */
    static int mixed(int a, int b, double share) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double channel = (1 - share) * (a >> shift & 0xff) + share * (b >> shift & 0xff);
            rgb |= (int) Math.round(channel) << shift;
        }
        return rgb;
    }

    /** The scale from -1 to 1 as the stops of a CSS gradient. */
    public static String cssStops() {
        StringBuilder stops = new StringBuilder();
        for (int i = NEGATIVE.length - 1; i > 0; i--) {
            stops.append(String.format("#%06x, ", NEGATIVE[i]));
        }
        for (int i = 0; i < POSITIVE.length; i++) {
            stops.append(String.format(i == 0 ? "#%06x" : ", #%06x", POSITIVE[i]));
        }
        return stops.toString();
    }
}
