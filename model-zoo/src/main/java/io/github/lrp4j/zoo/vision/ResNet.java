package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.AdaptiveAvgPool2d;
import io.github.lrp4j.zoo.layer.BatchNorm2d;
import io.github.lrp4j.zoo.layer.Conv2d;
import io.github.lrp4j.zoo.layer.Flatten;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.MaxPool2d;
import io.github.lrp4j.zoo.layer.Relu;
import io.github.lrp4j.zoo.layer.Residual;
import io.github.lrp4j.zoo.layer.Sequential;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;

/**
 * {@code logits = fc(flatten(avgpool(layer4(layer3(layer2(layer1(maxpool(relu(bn1(conv1(x)))))))))))}: residual
 * networks (He et al. 2016), with torchvision's modules, ResNeXt and wide ones included.
 *
 * <p>{@code layerS.B} are blocks of {@code conv1, bn1, relu, conv2, bn2 ...} and {@code downsample.0, .1} where the
 * shape changes; the stride of a bottleneck is in its 3 x 3 convolution, or as {@link ResNetConfig.Striding} says. timm's
 * keys for these networks are the same; for Hugging Face's see {@link ResNetNames}.
 */
public final class ResNet {
    private ResNet() {
    }

    /**
     * A residual network of this shape.
     *
     * @param stored under torchvision's (and timm's) or Hugging Face's keys, see {@link ResNetNames}
     * @throws io.github.lrp4j.zoo.weights.WeightsException if they do not fit
     */
    public static Network of(String name, ModelFacts facts, ResNetConfig config, Weights stored) {
        Weights weights = ResNetNames.toTorchvision(stored);
        Sequential.Builder layers = new Sequential.Builder()
                .add("conv1",
                        Conv2d.of(weights.pp("conv1"), config.channels(), config.stemWidth(), 7, ConvSpec.of(2, 2, 3),
                                false))
                .add("bn1", BatchNorm2d.of(weights.pp("bn1"), config.stemWidth())).add("relu", new Relu())
                .add("maxpool", MaxPool2d.of(3, 2, 1));
        int in = config.stemWidth();
        for (int stage = 0; stage < config.layers().size(); stage++) {
            String path = "layer" + (stage + 1);
            Sequential.Builder blocks = new Sequential.Builder();
            for (int b = 0; b < config.layers().get(stage); b++) {
                blocks.add(block(config, stage, b, in, weights.pp(path).pp(b)));
                in = config.outputWidth(stage);
            }
            layers.add(path, blocks.build());
        }
        layers.add("avgpool", new AdaptiveAvgPool2d(1, 1)).add("", new Flatten()).add("fc",
                Linear.of(weights.pp("fc"), in, config.classes(), Initial.LECUN_NORMAL));
        weights.requireFit(name);
        return new Network(name, facts, layers.build());
    }

    /**
     * The shape that these weights have, under any convention's keys, see {@link ResNetInference}.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of such a network
     */
    public static ResNetConfig configOf(Weights weights) {
        return ResNetInference.config(ResNetNames.toTorchvision(weights));
    }

    /**
     * A residual network of the shape that its weights have, see {@link ResNetInference}; facts as for {@link
     * Vgg#fromWeights}.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of such a network
     */
    public static Network fromWeights(String name, Weights weights) {
        ResNetConfig config = configOf(weights);
        return of(name, VisionFacts.of(weights, config.channels(), config.classes()), config, weights);
    }

    private static Residual block(ResNetConfig config, int stage, int index, int in, Weights weights) {
        int stride = config.stride(stage, index);
        int inner = config.innerWidth(stage);
        int out = config.outputWidth(stage);
        Sequential.Builder main = new Sequential.Builder();
        switch (config.block()) {
            case BASIC -> {
                convolution(main, weights, 1, in, inner, 3, ConvSpec.of(2, stride, 1));
                main.add("relu", new Relu());
                convolution(main, weights, 2, inner, out, 3, ConvSpec.of(2, 1, 1));
            }
            case BOTTLENECK -> {
                boolean early = config.striding().firstConvolution();
                convolution(main, weights, 1, in, inner, 1, ConvSpec.of(2, early ? stride : 1, 0));
                main.add("relu", new Relu());
                int late = early ? 1 : stride;
                convolution(main, weights, 2, inner, inner, 3,
                        new ConvSpec(List.of(late, late), List.of(1, 1), List.of(1, 1), config.groups()));
                main.add("relu", new Relu());
                convolution(main, weights, 3, inner, out, 1, ConvSpec.of(2, 1, 0));
            }
        }
        Sequential.Builder shortcut = new Sequential.Builder();
        if (stride != 1 || in != out) {
            Weights downsample = weights.pp("downsample");
            shortcut.add(Conv2d.of(downsample.pp(0), in, out, 1, ConvSpec.of(2, stride, 0), false))
                    .add(BatchNorm2d.of(downsample.pp(1), out));
        }
        return new Residual(main.build(), shortcut.build());
    }

    private static void convolution(Sequential.Builder main, Weights weights, int number, int in, int out, int kernel,
            ConvSpec spec) {
        main.add("conv" + number, Conv2d.of(weights.pp("conv" + number), in, out, kernel, spec, false)).add(
                "bn" + number,
                BatchNorm2d.of(weights.pp("bn" + number), out));
    }
}
