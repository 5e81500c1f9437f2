package io.github.lrp4j.zoo.image;

/**
 * {@code out(x) = sum_i w_i in(i)} with {@code w_i ~ filter((i + 1/2 - (x + 1/2) s) / max(s, 1))}, where
 * {@code s = in / out} is the ratio of the sizes; weights normalised to sum 1; first along rows, then along columns.
 *
 * <p>These are the filters of PIL, which torchvision, timm and Hugging Face use for pictures: when shrinking, the filter
 * widens with the ratio (antialias). As there, weights are rounded to multiples of 2^-22 and each of the two passes
 * rounds to 8 bits, so the samples are the same ones.
 *
 * <p>Only a window of the resized picture is computed, so a picture of 1 x 50,000 pixels, whose resized form would have
 * billions, costs no more than any other.
 */
final class PictureResize {
    private static final int PRECISION = 22;

    /** The taps of consecutive positions: {@code weights[p * span + i]} belongs to input {@code first[p] + i}. */
    private static final class Taps {
        final int[] first;
        final int[] count;
        final int[] weights;
        final int span;

        /** The taps of the positions {@code from .. from + length - 1} of {@code outSize}. */
        Taps(Framing.Filter filter, int inSize, long outSize, long from, int length) {
            double scale = (double) inSize / outSize;
            double stretch = Math.max(scale, 1);
            double support = filter.support() * stretch;
            span = (int) Math.ceil(support) * 2 + 1;
            first = new int[length];
            count = new int[length];
            weights = new int[Math.multiplyExact(length, span)];
            double[] raw = new double[span];
            for (int p = 0; p < length; p++) {
                double centre = (from + p + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(inSize, (int) (centre + support + 0.5));
                double total = 0;
                for (int i = low; i < high; i++) {
                    raw[i - low] = filter.weight((i - centre + 0.5) * (1 / stretch));
                    total += raw[i - low];
                }
                first[p] = low;
                count[p] = high - low;
                for (int i = 0; i < high - low; i++) {
                    double share = raw[i] / total * (1 << PRECISION);
                    weights[p * span + i] = (int) (share < 0 ? share - 0.5 : share + 0.5);
                }
            }
        }

        int low() {
            return first[0];
        }

        int high() {
            return first[first.length - 1] + count[count.length - 1];
        }
    }

    private PictureResize() {
    }

    /** The picture resized to {@code width x height}. */
    static RgbImage resize(RgbImage in, Framing.Filter filter, int width, int height) {
        return window(in, filter, width, height, 0, 0, width, height);
    }

    /**
     * The window at {@code (left, top)} of {@code width x height} pixels of the picture resized to {@code fullWidth x
     * fullHeight}.
     */
    static RgbImage window(RgbImage in, Framing.Filter filter, long fullWidth, long fullHeight, long left, long top,
            int width, int height) {
        Taps across = new Taps(filter, in.width(), fullWidth, left, width);
        Taps down = new Taps(filter, in.height(), fullHeight, top, height);
        int firstRow = down.low();
        byte[] rows = new byte[Math.multiplyExact(3 * width, down.high() - firstRow)];
        for (int y = firstRow; y < down.high(); y++) {
            resizeRow(in.samples(), 3 * y * in.width(), across, rows, 3 * (y - firstRow) * width);
        }
        byte[] out = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < 3 * width; i++) {
                int sum = 1 << (PRECISION - 1);
                for (int t = 0; t < down.count[y]; t++) {
                    sum += down.weights[y * down.span + t]
                            * (rows[(down.first[y] - firstRow + t) * 3 * width + i] & 0xff);
                }
                out[y * 3 * width + i] = rounded(sum);
            }
        }
        return RgbImage.of(width, height, out);
    }

    private static void resizeRow(byte[] in, int inStart, Taps taps, byte[] out, int outStart) {
        for (int x = 0; x < taps.first.length; x++) {
            for (int c = 0; c < 3; c++) {
                int sum = 1 << (PRECISION - 1);
                for (int t = 0; t < taps.count[x]; t++) {
                    sum += taps.weights[x * taps.span + t] * (in[inStart + 3 * (taps.first[x] + t) + c] & 0xff);
                }
                out[outStart + 3 * x + c] = rounded(sum);
            }
        }
    }

    private static byte rounded(int sum) {
        // Rounded weights may sum to a little more than 1, and a cubic filter overshoots at edges.
        return (byte) Math.clamp(sum >> PRECISION, 0, 255);
    }
}
