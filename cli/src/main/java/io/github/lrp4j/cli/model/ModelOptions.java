package io.github.lrp4j.cli.model;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that choose a network. */
public final class ModelOptions {
    private static final Pattern PICKLED = Pattern.compile(".*\\.(pth|pt|bin|ckpt|pkl|tar)");
    private static final long INITIAL_SEED = 1;

    @Option(names = "--model", paramLabel = "NAME",
            description = "The architecture: vgg11 .. vgg19, with _bn for batch norm, resnet18 .. resnet152, or vgg"
                    + " / resnet for any of the family, in the shape of its weights. Default: a small VGG for"
                    + " Fashion-MNIST that comes with lrp4j.")
    private String model;

    @Option(names = "--weights", paramLabel = "FILE|DIR",
            description = "Its weights: a safetensors file, or a directory with model.safetensors or an index of"
                    + " several.")
    private Path weights;

    @Option(names = "--labels", paramLabel = "FILE",
            description = "Class names: one a line, or JSON. Default: the model's own.")
    private Path labels;

    @Option(names = "--no-fold",
            description = "Leave batch norms as they are, instead of folding them into the convolutions"
                    + " before them, which relevance needs to be well-conditioned.")
    private boolean keepBatchNorm;

    /** Whether the model is the one that comes with lrp4j. */
    public boolean isEmbedded() {
        return model == null;
    }

    /** The network with trained weights. */
    public LoadedModel trained() throws IOException {
        if (model != null && weights == null) {
            requireKnown();
            throw UserError
                    .usage("--model " + model + " needs --weights FILE|DIR: " + model + "'s weights as safetensors");
        }
        return load();
    }

    /** The network with the weights given, or else with initial ones. */
    public LoadedModel trainedOrInitial() throws IOException {
        return load();
    }

    private LoadedModel load() throws IOException {
        if (model == null) {
            if (weights != null) {
                throw UserError.usage("--weights needs --model: which architecture these weights are for");
            }
            return finished(EmbeddedModel.load(), "embedded");
        }
        requireKnown();
        if (weights == null) {
            return finished(VisionModels.load(model, Weights.initialized(new SplittableRandom(INITIAL_SEED))),
                    "initial, not trained");
        }
        requireSafetensors();
        return finished(VisionModels.load(model, Weights.open(weights)), weights.toString());
    }

    private void requireKnown() {
        if (!VisionModels.names().contains(model)) {
            throw UserError.usage("unknown model '" + model + "'; known: " + String.join(", ", VisionModels.names()));
        }
    }

    private void requireSafetensors() {
        if (!Files.exists(weights)) {
            throw UserError.input(weights + ": no such file or directory", null);
        }
        String name = String.valueOf(weights.getFileName()).toLowerCase(Locale.ROOT);
        if (Files.isRegularFile(weights) && PICKLED.matcher(name).matches()) {
            String target = name.substring(0, name.lastIndexOf('.')) + ".safetensors";
            throw UserError.input(weights
                    + ": pickled PyTorch weights are not read, since unpickling runs code; convert them"
                    + " once: python -c \"import torch, safetensors.torch as s; s.save_file({k: v.contiguous() for k, v"
                    + " in torch.load('" + weights + "', map_location='cpu', weights_only=True).items()}, '" + target
                    + "')\"", null);
        }
    }

    private LoadedModel finished(Network network, String source) {
        Network named = network;
        if (labels != null) {
            ModelFacts facts = network.facts();
            named = network.withFacts(network.name(),
                    new ModelFacts(facts.preprocessing(), Labels.read(labels, facts.classes().size())));
        }
        if (keepBatchNorm || named.buffers().isEmpty()) {
            return new LoadedModel(named, source, false);
        }
        return new LoadedModel(BatchNormFolding.fold(named), source, true);
    }
}
