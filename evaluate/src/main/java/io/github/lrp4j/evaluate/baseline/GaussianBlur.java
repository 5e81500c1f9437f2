package io.github.lrp4j.evaluate.baseline;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code x'[i, j] = sum_ab w_a w_b x[i + a, j + b]} with {@code w_a} proportional to {@code exp(-a^2 / (2 sigma^2))},
 * summing to 1: a separable Gaussian blur of each channel of pictures {@code [N, C, H, W]}.
 *
 * <p>Beyond an edge the picture is reflected, without repeating the edge: cell -1 is cell 1.
 *
 * @param kernel cells of the window along each side, odd
 * @param sigma standard deviation in cells
 */
public record GaussianBlur(int kernel, double sigma) implements Baseline {
    /** Checks. */
    public GaussianBlur {
        if (kernel < 1 || kernel % 2 == 0 || !(sigma > 0)) {
            throw new IllegalArgumentException(
                    "blur: kernel " + kernel + " must be odd and positive, sigma " + sigma + " positive");
        }
    }

    /**
     * The blur of 51 cells with sigma 20 for pictures of 224 cells, at the scale of pictures with {@code size} cells.
     */
    public static GaussianBlur scaledTo(int size) {
        return new GaussianBlur(2 * Math.max(1, Math.round(25 * size / 224f)) + 1, 20 * size / 224.0);
    }

    @Override
    public String name() {
        return "blur-" + kernel + "-" + sigma;
    }

    @Override
    public Tensor of(Batch batch) {
        return blurred(batch.inputs());
    }

    /** The blurred pictures; sums are taken in float64. */
    public Tensor blurred(Tensor pictures) {
        Shape shape = pictures.shape();
        if (shape.rank() != 4) {
            throw new IllegalArgumentException("blur: pictures must be [N, C, H, W], got " + shape);
        }
        int height = shape.size(2);
        int width = shape.size(3);
        double[] cells = pictures.toDoubleArray();
        double[] weights = weights();
        double[] result = new double[cells.length];
        double[] line = new double[Math.max(height, width)];
        for (int plane = 0; plane < cells.length; plane += height * width) {
            for (int row = 0; row < height; row++) {
                blur(cells, result, plane + row * width, 1, width, weights, line);
            }
            for (int column = 0; column < width; column++) {
                blur(result, result, plane + column, width, height, weights, line);
            }
        }
        return Tensor.of(result, pictures.dtype(), shape);
    }

    private double[] weights() {
        double[] weights = new double[kernel];
        double sum = 0;
        for (int k = 0; k < kernel; k++) {
            double distance = k - kernel / 2;
            weights[k] = Math.exp(-distance * distance / (2 * sigma * sigma));
            sum += weights[k];
        }
        for (int k = 0; k < kernel; k++) {
            weights[k] /= sum;
        }
        return weights;
    }

    /** One line of cells, {@code step} apart; source and result may be the same. */
    private static void blur(double[] source, double[] result, int start, int step, int size, double[] weights,
            double[] line) {
        for (int i = 0; i < size; i++) {
            line[i] = source[start + i * step];
        }
        int reach = weights.length / 2;
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * line[reflected(i + k - reach, size)];
            }
            result[start + i * step] = sum;
        }
    }

    private static int reflected(int i, int size) {
        if (i >= 0 && i < size) {
            return i;
        }
        int period = Math.max(1, 2 * (size - 1));
        int at = Math.floorMod(i, period);
        return Math.min(at, period - at) % size;
    }
}
