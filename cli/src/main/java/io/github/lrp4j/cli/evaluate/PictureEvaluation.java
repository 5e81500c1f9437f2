package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.localisation.Localisation;
import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.evaluate.perturbation.Faithfulness;
import io.github.lrp4j.evaluate.perturbation.Perturbation;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.picture.Overlay;
import io.github.lrp4j.explain.picture.Png;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.data.ClassMatch;
import io.github.lrp4j.zoo.data.LabelledPicture;
import io.github.lrp4j.zoo.data.PictureData;
import io.github.lrp4j.zoo.data.PictureSets;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An evaluation of a network of pictures, from the options to the files.
 *
 * @param common what evaluations share
 * @param model the network
 * @param options which pictures
 * @param protocols how they are perturbed
 * @param sanity whether methods are also checked
 * @param examples of how many pictures the page shows heat maps
 */
record PictureEvaluation(Common common, LoadedModel model, DataOptions options, ProtocolOptions protocols,
        boolean sanity, int examples) {
    private static final int REFERENCES = 16;
    private static final int CHECKED = 8;
    private static final String POINTING = "pointing-game";
    private static final String INSIDE = "inside-mass";
    private static final String MEANING =
            "ABPC is the area between the curves, AUC(LeRF) - AUC(MoRF): larger is better."
                    + " Comprehensiveness is what is lost without what is relevant: larger is better. Sufficiency is what is lost"
                    + " with nothing but what is relevant: smaller is better.";

    /** Measures, writes the files and returns what to say on the screen. */
    String run() throws IOException {
        ImagePreprocessing input = model.network().facts().preprocessing();
        List<String> classes = model.network().facts().classes();
        boolean isAttentive = RulePreset.suiting(model.network()) == RulePreset.ATTN_LRP;
        PictureData data = PictureSets.open(options.path(), options.split(), List.of());
        ClassMatch match = ClassMatch.of(data.classes(), classes);
        long images = options.limited(data.count());
        Baseline baseline = protocols.baseline(input.size(), common.seed());
        Perturbation protocol = protocols.protocol(input.size(), isAttentive, baseline, common.batch());
        Optional<Masks> masks = options.masks(input.size());
        Classifier classifier = Classifier.of(model.network(), common.kernels());
        PictureRun run =
                new PictureRun(classifier, input, data, match, images, common.batch(), protocol, masks, examples);
        Map<String, Attribution> methods = Methods.of(input, isAttentive, baseline, () -> references(run),
                common.batch(), common.seed()).named(common.methods());
        Configuration configuration = configuration(data, images, run, List.copyOf(methods.keySet()));

        try (Journal journal = Journal.open(common.out(), configuration);
                OutputFolder folder = OutputFolder.open(common.out())) {
            Speeds speeds = new Speeds(common.out());
            try (Pace pace = Pace.begin(common.progress(), images * methods.size())) {
                run.run(methods, journal, speeds, pace);
            }
            if (sanity) {
                Batch few = run.batch(run.first(CHECKED));
                try (Progress.Task _ = common.progress().begin("sanity checks")) {
                    new SanityRun(model.network(), few, common.seed()).run(methods, journal);
                }
            }
            List<MethodResult> results = results(journal, List.copyOf(methods.keySet()));
            List<Measured> measured = measured(results, SanityRun.measured(journal, common.confidence()));
            new Findings(Map.of(), measured, results, examples(run, journal, classes)).write(folder, configuration,
                    "pictures", MEANING, false);
            String note = match.unknown() == 0
                    ? ""
                    : String.format(Locale.ROOT,
                            "%-10s %d of %d classes of the data are none of the model's: no accuracy%n",
                            "note", match.unknown(), data.classes().size());
            return heading(data, images, protocol) + note + System.lineSeparator()
                    + ResultTable.of(measured, columns(masks.isPresent()), false, speeds.read())
                    + ResultTable.further(measured, SanityRun.COLUMNS)
                    + System.lineSeparator()
                    + common.published(folder);
        }
    }

    private Configuration configuration(PictureData data, long images, PictureRun run, List<String> names) {
        Map<String, String> settings = common.settings(model.network().name(), model.weights(),
                Fingerprint.of(model.network().parameters()), data.name(), images, names);
        ProtocolOptions.describe(run.protocol(), settings);
        settings.put("masks",
                run.masks().map(masks -> masks.folder() + ", tolerance " + masks.tolerance()).orElse("none"));
        settings.put("examples", Integer.toString(examples));
        settings.put("sanity", Boolean.toString(sanity));
        return new Configuration(settings);
    }

    private static Tensor references(PictureRun run) {
        try {
            return ImagePreprocessing
                    .stacked(run.first(REFERENCES).stream().map(picture -> run.input().apply(picture.image()))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<MethodResult> results(Journal journal, List<String> names) {
        Map<String, List<CurveLine>> lines = new LinkedHashMap<>();
        names.forEach(name -> lines.put(name, new ArrayList<>()));
        journal.read(json -> {
            if (CurveLine.is(json)) {
                CurveLine line = CurveLine.ofJson(json);
                lines.computeIfAbsent(line.method(), _ -> new ArrayList<>()).add(line.withoutHeatMap());
            }
        });
        return lines.entrySet().stream().map(entry -> MethodResult.of(entry.getKey(),
                Faithfulness.of(entry.getValue().stream().map(CurveLine::curves).toList()), common.confidence())
                .and(localisation(entry.getKey(), entry.getValue()))).toList();
    }

    private List<Measured> localisation(String method, List<CurveLine> lines) {
        List<Localisation> found = lines.stream().flatMap(line -> line.localisation().stream()).toList();
        Confidence confidence = common.confidence();
        return found.isEmpty()
                ? List.of()
                : List.of(new Measured(method, POINTING,
                        confidence.of(found.stream().mapToDouble(on -> on.hit() ? 1 : 0).toArray())),
                        new Measured(method, INSIDE,
                                confidence.of(found.stream().mapToDouble(Localisation::insideMass).toArray())),
                        new Measured(method, "weighted-mass",
                                confidence.of(found.stream().mapToDouble(Localisation::weightedMass).toArray())));
    }

    private static List<Measured> measured(List<MethodResult> results, Map<String, List<Measured>> checks) {
        return results.stream().flatMap(result -> Stream.concat(result.measured().stream(),
                checks.getOrDefault(result.method(), List.of()).stream())).toList();
    }

    private List<Example> examples(PictureRun run, Journal journal, List<String> classes) throws IOException {
        Map<Long, Map<String, String>> maps = new LinkedHashMap<>();
        Map<Long, String> said = new LinkedHashMap<>();
        journal.read(json -> {
            if (CurveLine.is(json) && json.has("heatMap")) {
                CurveLine line = CurveLine.ofJson(json);
                long key = line.curves().key();
                maps.computeIfAbsent(key, _ -> new LinkedHashMap<>()).put(line.method(), line.heatMap());
                said.put(key, "taken for " + classes.get(line.curves().target()) + (line.curves().label() < 0
                        ? ""
                        : ", is " + classes.get(line.curves().label())));
            }
        });
        List<Example> shown = new ArrayList<>();
        for (LabelledPicture picture : examples == 0 ? List.<LabelledPicture>of() : run.first(examples)) {
            shown.add(Example.ofPicture(picture.name(), said.getOrDefault(picture.index(), ""),
                    png(run.input().frame(picture.image())), maps.getOrDefault(picture.index(), Map.of())));
        }
        return shown;
    }

    private static String png(RgbImage image) {
        return Base64.getEncoder().encodeToString(Png.encode(Overlay.picture(image, 1)));
    }

    private List<String> columns(boolean isLocalised) {
        return Stream.concat(MethodResult.columns(protocols.score()).stream(),
                isLocalised ? Stream.of(POINTING, INSIDE) : Stream.empty()).toList();
    }

    private String heading(PictureData data, long images, Perturbation protocol) {
        return String.format(Locale.ROOT, "%-10s %s, %s%n", "network", model.network().name(), model.weights())
                + String.format(Locale.ROOT, "%-10s %d pictures of %s%n", "data", images, data.name())
                + String.format(Locale.ROOT, "%-10s %d steps of %d %s, %s%n", "protocol", protocol.steps(),
                        protocol.perStep(), protocol.units().patch() == 1
                                ? "pixels"
                                : "patches of " + protocol.units().patch() + " x " + protocol.units().patch(),
                        protocol.baseline().name());
    }
}
