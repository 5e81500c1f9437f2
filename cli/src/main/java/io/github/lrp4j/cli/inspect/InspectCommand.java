package io.github.lrp4j.cli.inspect;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.Json;
import io.github.lrp4j.cli.console.OutputOptions;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.KernelChoice;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.cli.model.ModelOptions;
import io.github.lrp4j.cli.model.RulePresets;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.TokenBatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lrp4j inspect}: a network's graph and its Promises. */
@Command(name = "inspect",
        description = "Show a model's graph in the paper's terms: nodes, Promises, rules.",
        footer = {
            "",
            "A network without --weights gets initial ones: the graph does not depend on them. Where the paper has the"
                    + " network, its values stand beside ours; it counts the graph as published, without folding.",
            "",
            "Examples:",
            "  lrp4j inspect",
            "  lrp4j inspect --model vgg16",
            "  lrp4j inspect --model resnet50 --no-fold --audit",
            "  lrp4j inspect --model hf:deepset/roberta-base-squad2 --tokens 384",
            "  lrp4j inspect --model resnet18 --rules epsilon-plus --json"})
public final class InspectCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model;

    @Option(names = "--rules", paramLabel = "PRESET",
            converter = RulePresets.Converter.class,
            completionCandidates = RulePresets.Names.class,
            defaultValue = "dynamic-lrp",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private RulePreset rules;

    @Option(names = "--audit",
            description = "Also list every node with its rule, why it has it, and its role for Promises.")
    private boolean audit;

    @Option(names = "--tokens", paramLabel = "N", defaultValue = "32",
            description = "How many tokens a model of text reads. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Option(names = "--json", description = "As JSON, the list of nodes included.")
    private boolean json;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (tokens < 1) {
            throw UserError.usage("--tokens must be at least 1, got " + tokens);
        }
        Progress progress = output.progress();
        GraphReport report = switch (model.anyOrInitial(progress)) {
            case LoadedModel network -> network(network, progress);
            case LoadedText text -> text(text, progress);
        };
        if (!output.isQuiet()) {
            PrintWriter stdout = spec.commandLine().getOut();
            stdout.print(json ? Json.text(report) : report.toText(audit));
            stdout.flush();
        }
        return ExitCode.OK;
    }

    private GraphReport network(LoadedModel loaded, Progress progress) {
        ImagePreprocessing preprocessing = loaded.network().facts().preprocessing();
        Tape tape = new Tape(KernelChoice.AUTO.kernels());
        Shape shape = Shape.of(1, preprocessing.channels(), preprocessing.size(), preprocessing.size());
        Value logits;
        try (Progress.Task _ = progress.begin("recording the graph")) {
            logits = loaded.network().forward(tape, tape.input("pixels", Tensor.zeros(DType.F32, shape)));
        }
        RelevancePlan plan = Lrp.with(rules.table(preprocessing)).plan(logits);
        return GraphReport.of(loaded, rules, shape.toList(), Graph.of(logits), plan);
    }

    private GraphReport text(LoadedText loaded, Progress progress) {
        if (loaded.model() instanceof PublishedModel.Encoder encoder && tokens > encoder.longest()) {
            throw UserError.usage("--tokens " + tokens + ": " + encoder.name() + " reads at most " + encoder.longest()
                    + " tokens");
        }
        // Which words they are makes no difference to the graph; the first of a vocabulary are special.
        long[] ids = new long[tokens];
        Arrays.fill(ids, 3);
        TokenBatch batch = TokenBatch.of(ids);
        Tape tape = new Tape(KernelChoice.AUTO.kernels());
        Value logits;
        try (Progress.Task _ = progress.begin("recording the graph")) {
            logits = switch (loaded.model()) {
                case PublishedModel.Encoder encoder -> encoder.forward(tape, batch, Pass.evaluation()).output();
                case PublishedModel.EncoderDecoder t5 -> t5.model().forward(tape, batch, Pass.evaluation()).logits();
                case PublishedModel.Pictures pictures -> throw new IllegalStateException(pictures.name());
            };
        }
        RelevancePlan plan = Lrp.with(rules.table()).plan(logits);
        return GraphReport.of(loaded, rules, List.of(1, tokens), Graph.of(logits), plan);
    }
}
