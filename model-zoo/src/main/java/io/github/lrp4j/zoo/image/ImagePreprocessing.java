package io.github.lrp4j.zoo.image;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/**
 * {@code x[0, c, i, j] = (frame(j, i)_c / 255 - mean_c) / deviation_c}: a picture as a network wants it.
 *
 * <p>The frame is the picture resized so that its shorter side, or each of its sides, is {@code resize} and then cropped to
 * the central square of {@code size}; a smaller one is padded with black. How, says the {@link Framing}. Sizes, rounding
 * and samples are those of torchvision's {@code Resize} and {@code CenterCrop} on PIL pictures, or Hugging Face's. What
 * remains different is outside of this class: JPEG decoders differ by a level or two (see {@link ImageFile}).
 *
 * @param resize length of the shorter side, or of both, after resizing
 * @param size height and width of the result
 * @param mean per channel, in units of 0 .. 1; one entry for grey input, three for red, green, blue
 * @param deviation per channel, in units of 0 .. 1
 * @param framing how a picture becomes a square
 */
public record ImagePreprocessing(int resize, int size, List<Double> mean, List<Double> deviation, Framing framing) {
    private static final int LARGEST_SIZE = 8192;

    /** Checks and copies. */
    public ImagePreprocessing {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (resize < 1 || resize > LARGEST_SIZE || size < 1 || size > LARGEST_SIZE) {
            throw new IllegalArgumentException(
                    "preprocessing: sizes must lie between 1 and " + LARGEST_SIZE + ", resize "
                            + resize + ", size " + size);
        }
        if ((mean.size() != 1 && mean.size() != 3) || deviation.size() != mean.size()) {
            throw new IllegalArgumentException(
                    "preprocessing: one or three channels, mean " + mean + ", deviation " + deviation);
        }
        for (double d : deviation) {
            if (!(d > 0)) {
                throw new IllegalArgumentException("preprocessing: deviations must be positive, got " + deviation);
            }
        }
    }

    /** With torchvision's usual {@link Framing}: bilinear, the shorter side. */
    public ImagePreprocessing(int resize, int size, List<Double> mean, List<Double> deviation) {
        this(resize, size, mean, deviation, Framing.TORCHVISION);
    }

    /** What networks trained on ImageNet want: 256, 224, and the mean and deviation of its pictures. */
    public static ImagePreprocessing imageNet() {
        return new ImagePreprocessing(256, 224, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    }

    /** The same normalisation for squares of {@code newSize}; what is resized grows in proportion. */
    public ImagePreprocessing withSize(int newSize) {
        return new ImagePreprocessing(Math.toIntExact(Math.round((double) resize * newSize / size)), newSize, mean,
                deviation, framing);
    }

    /** The same with another framing. */
    public ImagePreprocessing with(Framing other) {
        return new ImagePreprocessing(resize, size, mean, deviation, other);
    }

    /** Number of channels: 1 (luma) or 3. */
    public int channels() {
        return mean.size();
    }

    /** The picture as float32 {@code [1, C, size, size]}. */
    public Tensor apply(RgbImage image) {
        return normalized(frame(image));
    }

    /** The part of the picture that the network sees, resized and cropped, {@code size x size}. */
    public RgbImage frame(RgbImage image) {
        long shorter = Math.min(image.width(), image.height());
        long longer = Math.max(image.width(), image.height());
        boolean squeezed = framing.fit() == Framing.Fit.BOTH_SIDES;
        long stretched = squeezed ? resize : (long) ((double) resize * longer / shorter);
        long width = image.width() <= image.height() ? resize : stretched;
        long height = image.width() <= image.height() ? stretched : resize;
        int seenWidth = (int) Math.min(width, size);
        int seenHeight = (int) Math.min(height, size);
        RgbImage seen = PictureResize.window(image, framing.filter(), width, height, start(width), start(height),
                seenWidth, seenHeight);
        return seenWidth == size && seenHeight == size ? seen : padded(seen);
    }

    /** First cell of a central window. */
    private long start(long length) {
        if (length <= size) {
            return 0;
        }
        return framing.crop() == Framing.Crop.FLOORED ? (length - size) / 2 : (long) Math.rint((length - size) / 2.0);
    }

    private RgbImage padded(RgbImage seen) {
        byte[] samples = new byte[3 * size * size];
        int left = (size - seen.width()) / 2;
        int top = (size - seen.height()) / 2;
        for (int y = 0; y < seen.height(); y++) {
            System.arraycopy(seen.samples(), 3 * y * seen.width(), samples, 3 * ((top + y) * size + left),
                    3 * seen.width());
        }
        return RgbImage.of(size, size, samples);
    }

    /** A picture of any size, neither resized nor cropped, as float32 {@code [1, C, height, width]}. */
    public Tensor normalized(RgbImage image) {
        int plane = image.width() * image.height();
        float[] values = new float[channels() * plane];
        for (int c = 0; c < channels(); c++) {
            float[] levels = levels(c);
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    int level = channels() == 1 ? image.luma(x, y) : image.sample(x, y, c);
                    values[c * plane + y * image.width() + x] = levels[level];
                }
            }
        }
        return Tensor.of(values, 1, channels(), image.height(), image.width());
    }

    /** The input value of each of the 256 levels of a channel. */
    public float[] levels(int channel) {
        float shift = mean.get(channel).floatValue();
        float scale = deviation.get(channel).floatValue();
        float[] values = new float[256];
        for (int level = 0; level < values.length; level++) {
            values[level] = (level / 255f - shift) / scale;
        }
        return values;
    }

    /** The input of a black picture, {@code [1, C, 1, 1]}: the least value that a sample can have. */
    public Tensor lowest() {
        return extreme(0);
    }

    /** The input of a white picture, {@code [1, C, 1, 1]}: the largest value that a sample can have. */
    public Tensor highest() {
        return extreme(255);
    }

    private Tensor extreme(int level) {
        float[] values = new float[channels()];
        for (int c = 0; c < values.length; c++) {
            values[c] = levels(c)[level];
        }
        return Tensor.of(values, 1, values.length, 1, 1);
    }

    /** Pictures {@code [1, C, H, W]} as {@code [N, C, H, W]}. */
    public static Tensor stacked(List<Tensor> pictures) {
        if (pictures.size() == 1) {
            return pictures.getFirst();
        }
        int size = Math.toIntExact(pictures.getFirst().elements());
        float[] values = new float[pictures.size() * size];
        for (int n = 0; n < pictures.size(); n++) {
            System.arraycopy(pictures.get(n).toFloatArray(), 0, values, n * size, size);
        }
        Shape shape = pictures.getFirst().shape();
        return Tensor.of(values, shape.with(0, pictures.size()));
    }
}
