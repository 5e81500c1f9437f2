package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Convolutions of one picture, and their adjoints to the input and to the weight. */
public class ConvBench extends KernelBench {
    /** Layers of known networks. */
    public enum Layer {
        /** So small that calling costs more than computing. */
        TINY(3, 5, 7, 3, 1, 1, 1),
        /** A layer of the embedded network. */
        EMBEDDED(16, 32, 14, 3, 1, 1, 1),
        /** First convolution of VGG: few channels, many pixels. */
        VGG_CONV1_1(3, 64, 224, 3, 1, 1, 1),
        /** VGG, 64 channels at 224 pixels. */
        VGG_CONV1_2(64, 64, 224, 3, 1, 1, 1),
        /** VGG, 256 channels at 56 pixels. */
        VGG_CONV3_2(256, 256, 56, 3, 1, 1, 1),
        /** VGG, 512 channels at 14 pixels. */
        VGG_CONV5_1(512, 512, 14, 3, 1, 1, 1),
        /** The stem of ResNet: 7 x 7, stride 2. */
        RESNET_STEM(3, 64, 224, 7, 2, 3, 1),
        /** A bottleneck's 1 x 1 convolution. */
        RESNET_1X1(256, 64, 56, 1, 1, 0, 1),
        /** A 3 x 3 convolution that halves the picture. */
        RESNET_STRIDED(128, 128, 56, 3, 2, 1, 1),
        /** A 1 x 1 convolution on a skip connection that halves the picture. */
        RESNET_SKIP(256, 512, 56, 1, 2, 0, 1),
        /** The last 3 x 3 convolutions of ResNet-50. */
        RESNET_LAST(512, 512, 7, 3, 1, 1, 1),
        /** A 3 x 3 convolution of ResNeXt in 32 groups. */
        RESNEXT_GROUPED(256, 256, 28, 3, 1, 1, 32),
        /** A depthwise convolution. */
        DEPTHWISE(240, 240, 28, 3, 1, 1, 240),
        /** A depthwise convolution that halves the picture. */
        DEPTHWISE_STRIDED(144, 144, 56, 3, 2, 1, 144),
        /** The patches of ViT-B/16. */
        VIT_PATCHES(3, 768, 224, 16, 16, 0, 1);

        final int in;
        final int out;
        final int size;
        final int kernel;
        final int groups;
        final int stride;
        final int padding;

        Layer(int in, int out, int size, int kernel, int stride, int padding, int groups) {
            this.in = in;
            this.out = out;
            this.size = size;
            this.kernel = kernel;
            this.groups = groups;
            this.stride = stride;
            this.padding = padding;
        }

        ConvSpec spec() {
            return new ConvSpec(List.of(stride, stride), List.of(padding, padding), List.of(1, 1), groups);
        }

        Shape input() {
            return Shape.of(1, in, size, size);
        }

        Shape weight() {
            return Shape.of(out, in / groups, kernel, kernel);
        }

        /** Floating point operations of the convolution, and of each adjoint. */
        double flop() {
            int read = in / groups * kernel * kernel;
            return 2.0 * spec().outputShape(input(), weight()).elements() * read;
        }
    }

    /** Directions. */
    public enum Pass {
        /** The convolution. */
        FORWARD,
        /** The convolution with bias and ReLU. */
        FUSED_FORWARD,
        /** Its adjoint to the input, the work of relevance. */
        INPUT_ADJOINT,
        /** That times the input. */
        FUSED_INPUT_ADJOINT,
        /** Its adjoint to the weight, the work of training. */
        WEIGHT_ADJOINT
    }

    /** The layer. */
    @Param
    public Layer layer;

    /** The direction. */
    @Param
    public Pass pass;

    @Override
    public String toString() {
        return "conv " + layer + " " + pass;
    }

    @Override
    Work draw(Numbers numbers) {
        ConvSpec spec = layer.spec();
        Tensor x = numbers.normal(layer.input().toArray());
        Tensor w = numbers.normal(layer.weight().toArray()).durable();
        Tensor g = numbers.normal(spec.outputShape(layer.input(), layer.weight()).toArray());
        Epilogue epilogue = new Epilogue(numbers.normal(layer.out), null, UnaryFn.of(UnaryFn.Kind.RELU));
        return Work.computing(layer.flop(), switch (pass) {
            case FORWARD -> kernels -> kernels.conv(x, w, spec);
            case FUSED_FORWARD -> kernels -> kernels.fusedConv(x, w, spec, epilogue);
            case INPUT_ADJOINT -> kernels -> kernels.convInputAdjoint(g, w, x.shape(), spec);
            case FUSED_INPUT_ADJOINT -> kernels -> kernels.fusedConvInputAdjoint(g, w, x.shape(), spec, x);
            case WEIGHT_ADJOINT -> kernels -> kernels.convWeightAdjoint(g, x, w.shape(), spec);
        });
    }
}
