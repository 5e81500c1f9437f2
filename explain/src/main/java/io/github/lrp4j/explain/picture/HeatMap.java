package io.github.lrp4j.explain.picture;

import io.github.lrp4j.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * {@code v(y, x) = sum_c R[c, y, x] / s}: relevance per pixel, scaled so that most of it lies within -1 .. 1.
 *
 * <p>The scale s is the {@value #PERCENTILE}th percentile of {@code |R|} over the pixels (the largest where that
 * percentile is 0), the same for both signs; the few pixels beyond it are drawn like those at it. So one outlier does
 * not fade all others, and zero is always white.
 */
public final class HeatMap {
    /** Percentile of the absolute relevance that gets the full colour. */
    public static final double PERCENTILE = 99.5;

    private final int width;
    private final int height;
    private final double[] relevance;
    private final double scale;

    private HeatMap(int width, int height, double[] relevance) {
        this.width = width;
        this.height = height;
        this.relevance = relevance;
        this.scale = scaleOf(relevance);
    }

    /** The heat map of relevance {@code [C, H, W]}: channels are added up. */
    public static HeatMap of(Tensor relevance) {
        if (relevance.rank() != 3) {
            throw new IllegalArgumentException("heat map: relevance must be [C, H, W], got " + relevance.shape());
        }
        int height = relevance.size(1);
        int width = relevance.size(2);
        double[] cells = relevance.toDoubleArray();
        double[] sums = new double[height * width];
        for (int i = 0; i < cells.length; i++) {
            sums[i % sums.length] += cells[i];
        }
        return new HeatMap(width, height, sums);
    }

    private static double scaleOf(double[] relevance) {
        double[] sizes = Arrays.stream(relevance).map(Math::abs).filter(Double::isFinite).sorted().toArray();
        if (sizes.length == 0 || sizes[sizes.length - 1] == 0) {
            return 1;
        }
        double percentile = sizes[(int) Math.ceil(PERCENTILE / 100 * sizes.length) - 1];
        return percentile > 0 ? percentile : sizes[sizes.length - 1];
    }

    /** Pixels per row. */
    public int width() {
        return width;
    }

    /** Number of rows. */
    public int height() {
        return height;
    }

    /** The relevance that has the full colour. */
    public double scale() {
        return scale;
    }

    /** Relevance of a pixel. */
    public double relevance(int x, int y) {
        return relevance[y * width + x];
    }

    /** Relevance of a pixel on the scale, within -1 .. 1. */
    public double value(int x, int y) {
        return Math.clamp(relevance(x, y) / scale, -1, 1);
    }

    /** How many pixels have no finite relevance. */
    public long notFinite() {
        return Arrays.stream(relevance).filter(r -> !Double.isFinite(r)).count();
    }

    /** Relevance spread by a Gaussian of this deviation, in pixels, which keeps its sum; 0 changes nothing. */
    public HeatMap blurred(double deviation) {
        if (deviation <= 0) {
            return this;
        }
        double[] kernel = gaussian(deviation);
        double[] rows = spread(relevance, kernel, width, 1, height, width);
        return new HeatMap(width, height, spread(rows, kernel, height, width, width, 1));
    }

    private static double[] gaussian(double deviation) {
        int radius = (int) Math.ceil(3 * deviation);
        double[] kernel = new double[2 * radius + 1];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = Math.exp(-(i - radius) * (i - radius) / (2 * deviation * deviation));
        }
        double total = Arrays.stream(kernel).sum();
        return Arrays.stream(kernel).map(k -> k / total).toArray();
    }

    /** Each cell of each line spread along the line; what would leave the picture stays at its edge. */
    private static double[] spread(double[] from, double[] kernel, int length, int step, int lines, int lineStep) {
        int radius = kernel.length / 2;
        double[] to = new double[from.length];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < length; i++) {
                double amount = from[line * lineStep + i * step];
                if (amount != 0) {
                    for (int k = -radius; k <= radius; k++) {
                        to[line * lineStep + Math.clamp(i + k, 0, length - 1) * step] += amount * kernel[k + radius];
                    }
                }
            }
        }
        return to;
    }

    /** The map in {@link DivergingColors}, each pixel as a square of {@code zoom} pixels. */
    public BufferedImage draw(int zoom) {
        return Zoom.draw(width, height, zoom, (x, y) -> DivergingColors.rgb(value(x, y)));
    }
}
