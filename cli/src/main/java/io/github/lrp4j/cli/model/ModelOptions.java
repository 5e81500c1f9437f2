package io.github.lrp4j.cli.model;

import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.hub.HubReference;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.published.PublishedVision;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose a network. */
public final class ModelOptions {
    private static final long INITIAL_SEED = 1;

    @Option(names = "--model", paramLabel = "NAME|DIR|hf:OWNER/NAME[@REVISION]",
            description = "The architecture: vgg11 .. vgg19, with _bn for batch norm, resnet18 .. resnet152, or vgg"
                    + " / resnet for any of the family, in the shape of its weights. Or a model with its weights: a"
                    + " directory, or a repository of a hub, which is fetched once. Default: a small VGG for"
                    + " Fashion-MNIST that comes with lrp4j.")
    private String model;

    @Option(names = "--weights", paramLabel = "FILE|DIR|hf:...",
            description = "Weights for an architecture: a safetensors file, a directory with model.safetensors or an"
                    + " index of several, or a repository of a hub.")
    private String weights;

    @Mixin
    private HubOptions hub;

    @Option(names = "--labels", paramLabel = "FILE",
            description = "Class names: one a line, or JSON. Default: the model's own.")
    private Path labels;

    @Option(names = "--no-fold",
            description = "Leave batch norms as they are, instead of folding them into the convolutions"
                    + " before them, which relevance needs to be well-conditioned.")
    private boolean keepBatchNorm;

    @Option(names = "--strict",
            description = "Refuse a model of text whose files hold tensors that it has no use for.")
    private boolean strict;

    /** Whether the model is the one that comes with lrp4j. */
    public boolean isEmbedded() {
        return model == null;
    }

    /** The model with trained weights: a network of pictures, or a model of text. */
    public Loaded any(Progress progress) throws IOException {
        if (model == null || !isWithWeights() || weights != null) {
            return trained(progress);
        }
        ModelFiles files = hub.open("--model", model, progress);
        return switch (PublishedModel.load(files, strict)) {
            case PublishedModel.Pictures pictures -> finished(pictures.network(), files.name());
            case PublishedModel text -> {
                if (labels != null) {
                    throw UserError.usage("--labels: " + model + " reads texts; its classes have the names of its"
                            + " config.json");
                }
                yield new LoadedText(text, files.tokenizer(), files.name());
            }
        };
    }

    /** The network of pictures with trained weights. */
    public LoadedModel trained(Progress progress) throws IOException {
        if (model != null && weights == null && !isWithWeights()) {
            requireKnown();
            throw UserError
                    .usage("--model " + model + " needs --weights FILE|DIR: " + model + "'s weights as safetensors");
        }
        return load(progress);
    }

    /** The model with the weights given, or else a network of pictures with initial ones. */
    public Loaded anyOrInitial(Progress progress) throws IOException {
        return model == null || !isWithWeights() || weights != null ? load(progress) : any(progress);
    }

    private LoadedModel load(Progress progress) throws IOException {
        if (model == null) {
            if (weights != null) {
                throw UserError.usage("--weights needs --model: which architecture these weights are for");
            }
            return finished(EmbeddedModel.load(), "embedded");
        }
        if (isWithWeights()) {
            if (weights != null) {
                throw UserError.usage("--model " + model + " has weights of its own; --weights is for an architecture");
            }
            ModelFiles files = hub.open("--model", model, progress);
            return finished(PublishedVision.load(files), files.name());
        }
        requireKnown();
        if (weights == null) {
            return finished(VisionModels.load(model, Weights.initialized(new SplittableRandom(INITIAL_SEED))),
                    "initial, not trained");
        }
        ModelFiles files = hub.open("--weights", weights, progress);
        return finished(VisionModels.load(model, files.weights()), files.name());
    }

    /** Whether {@code --model} names files rather than an architecture; names of architectures come first. */
    private boolean isWithWeights() {
        return HubReference.isReference(model)
                || (!VisionModels.names().contains(model) && Files.exists(Path.of(model)));
    }

    private void requireKnown() {
        if (!VisionModels.names().contains(model)) {
            throw UserError.usage("unknown model '" + model + "'; known: " + String.join(", ", VisionModels.names())
                    + ", and a directory or hf:owner/name with a model");
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
