package io.github.lrp4j.zoo.vision;

import java.util.ArrayList;
import java.util.List;

/**
 * Shape of a VGG network (Simonyan, Zisserman 2015, table 1): 3 x 3 convolutions and 2 x 2 poolings, an average pooling
 * to a fixed size, and linear layers.
 *
 * @param channels channels of the input
 * @param features the convolutions and poolings in order
 * @param batchNorm whether a batch norm follows each convolution
 * @param poolHeight rows to which the features are averaged
 * @param poolWidth columns to which the features are averaged
 * @param hidden widths of the hidden linear layers
 * @param classes width of the last layer
 * @param dropout probability of a hidden value to be dropped in training
 */
public record VggConfig(int channels, List<Step> features, boolean batchNorm, int poolHeight, int poolWidth,
        List<Integer> hidden, int classes, double dropout) {
    /** One step of the features. */
    public sealed interface Step {
    }

    /**
     * A convolution with padding 1, with its ReLU.
     *
     * @param width number of output channels
     */
    public record Conv(int width) implements Step {
    }

    /** A max pooling over 2 x 2 with stride 2. */
    public record Pool() implements Step {
    }

    /** Checks and copies. */
    public VggConfig {
        features = List.copyOf(features);
        hidden = List.copyOf(hidden);
        boolean positive = channels > 0 && poolHeight > 0 && poolWidth > 0 && classes > 0;
        for (int width : hidden) {
            positive &= width > 0;
        }
        for (Step step : features) {
            positive &= !(step instanceof Conv conv) || conv.width() > 0;
        }
        if (!positive) {
            throw new IllegalArgumentException(
                    "vgg: widths and sizes must be positive: channels " + channels + ", features "
                            + features + ", pool " + poolHeight + " x " + poolWidth + ", hidden " + hidden
                            + ", classes " + classes);
        }
    }

    /**
     * The steps that a text names, as in {@code "64 64 M 128 M"}: numbers are widths of convolutions, M is a pooling.
     *
     * @throws IllegalArgumentException naming the part that is neither
     */
    public static List<Step> steps(String text) {
        List<Step> steps = new ArrayList<>();
        for (String part : text.strip().split("\\s+", -1)) {
            if (part.equals("M")) {
                steps.add(new Pool());
            } else {
                try {
                    steps.add(new Conv(Integer.parseInt(part)));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException("vgg: " + part + " is neither a width nor M, in: " + text, e);
                }
            }
        }
        return List.copyOf(steps);
    }

    private static VggConfig imageNet(String features) {
        return new VggConfig(3, steps(features), false, 7, 7, List.of(4096, 4096), 1000, 0.5);
    }

    /** Configuration A: 8 convolutions. */
    public static VggConfig vgg11() {
        return imageNet("64 M 128 M 256 256 M 512 512 M 512 512 M");
    }

    /** Configuration B: 10 convolutions. */
    public static VggConfig vgg13() {
        return imageNet("64 64 M 128 128 M 256 256 M 512 512 M 512 512 M");
    }

    /** Configuration D: 13 convolutions. */
    public static VggConfig vgg16() {
        return imageNet("64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M");
    }

    /** Configuration E: 16 convolutions. */
    public static VggConfig vgg19() {
        return imageNet("64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M");
    }

    /** This shape with a batch norm after each convolution. */
    public VggConfig withBatchNorm() {
        return new VggConfig(channels, features, true, poolHeight, poolWidth, hidden, classes, dropout);
    }

    /** This shape with another last layer. */
    public VggConfig withClasses(int count) {
        return new VggConfig(channels, features, batchNorm, poolHeight, poolWidth, hidden, count, dropout);
    }

    /** Channels of the features. */
    public int featureWidth() {
        int width = channels;
        for (Step step : features) {
            if (step instanceof Conv conv) {
                width = conv.width();
            }
        }
        return width;
    }
}
