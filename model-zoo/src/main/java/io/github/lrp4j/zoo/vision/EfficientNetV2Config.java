package io.github.lrp4j.zoo.vision;

import java.util.List;

/**
 * Shape of an EfficientNetV2 (Tan, Le 2021, table 4).
 *
 * @param channels channels of the input
 * @param stages the stages in order; the first one's input is the width of the stem
 * @param lastChannels width of the last convolution
 * @param classes width of the last layer
 * @param dropout probability of a pooled value to be dropped in training
 * @param eps of the batch norms: 1e-3 at torchvision and in the networks that timm has from TensorFlow
 * @param samePadding whether strided convolutions pad as TensorFlow does ({@link
 *     io.github.lrp4j.zoo.layer.SamePad2d}) rather than evenly
 */
public record EfficientNetV2Config(int channels, List<Stage> stages, int lastChannels, int classes, double dropout,
        double eps, boolean samePadding) {
    /** Kind of block. */
    public enum Block {
        /** One 3 x 3 convolution to the expanded width and a 1 x 1 convolution back. */
        FUSED,
        /** 1 x 1 convolution, depthwise convolution, squeeze and excitation, 1 x 1 convolution. */
        INVERTED
    }

    /**
     * Blocks of one width; only the first of them strides and changes the width.
     *
     * @param block kind of block
     * @param expansion width inside the blocks per input channel
     * @param kernel size of the spatial convolution
     * @param stride of the first block
     * @param in input channels
     * @param out output channels
     * @param layers number of blocks
     */
    public record Stage(Block block, int expansion, int kernel, int stride, int in, int out, int layers) {
        /** Channels inside a block with {@code input} channels: a multiple of 8 near {@code input * expansion}. */
        int inner(int input) {
            int wanted = input * expansion;
            int rounded = Math.max(8, (wanted + 4) / 8 * 8);
            return rounded < 0.9 * wanted ? rounded + 8 : rounded;
        }
    }

    /** A shape as at torchvision: eps 1e-3, even padding. */
    public EfficientNetV2Config(int channels, List<Stage> stages, int lastChannels, int classes, double dropout) {
        this(channels, stages, lastChannels, classes, dropout, 1e-3, false);
    }

    /** Checks and copies. */
    public EfficientNetV2Config {
        stages = List.copyOf(stages);
        if (stages.isEmpty() || channels < 1 || lastChannels < 1 || classes < 1) {
            throw new IllegalArgumentException("efficientnet_v2: channels " + channels + ", last channels "
                    + lastChannels + ", classes " + classes + " and the number of stages " + stages.size()
                    + " must be positive");
        }
        int width = stages.get(0).in();
        for (Stage stage : stages) {
            if (stage.in() != width || Math.min(Math.min(stage.in(), stage.out()), stage.layers()) < 1
                    || stage.expansion() < 1 || stage.kernel() % 2 != 1 || stage.stride() < 1) {
                throw new IllegalArgumentException("efficientnet_v2: " + stage + " does not follow on a width of "
                        + width + ", or has a size that is not positive, or an even kernel");
            }
            width = stage.out();
        }
    }

    private static Stage fused(int expansion, int stride, int in, int out, int layers) {
        return new Stage(Block.FUSED, expansion, 3, stride, in, out, layers);
    }

    private static Stage inverted(int expansion, int stride, int in, int out, int layers) {
        return new Stage(Block.INVERTED, expansion, 3, stride, in, out, layers);
    }

    /** The small one, 21.5 million parameters. */
    public static EfficientNetV2Config small() {
        return new EfficientNetV2Config(3, List.of(fused(1, 1, 24, 24, 2), fused(4, 2, 24, 48, 4),
                fused(4, 2, 48, 64, 4), inverted(4, 2, 64, 128, 6), inverted(6, 1, 128, 160, 9),
                inverted(6, 2, 160, 256, 15)), 1280, 1000, 0.2);
    }

    /** The medium one, 54.1 million parameters. */
    public static EfficientNetV2Config medium() {
        return new EfficientNetV2Config(3, List.of(fused(1, 1, 24, 24, 3), fused(4, 2, 24, 48, 5),
                fused(4, 2, 48, 80, 5), inverted(4, 2, 80, 160, 7), inverted(6, 1, 160, 176, 14),
                inverted(6, 2, 176, 304, 18), inverted(6, 1, 304, 512, 5)), 1280, 1000, 0.3);
    }

    /** The large one, 118.5 million parameters. */
    public static EfficientNetV2Config large() {
        return new EfficientNetV2Config(3, List.of(fused(1, 1, 32, 32, 4), fused(4, 2, 32, 64, 7),
                fused(4, 2, 64, 96, 7), inverted(4, 2, 96, 192, 10), inverted(6, 1, 192, 224, 19),
                inverted(6, 2, 224, 384, 25), inverted(6, 1, 384, 640, 7)), 1280, 1000, 0.4);
    }

    /** This shape with another last layer. */
    public EfficientNetV2Config withClasses(int count) {
        return new EfficientNetV2Config(channels, stages, lastChannels, count, dropout, eps, samePadding);
    }

    /** This shape as timm has it from TensorFlow, {@code tf_efficientnetv2_*}: eps 1e-3, TensorFlow's padding. */
    public EfficientNetV2Config fromTensorFlow() {
        return new EfficientNetV2Config(channels, stages, lastChannels, classes, dropout, 1e-3, true);
    }

    /** This shape with another epsilon in its batch norms. */
    public EfficientNetV2Config withEps(double other) {
        return new EfficientNetV2Config(channels, stages, lastChannels, classes, dropout, other, samePadding);
    }
}
