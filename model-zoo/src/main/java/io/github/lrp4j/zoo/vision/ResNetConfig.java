package io.github.lrp4j.zoo.vision;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Shape of a residual network (He et al. 2016, table 1; ResNeXt: Xie et al. 2017; wide: Zagoruyko, Komodakis 2016).
 *
 * @param channels channels of the input
 * @param stemWidth channels after the first convolution (7 x 7, stride 2)
 * @param block kind of all blocks
 * @param layers number of blocks per stage; every stage but the first halves the picture
 * @param widths per stage, the width from which those of its convolutions follow
 * @param expansion output channels of a block per width; 1 for basic blocks
 * @param groups groups of the 3 x 3 convolution of a bottleneck
 * @param widthPerGroup width of a group, in 64ths of the stage's width (torchvision's {@code width_per_group})
 * @param classes width of the last layer
 * @param striding where pictures are halved
 */
public record ResNetConfig(int channels, int stemWidth, Block block, List<Integer> layers, List<Integer> widths,
        int expansion, int groups, int widthPerGroup, int classes, Striding striding) {
    /** Kind of block. */
    public enum Block {
        /** Two 3 x 3 convolutions. */
        BASIC,
        /** Convolutions of 1 x 1, 3 x 3 (with the stride) and 1 x 1. */
        BOTTLENECK
    }

    /**
     * Where pictures are halved, which has no trace in the weights.
     *
     * @param firstStage whether the first stage halves them too ({@code downsample_in_first_stage} at Hugging Face)
     * @param firstConvolution whether the stride of a bottleneck is in its first convolution, as in the paper, rather than
     *     in its 3 x 3 one ({@code downsample_in_bottleneck} at Hugging Face)
     */
    public record Striding(boolean firstStage, boolean firstConvolution) {
        /** Neither, as at torchvision and timm. */
        public static final Striding USUAL = new Striding(false, false);
    }

    /** A shape of the usual {@link Striding}. */
    public ResNetConfig(int channels, int stemWidth, Block block, List<Integer> layers, List<Integer> widths,
            int expansion, int groups, int widthPerGroup, int classes) {
        this(channels, stemWidth, block, layers, widths, expansion, groups, widthPerGroup, classes, Striding.USUAL);
    }

    /** Checks and copies. */
    public ResNetConfig {
        layers = List.copyOf(layers);
        widths = List.copyOf(widths);
        if (layers.isEmpty() || layers.size() != widths.size() || Collections.min(layers) < 1
                || Collections.min(widths) < 1) {
            throw new IllegalArgumentException("resnet: layers " + layers + " and widths " + widths
                    + " must name the same stages, each with a block and a width");
        }
        if (channels < 1 || stemWidth < 1 || expansion < 1 || groups < 1 || widthPerGroup < 1 || classes < 1) {
            throw new IllegalArgumentException("resnet: channels " + channels + ", stem width " + stemWidth
                    + ", expansion "
                    + expansion + ", groups " + groups + ", width per group " + widthPerGroup + ", classes " + classes
                    + " must be positive");
        }
        if (block == Block.BASIC && (expansion != 1 || groups != 1 || widthPerGroup != 64)) {
            throw new IllegalArgumentException(
                    "resnet: basic blocks have expansion 1, one group and width per group 64, got "
                            + expansion + ", " + groups + ", " + widthPerGroup);
        }
    }

    private static ResNetConfig basic(int... layers) {
        return imageNet(Block.BASIC, 1, layers);
    }

    private static ResNetConfig bottleneck(int... layers) {
        return imageNet(Block.BOTTLENECK, 4, layers);
    }

    private static ResNetConfig imageNet(Block block, int expansion, int... layers) {
        List<Integer> counts = Arrays.stream(layers).boxed().toList();
        return new ResNetConfig(3, 64, block, counts, List.of(64, 128, 256, 512), expansion, 1, 64, 1000);
    }

    /** 18 layers of basic blocks. */
    public static ResNetConfig resNet18() {
        return basic(2, 2, 2, 2);
    }

    /** 34 layers of basic blocks. */
    public static ResNetConfig resNet34() {
        return basic(3, 4, 6, 3);
    }

    /** 50 layers of bottlenecks. */
    public static ResNetConfig resNet50() {
        return bottleneck(3, 4, 6, 3);
    }

    /** 101 layers of bottlenecks. */
    public static ResNetConfig resNet101() {
        return bottleneck(3, 4, 23, 3);
    }

    /** 152 layers of bottlenecks. */
    public static ResNetConfig resNet152() {
        return bottleneck(3, 8, 36, 3);
    }

    /** This shape with grouped convolutions: {@code resNet50().withGroups(32, 4)} is ResNeXt-50 32x4d. */
    public ResNetConfig withGroups(int count, int width) {
        return new ResNetConfig(channels, stemWidth, block, layers, widths, expansion, count, width, classes,
                striding);
    }

    /** This shape with another last layer. */
    public ResNetConfig withClasses(int count) {
        return new ResNetConfig(channels, stemWidth, block, layers, widths, expansion, groups, widthPerGroup, count,
                striding);
    }

    /** This shape with pictures halved elsewhere. */
    public ResNetConfig with(Striding other) {
        return new ResNetConfig(channels, stemWidth, block, layers, widths, expansion, groups, widthPerGroup, classes,
                other);
    }

    /** Stride of a block. */
    int stride(int stage, int index) {
        return index == 0 && (stage > 0 || striding.firstStage()) ? 2 : 1;
    }

    /** Channels inside the blocks of a stage. */
    int innerWidth(int stage) {
        return block == Block.BASIC ? widths.get(stage) : groups * (int) (widths.get(stage) * (widthPerGroup / 64.0));
    }

    /** Channels that the blocks of a stage put out. */
    int outputWidth(int stage) {
        return widths.get(stage) * expansion;
    }
}
