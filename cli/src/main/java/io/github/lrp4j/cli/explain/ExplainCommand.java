package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.OutputOptions;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.ComputeOptions;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.cli.model.ModelOptions;
import io.github.lrp4j.cli.model.RulePresets;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.ImageExplanation;
import io.github.lrp4j.explain.Question;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.image.ImageFile;
import io.github.lrp4j.zoo.published.PublishedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lrp4j explain}: which pixels made a network say what it said. */
@Command(name = "explain",
        description = "Show which pixels of a picture, or which words of a text, made a model say what it said.",
        footer = {
            "",
            "Without options it explains a sample picture by a small network, both of which come with lrp4j.",
            "",
            "Examples:",
            "  lrp4j explain",
            "  lrp4j explain --sample Bag --rules epsilon-plus",
            "  lrp4j explain --classes 3",
            "  lrp4j explain --target Sneaker,Sandal --against next",
            "  lrp4j explain --model vgg16 --weights vgg16.safetensors --image cat.jpg",
            "  lrp4j explain --model resnet50 --weights DIR --image a.png b.png --out why",
            "  lrp4j explain --model hf:timm/resnet18.a1_in1k --image cat.jpg",
            "  lrp4j explain --model hf:deepset/roberta-base-squad2 --question 'Who?' --context-file page.txt",
            "  lrp4j explain --model DIR --text 'A fine film.' --classes 2",
            "  lrp4j explain --model hf:google/flan-t5-large --text 'Translate to German: thank you' --beams 4",
            "  lrp4j explain --model DIR --jsonl reviews.jsonl --batch 16",
            "",
            "Files, per picture and, in folders of their own where there are several, per class:",
            "  report.html            the explanation as a page",
            "  heatmap.png            red: for the class, blue: against it, white: 0",
            "  overlay.png            the heat map over the grey picture",
            "  relevance.safetensors  relevance of the pixels, [C, H, W]",
            "  ledger.json            where the relevance went: per node, module and layer",
            "  ledger.png             the same as a picture",
            "  summary.json           all numbers",
            "",
            "Files, per text:",
            "  report.html            the text with its words coloured, for every class, answer or token",
            "  relevance.json         relevance of every word and token",
            "  ledger.json, .png      where the relevance went",
            "  summary.json           all other numbers",
            "and of all texts of --jsonl together: explanations.jsonl, report.html and summary.json"})
public final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model;

    @Option(names = "--image", paramLabel = "FILE", arity = "1..*", description = "Pictures: PNG, JPEG, GIF or BMP.")
    private List<Path> images = List.of();

    @Option(names = "--sample", paramLabel = "NAME",
            completionCandidates = Samples.class,
            description = "A sample picture instead: ${COMPLETION-CANDIDATES}. Default: an ankle boot.")
    private String sample;

    @Option(names = "--rules", paramLabel = "PRESET",
            converter = RulePresets.Converter.class,
            completionCandidates = RulePresets.Names.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: dynamic-lrp-gamma, and attn-lrp where there is"
                    + " attention.")
    private RulePreset rules;

    @Option(names = "--target", paramLabel = "CLASS",
            description = "The class to explain, by number or name; several between commas. Default: the most likely one.")
    private String target;

    @Option(names = "--classes", paramLabel = "K",
            description = "Explain the K most likely classes instead, in one backward pass.")
    private Integer classes;

    @Option(names = "--against", paramLabel = "CLASS",
            description = "Explain what speaks for each class rather than for this one; '" + Targets.NEXT
                    + "' is the most likely other class.")
    private String against;

    @Option(names = "--top", paramLabel = "K",
            defaultValue = "5",
            description = "How many of the most likely classes are listed. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--batch", paramLabel = "N",
            description = "How many pictures or texts are computed together. Default: 1 picture, 8 texts.")
    private Integer batch;

    @Mixin
    private TextOptions texts;

    @Option(names = "--color", defaultValue = "auto",
            description = "Colour the words of a text on the screen: ${COMPLETION-CANDIDATES}. Default: on a terminal,"
                    + " unless $NO_COLOR is set.")
    private ColorChoice color;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Where the files go; with several pictures, a folder for each in it."
                    + " Default: lrp4j-out/<picture>.")
    private Path out;

    @Option(names = "--ledger",
            description = "Also list where the relevance went: accounts, modules, and the nodes that leak most.")
    private boolean ledger;

    @Mixin
    private ComputeOptions kernels;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    private final Phases phases = new Phases();
    private Kernels computing;
    private boolean said;

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw UserError.usage("--top must be at least 1, got " + top);
        }
        if (batch != null && batch < 1) {
            throw UserError.usage("--batch must be at least 1, got " + batch);
        }
        if (texts.isAsked() && (!images.isEmpty() || sample != null)) {
            throw UserError.usage("texts and " + (sample != null ? "--sample" : "--image") + " exclude each other");
        }
        if (!model.isEmbedded() && !texts.isAsked() && images.isEmpty() && sample == null) {
            throw UserError.usage("--model needs something to explain: --image FILE, --text TEXT, --question TEXT"
                    + " --context TEXT, or --jsonl FILE");
        }
        phases.ends("start");
        computing = kernels.kernels();
        List<NamedText> named = texts.named();
        List<Picture> pictures = texts.isAsked() ? List.of() : pictures();
        Progress progress = output.progress();
        switch (model.any(progress)) {
            case LoadedModel network -> {
                if (texts.isAsked()) {
                    throw UserError.usage("--model " + network.network().name()
                            + " reads pictures: give it --image FILE");
                }
                phases.ends("reading");
                explainPictures(network, pictures, progress);
            }
            case LoadedText text -> {
                if (!texts.isAsked()) {
                    throw UserError.usage("--model " + text.source() + " reads texts: give it --text TEXT,"
                            + " --question TEXT --context TEXT, or --jsonl FILE");
                }
                explainTexts(text, named, progress);
            }
        }
        return ExitCode.OK;
    }

    // ---- pictures ------------------------------------------------------------------------------------------------

    private void explainPictures(LoadedModel network, List<Picture> pictures, Progress progress) {
        Question question = Targets.question(target, classes, against, network.network().name(),
                network.network().facts().classes());
        RulePreset preset = rules != null ? rules : RulePreset.suiting(network.network());
        Explainer explainer = Explainer.of(network.network()).with(computing).with(preset);
        int together = batch == null ? 1 : batch;
        explainer = explainer.withBatch(together);
        List<Path> folders = folders(pictures.stream().map(Picture::name).toList());
        // One bar for all of them, or else one for each phase of the only one.
        boolean many = pictures.size() > together;
        explainer = explainer.watchedBy(ShownProgress.on(many ? Progress.none() : progress));
        try (Throughput throughput = Throughput.begin(many ? progress : Progress.none(), "pictures",
                pictures.size())) {
            for (int from = 0; from < pictures.size(); from += together) {
                List<Picture> some = pictures.subList(from, Math.min(pictures.size(), from + together));
                explainPictures(network, preset, explainer, question, some, folders.subList(from, from + some.size()));
                throughput.done(some.size());
            }
            phases.ends("explanation");
            if (pictures.size() > 1) {
                say(String.format("%n%-10s %s%n", "in all", throughput.summary()));
            } else {
                say(String.format("%-10s %s%n", "in all", phases.summary()));
            }
        }
    }

    private void explainPictures(LoadedModel network, RulePreset preset, Explainer explainer, Question question,
            List<Picture> pictures, List<Path> folders) {
        List<OutputFolder> opened = new ArrayList<>();
        try {
            // Opened first: after minutes of work it would be a pity to learn that the result has no place.
            folders.forEach(folder -> opened.add(OutputFolder.open(folder)));
            List<List<ImageExplanation>> explained =
                    explainer.explain(pictures.stream().map(Picture::image).toList(), question);
            for (int n = 0; n < pictures.size(); n++) {
                Picture picture = pictures.get(n);
                write(explained.get(n).stream().map(why -> new Explanation(picture, network, preset, explainer.rules(),
                        explainer.kernels().name(), pictures.size(), why)).toList(), opened.get(n));
            }
        } finally {
            opened.forEach(OutputFolder::close);
        }
    }

    private void write(List<Explanation> explanations, OutputFolder folder) {
        List<String> names = classFolders(explanations);
        for (int k = 0; k < names.size(); k++) {
            Explanation explanation = explanations.get(k);
            List<Path> files = names.size() == 1
                    ? ExplanationFiles.write(explanation, top, folder)
                    : writeInto(folder.folder().resolve(names.get(k)), explanation);
            say((said ? System.lineSeparator() : "") + ExplanationTable.of(explanation, top, files)
                    + (ledger ? LedgerListing.of(explanation.ledger()) : ""));
        }
    }

    private void say(String text) {
        if (!output.isQuiet()) {
            PrintWriter stdout = spec.commandLine().getOut();
            stdout.print(text);
            stdout.flush();
        }
        said = true;
    }

    private List<Path> writeInto(Path place, Explanation explanation) {
        try (OutputFolder folder = OutputFolder.open(place)) {
            return ExplanationFiles.write(explanation, top, folder);
        }
    }

    /** A folder per class, named after it; classes of the same name carry their numbers. */
    private static List<String> classFolders(List<Explanation> explanations) {
        List<String> names = explanations.stream().map(e -> folderName(e.target().label())).toList();
        return IntStream.range(0, names.size())
                .mapToObj(k -> names.get(k).isEmpty() || Collections.frequency(names, names.get(k)) > 1
                        ? names.get(k) + "-" + explanations.get(k).target().index()
                        : names.get(k))
                .toList();
    }

    /** {@code tabby, tabby cat} as {@code tabby-tabby-cat}. */
    private static String folderName(String label) {
        return label.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
    }

    /** All pictures are read before the first is explained: a misspelt name is better told at once. */
    private List<Picture> pictures() throws IOException {
        if (images.isEmpty()) {
            return List.of(Samples.picture(sample));
        }
        if (sample != null) {
            throw UserError.usage("--sample and --image exclude each other");
        }
        List<Picture> pictures = new ArrayList<>();
        for (Path file : images) {
            pictures.add(new Picture(baseName(file), file.toString(), ImageFile.read(file)));
        }
        return pictures;
    }

    static String baseName(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    // ---- texts ---------------------------------------------------------------------------------------------------

    private void explainTexts(LoadedText text, List<NamedText> named, Progress progress) throws IOException {
        Question question = question(text.model());
        RulePreset preset = rules != null ? rules : RulePreset.ATTN_LRP;
        Explainer explainer = Explainer.of(text.model(), text.tokenizer()).with(computing);
        try {
            explainer = texts.applied(explainer.with(preset), batch);
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--rules " + e.getMessage());
        }
        TextContext context = new TextContext(text, preset, explainer.rules(), explainer.kernels().name());
        TextRun run = new TextRun(context, explainer, question, top, progress);
        if (texts.jsonLines() != null) {
            Path place = out != null ? out : Path.of("lrp4j-out", baseName(texts.jsonLines()));
            run.many(texts.jsonLines(), batch, place, (summary, files) -> {
                say(String.format("%-10s %s%n", "explained", summary));
                for (Path file : files.reversed()) {
                    say(String.format("%-10s %s%n", file.equals(files.getLast()) ? "written" : "", file));
                }
            });
            return;
        }
        boolean colored = color.isWanted();
        List<Path> folders = folders(named.stream().map(NamedText::name).toList());
        for (int n = 0; n < named.size(); n++) {
            run.one(named.get(n), folders.get(n),
                    (e, files) -> say(
                            (said ? System.lineSeparator() : "") + TextTable.of(context, e, top, colored, files)
                                    + (ledger ? e.ledger().map(LedgerListing::of).orElse("") : "")));
        }
    }

    private Question question(PublishedModel text) {
        if (text instanceof PublishedModel.Encoder encoder && !encoder.classes().isEmpty()) {
            return Targets.question(target, classes, against, text.name(), encoder.classes());
        }
        if (target != null || against != null) {
            throw UserError.usage("--target and --against: " + text.name() + " has no classes of texts");
        }
        return Question.top(classes == null ? 1 : classes);
    }

    /** A folder per picture or text; those of the same name get numbers. */
    private List<Path> folders(List<String> inputs) {
        if (out != null && inputs.size() == 1) {
            return List.of(out);
        }
        Path parent = out != null ? out : Path.of("lrp4j-out");
        Set<String> taken = new HashSet<>();
        List<Path> folders = new ArrayList<>();
        for (String input : inputs) {
            String name = input;
            for (int n = 2; !taken.add(name); n++) {
                name = input + "-" + n;
            }
            folders.add(parent.resolve(name));
        }
        return folders;
    }
}
