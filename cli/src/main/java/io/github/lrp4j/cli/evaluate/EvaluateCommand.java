package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.OutputOptions;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.ComputeOptions;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.cli.model.ModelOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lrp4j evaluate}: how faithful explanations are. */
@Command(name = "evaluate",
        description = "Measure how faithful explanations of a model are on your data, by LRP and by what people use instead.",
        footer = {
            "",
            "Pictures: what is relevant is replaced step by step, most relevant first (MoRF) and least relevant first"
                    + " (LeRF); the area between the two curves (ABPC) is large for a faithful method.",
            "Questions: whether the most relevant tokens are those of the answer that the model extracts.",
            "",
            "A run that was killed goes on where it was, with the same numbers at its end: give it the same options again.",
            "",
            "Examples:",
            "  lrp4j evaluate --data /usr/share/datasets/fashion-mnist --images 200",
            "  lrp4j evaluate --data DIR --methods dynamic-lrp,gradient,random --out faith",
            "  lrp4j evaluate --model hf:timm/vgg16.tv_in1k --data imagenette2-320 --images 1000 --batch 8",
            "  lrp4j evaluate --model hf:deepset/roberta-large-squad2 --data dev-v2.0.json --out squad",
            "",
            "Files, in --out:",
            "  results.csv, results.json  all numbers",
            "  curves-SCORE.png           the mean curves",
            "  report.html                table, curves and heat maps as a page",
            "  journal.jsonl              what was measured of each input",
            "  speed.jsonl                time and memory; all that is not the same a second time"})
public final class EvaluateCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Mixin
    private ModelOptions model;

    @Mixin
    private DataOptions data;

    @Option(names = "--methods", paramLabel = "NAME,...", defaultValue = ALL, split = ",",
            description = "What explains: presets of explain --rules, " + GammaName.FORM + ", gradient, saliency,"
                    + " input-x-gradient, smoothgrad, integrated-gradients, expected-gradients (GradSHAP),"
                    + " guided-backprop, grad-cam, attention-rollout, occlusion, random; of texts presets, gradient,"
                    + " input-x-gradient, smoothgrad, integrated-gradients, expected-gradients, guided-backprop,"
                    + " attention-rollout, occlusion, random. Default: all that suit the model.")
    private List<String> methods;

    @Mixin
    private ProtocolOptions protocol;

    @Mixin
    private QuestionOptions questions;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "16",
            description = "How many inputs are computed together. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Decides all that is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--confidence", paramLabel = "P", defaultValue = "0.95",
            description = "Level of the confidence intervals. Default: ${DEFAULT-VALUE}.")
    private double confidence;

    @Option(names = "--sanity",
            description = "Also check of pictures whether methods repeat themselves, what relevance sums to, and whether it"
                    + " changes with drawn weights.")
    private boolean sanity;

    @Option(names = "--examples", paramLabel = "N", defaultValue = "6",
            description = "Of how many inputs the page shows heat maps. Default: ${DEFAULT-VALUE}.")
    private int examples;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "lrp4j-out/evaluate",
            description = "Where the files go. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Mixin
    private ComputeOptions kernels;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (batch < 1) {
            throw UserError.usage("--batch must be at least 1, got " + batch);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw UserError.usage("--confidence must lie between 0 and 1, got " + confidence);
        }
        if (examples < 0) {
            throw UserError.usage("--examples must not be negative, got " + examples);
        }
        Progress progress = output.progress();
        Common common = new Common(methods.equals(List.of(ALL)) ? List.of() : methods, batch, seed,
                new Confidence(confidence, Confidence.RESAMPLES, seed), out, kernels.kernels(), progress);
        if (model.isEmbedded() && data.isQuestions()) {
            throw UserError.usage("--data " + data.path() + " holds questions: name a --model that answers them");
        }
        switch (model.any(progress)) {
            case LoadedModel network -> {
                if (data.isQuestions()) {
                    throw UserError.usage("--model " + network.network().name() + " reads pictures, --data "
                            + data.path() + " holds questions");
                }
                say(new PictureEvaluation(common, network, data, protocol, sanity, examples).run());
            }
            case LoadedText text -> {
                if (!data.isQuestions()) {
                    throw UserError.usage("--model " + text.source()
                            + " reads texts: give it --data FILE.json with questions as SQuAD's");
                }
                if (sanity) {
                    throw UserError.usage("--sanity is for pictures; " + text.source() + " reads texts");
                }
                say(new QuestionEvaluation(common, text, data, protocol, questions, examples).run());
            }
        }
        return ExitCode.OK;
    }

    private void say(String text) {
        if (!output.isQuiet()) {
            PrintWriter stdout = spec.commandLine().getOut();
            stdout.print(text);
            stdout.flush();
        }
    }
}
