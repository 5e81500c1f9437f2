package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.AdaptiveAvgPool2d;
import io.github.lrp4j.zoo.layer.BatchNorm2d;
import io.github.lrp4j.zoo.layer.Conv2d;
import io.github.lrp4j.zoo.layer.Dropout;
import io.github.lrp4j.zoo.layer.Flatten;
import io.github.lrp4j.zoo.layer.Layer;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.SamePad2d;
import io.github.lrp4j.zoo.layer.Sequential;
import io.github.lrp4j.zoo.layer.Silu;
import io.github.lrp4j.zoo.layer.Skip;
import io.github.lrp4j.zoo.layer.SqueezeExcitation;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Block;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Stage;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;

/**
 * {@code logits = classifier(flatten(avgpool(features(x))))}: EfficientNetV2 (Tan, Le 2021), with torchvision's modules.
 *
 * <p>{@code features.0} is the stem (3 x 3, stride 2), {@code features.S.B.block} are the blocks of stage S, the last of
 * {@code features} is a 1 x 1 convolution; every convolution is followed by batch norm and, but for those that
 * end a block, SiLU. {@code classifier.1} is the linear layer. timm's keys are read as well, see {@link
 * EfficientNetV2Names}; its networks from TensorFlow pad otherwise, see {@link EfficientNetV2Config#fromTensorFlow}.
 */
public final class EfficientNetV2 {
    private EfficientNetV2() {
    }

    /**
     * An EfficientNetV2 of this shape.
     *
     * @param stored under torchvision's or timm's keys
     * @throws io.github.lrp4j.zoo.weights.WeightsException if they do not fit
     */
    public static Network of(String name, ModelFacts facts, EfficientNetV2Config config, Weights stored) {
        Weights weights = EfficientNetV2Names.toTorchvision(stored);
        Weights features = weights.pp("features");
        Sequential.Builder builder = new Sequential.Builder();
        int width = config.stages().get(0).in();
        builder.add(unit(config, features.pp(0), config.channels(), width, 3, 2, 1, true));
        for (Stage stage : config.stages()) {
            builder.add(stage(config, stage, features.pp(builder.size())));
            width = stage.out();
        }
        builder.add(unit(config, features.pp(builder.size()), width, config.lastChannels(), 1, 1, 1, true));
        Sequential layers = new Sequential.Builder().add("features", builder.build())
                .add("avgpool", new AdaptiveAvgPool2d(1, 1)).add("", new Flatten())
                .add("classifier", new Sequential.Builder().add(new Dropout(config.dropout()))
                        .add(Linear.of(weights.pp("classifier").pp(1), config.lastChannels(), config.classes(),
                                Initial.LECUN_NORMAL))
                        .build())
                .build();
        weights.requireFit(name);
        return new Network(name, facts, layers);
    }

    /**
     * The shape that these weights have, see {@link EfficientNetV2Inference}; under timm's keys, {@linkplain
     * EfficientNetV2Config#fromTensorFlow from TensorFlow}.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of such a network
     */
    public static EfficientNetV2Config configOf(Weights weights) {
        EfficientNetV2Config config = EfficientNetV2Inference.config(EfficientNetV2Names.toTorchvision(weights));
        return EfficientNetV2Names.isTimm(weights) ? config.fromTensorFlow() : config;
    }

    /**
     * An EfficientNetV2 of the shape that its weights have, see {@link #configOf}; facts as for {@link
     * Vgg#fromWeights}.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of such a network
     */
    public static Network fromWeights(String name, Weights weights) {
        EfficientNetV2Config config = configOf(weights);
        return of(name, VisionFacts.of(weights, config.channels(), config.classes()), config, weights);
    }

    private static Sequential stage(EfficientNetV2Config config, Stage stage, Weights weights) {
        Sequential.Builder blocks = new Sequential.Builder();
        for (int b = 0; b < stage.layers(); b++) {
            int in = b == 0 ? stage.in() : stage.out();
            int stride = b == 0 ? stage.stride() : 1;
            Sequential block = new Sequential.Builder()
                    .add("block", block(config, stage, in, stride, weights.pp(b).pp("block"))).build();
            Layer layer = stride == 1 && in == stage.out() ? new Skip(block) : block;
            blocks.add(layer);
        }
        return blocks.build();
    }

    private static Sequential block(EfficientNetV2Config config, Stage stage, int in, int stride,
            Weights weights) {
        Sequential.Builder block = new Sequential.Builder();
        int inner = stage.inner(in);
        if (stage.block() == Block.FUSED) {
            if (inner == in) {
                return block.add(unit(config, weights.pp(0), in, stage.out(), stage.kernel(), stride, 1, true)).build();
            }
            block.add(unit(config, weights.pp(0), in, inner, stage.kernel(), stride, 1, true));
        } else {
            if (inner != in) {
                block.add(unit(config, weights.pp(0), in, inner, 1, 1, 1, true));
            }
            block.add(unit(config, weights.pp(block.size()), inner, inner, stage.kernel(), stride, inner, true));
            block.add(SqueezeExcitation.of(weights.pp(block.size()), inner, Math.max(1, in / 4)));
        }
        return block.add(unit(config, weights.pp(block.size()), inner, stage.out(), 1, 1, 1, false)).build();
    }

    /** Convolution, batch norm and, if wanted, SiLU, numbered together. */
    private static Sequential unit(EfficientNetV2Config config, Weights weights, int in, int out, int kernel,
            int stride, int groups, boolean activation) {
        boolean same = config.samePadding() && stride > 1;
        int padding = same ? 0 : (kernel - 1) / 2;
        ConvSpec spec = new ConvSpec(List.of(stride, stride), List.of(padding, padding), List.of(1, 1), groups);
        Sequential.Builder unit = new Sequential.Builder();
        if (same) {
            unit.add("", new SamePad2d(kernel, stride));
        }
        unit.add("0", Conv2d.of(weights.pp(0), in, out, kernel, spec, false))
                .add("1", BatchNorm2d.of(weights.pp(1), out, config.eps()));
        return (activation ? unit.add("2", new Silu()) : unit).build();
    }
}
