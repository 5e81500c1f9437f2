package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.zoo.layer.Gelu;
import io.github.lrp4j.zoo.layer.GeluTanh;
import io.github.lrp4j.zoo.layer.Layer;
import io.github.lrp4j.zoo.layer.Relu;
import io.github.lrp4j.zoo.layer.Silu;
import io.github.lrp4j.zoo.layer.TokenPooling;

/**
 * Shape of a vision transformer (Dosovitskiy et al., arXiv 2010.11929, table 1).
 *
 * @param channels channels of the input
 * @param image height and width of the input
 * @param patch height and width of a patch, a divisor of {@code image}
 * @param layers number of encoder layers
 * @param heads number of attention heads, a divisor of {@code width}
 * @param width of a token
 * @param mlp width of the hidden layer of each MLP
 * @param eps of the layer norms: 1e-6 at torchvision and timm, 1e-12 at Hugging Face
 * @param classToken whether there is a class token
 * @param pooling which vector the head reads
 * @param representation width of a tanh layer before the head, 0 for none
 * @param classes width of the head
 * @param variant what few networks do otherwise
 */
public record VitConfig(int channels, int image, int patch, int layers, int heads, int width, int mlp, double eps,
        boolean classToken, TokenPooling.Form pooling, int representation, int classes, Variant variant) {
    /** The most patches per side: the attention among more, {@code (grid^2 + 1)^2} numbers, is too long for an array. */
    public static final int LARGEST_GRID = 215;

    /** What an MLP has between its layers. */
    public enum Activation {
        /** {@link Gelu}. */
        GELU,
        /** {@link GeluTanh}. */
        GELU_TANH,
        /** {@link Relu}. */
        RELU,
        /** {@link Silu}. */
        SILU;

        Layer layer() {
            return switch (this) {
                case GELU -> new Gelu();
                case GELU_TANH -> new GeluTanh();
                case RELU -> new Relu();
                case SILU -> new Silu();
            };
        }
    }

    /**
     * What few networks do otherwise.
     *
     * @param activation what an MLP has between its layers
     * @param queryBias whether queries, keys and values have a bias
     * @param normBeforeMean whether the last norm stands before the mean over tokens; matters only where there is one
     */
    public record Variant(Activation activation, boolean queryBias, boolean normBeforeMean) {
        /** GELU, with bias, the norm behind the mean. */
        public static final Variant USUAL = new Variant(Activation.GELU, true, false);
    }

    /** A shape of the usual {@link Variant}. */
    public VitConfig(int channels, int image, int patch, int layers, int heads, int width, int mlp, double eps,
            boolean classToken, TokenPooling.Form pooling, int representation, int classes) {
        this(channels, image, patch, layers, heads, width, mlp, eps, classToken, pooling, representation, classes,
                Variant.USUAL);
    }

    /** Checks. */
    public VitConfig {
        boolean positive = channels > 0 && patch > 0 && layers > 0 && heads > 0 && width > 0 && mlp > 0 && classes > 0
                && representation >= 0;
        if (!positive || image < patch || image % patch != 0 || width % heads != 0) {
            throw new IllegalArgumentException("vit: sizes must be positive, patches must divide the picture and heads "
                    + "the width: channels " + channels + ", picture " + image + ", patch " + patch + ", layers "
                    + layers + ", heads " + heads + ", width " + width + ", mlp " + mlp + ", classes " + classes);
        }
        if (image / patch > LARGEST_GRID) {
            throw new IllegalArgumentException("vit: a picture of " + image + " has " + image / patch
                    + " patches per side, of which there can be " + LARGEST_GRID + "; take larger patches");
        }
        if (classToken == (pooling == TokenPooling.Form.MEAN)) {
            throw new IllegalArgumentException("vit: " + (classToken ? "with" : "without")
                    + " a class token the head cannot read " + pooling);
        }
    }

    private static VitConfig imageNet(int patch, int layers, int heads, int width) {
        return new VitConfig(3, 224, patch, layers, heads, width, 4 * width, 1e-6, true,
                TokenPooling.Form.CLASS_TOKEN, 0, 1000);
    }

    /** Base, with patches of this size: 16 or 32. */
    public static VitConfig base(int patch) {
        return imageNet(patch, 12, 12, 768);
    }

    /** Large, with patches of this size: 16 or 32. */
    public static VitConfig large(int patch) {
        return imageNet(patch, 24, 16, 1024);
    }

    /** Huge, with patches of this size: 14. */
    public static VitConfig huge(int patch) {
        return imageNet(patch, 32, 16, 1280);
    }

    /** This shape for pictures of another size. */
    public VitConfig withImage(int size) {
        return new VitConfig(channels, size, patch, layers, heads, width, mlp, eps, classToken, pooling,
                representation, classes, variant);
    }

    /** This shape with another head. */
    public VitConfig withClasses(int count) {
        return new VitConfig(channels, image, patch, layers, heads, width, mlp, eps, classToken, pooling,
                representation, count, variant);
    }

    /** This shape with the mean of the tokens instead of the class token's. */
    public VitConfig withMeanPooling() {
        return new VitConfig(channels, image, patch, layers, heads, width, mlp, eps, classToken,
                classToken ? TokenPooling.Form.MEAN_OF_OTHERS : TokenPooling.Form.MEAN, representation, classes,
                variant);
    }

    /** This shape with another vector that the head reads. */
    public VitConfig with(TokenPooling.Form other) {
        return new VitConfig(channels, image, patch, layers, heads, width, mlp, eps, classToken, other,
                representation, classes, variant);
    }

    /** This shape with another number of heads, which has no trace in the weights. */
    public VitConfig withHeads(int count) {
        return new VitConfig(channels, image, patch, layers, count, width, mlp, eps, classToken, pooling,
                representation, classes, variant);
    }

    /** This shape with another epsilon in its layer norms, which has no trace in the weights. */
    public VitConfig withEps(double other) {
        return new VitConfig(channels, image, patch, layers, heads, width, mlp, other, classToken, pooling,
                representation, classes, variant);
    }

    /** This shape in another variant. */
    public VitConfig with(Variant other) {
        return new VitConfig(channels, image, patch, layers, heads, width, mlp, eps, classToken, pooling,
                representation, classes, other);
    }

    /** Patches per side. */
    public int grid() {
        return image / patch;
    }

    /** Length of the sequence. */
    public int tokens() {
        return grid() * grid() + (classToken ? 1 : 0);
    }
}
