package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.Question;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.OutputOptions;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.KernelChoice;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.ModelOptions;
import io.github.lrp4j.cli.model.RulePresets;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.zoo.image.ImageFile;
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
        description = "Show which pixels of a picture made a network say what it said.",
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
            "",
            "Files, per picture and, in folders of their own where there are several, per class:",
            "  report.html            the explanation as a page",
            "  heatmap.png            red: for the class, blue: against it, white: 0",
            "  overlay.png            the heat map over the grey picture",
            "  relevance.safetensors  relevance of the pixels, [C, H, W]",
            "  ledger.json            where the relevance went: per node, module and layer",
            "  ledger.png             the same as a picture",
            "  summary.json           all numbers"})
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
            defaultValue = "dynamic-lrp-gamma",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
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

    @Option(names = "--out", paramLabel = "DIR",
            description = "Where the files go; with several pictures, a folder for each in it."
                    + " Default: lrp4j-out/<picture>.")
    private Path out;

    @Option(names = "--ledger",
            description = "Also list where the relevance went: accounts, modules, and the nodes that leak most.")
    private boolean ledger;

    @Option(names = "--kernels",
            defaultValue = "auto",
            description = "What computes: ${COMPLETION-CANDIDATES} (float64, slow). Default: ${DEFAULT-VALUE}.")
    private KernelChoice kernels;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw UserError.usage("--top must be at least 1, got " + top);
        }
        List<Picture> pictures = pictures();
        Progress progress = output.progress();
        LoadedModel loaded = model.trained(progress);
        Question question = Targets.question(target, classes, against, loaded);
        Explainer explainer = new Explainer(loaded, rules, kernels.kernels(), progress);
        PrintWriter stdout = spec.commandLine().getOut();
        List<Path> folders = folders(pictures);
        boolean first = true;
        for (int i = 0; i < pictures.size(); i++) {
            // Opened first: after minutes of work it would be a pity to learn that the result has no place.
            try (OutputFolder folder = OutputFolder.open(folders.get(i))) {
                List<Explanation> explanations = explainer.explain(pictures.get(i), question);
                List<String> names = classFolders(explanations);
                for (int k = 0; k < names.size(); k++) {
                    List<Path> files = names.size() == 1
                            ? ExplanationFiles.write(explanations.get(k), top, folder)
                            : writeInto(folder.folder().resolve(names.get(k)), explanations.get(k));
                    if (!output.isQuiet()) {
                        stdout.print((first ? "" : System.lineSeparator())
                                + ExplanationTable.of(explanations.get(k), top, files));
                        if (ledger) {
                            stdout.print(LedgerListing.of(explanations.get(k).ledger()));
                        }
                        stdout.flush();
                    }
                    first = false;
                }
            }
        }
        return ExitCode.OK;
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
            if (!model.isEmbedded() && sample == null) {
                throw UserError.usage("--model needs --image FILE: which picture to explain");
            }
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

    private static String baseName(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** A folder per picture; pictures of the same name get numbers. */
    private List<Path> folders(List<Picture> pictures) {
        if (out != null && pictures.size() == 1) {
            return List.of(out);
        }
        Path parent = out != null ? out : Path.of("lrp4j-out");
        Set<String> taken = new HashSet<>();
        List<Path> folders = new ArrayList<>();
        for (Picture picture : pictures) {
            String name = picture.name();
            for (int n = 2; !taken.add(name); n++) {
                name = picture.name() + "-" + n;
            }
            folders.add(parent.resolve(name));
        }
        return folders;
    }
}
