package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.evaluate.perturbation.Faithfulness;
import io.github.lrp4j.evaluate.perturbation.PictureCurves;
import io.github.lrp4j.evaluate.text.SpanHits;
import io.github.lrp4j.evaluate.text.TextAttribution;
import io.github.lrp4j.evaluate.text.TokenPerturbation;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.zoo.data.SquadFile;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.tokenizer.SpecialToken;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * An evaluation of a model that answers questions, from the options to the files.
 *
 * @param common what evaluations share
 * @param text the model
 * @param data which questions
 * @param protocols how many steps curves have
 * @param options which questions are skipped, and whether there are curves
 * @param examples of how many questions the page shows heat maps
 */
record QuestionEvaluation(Common common, LoadedText text, DataOptions data, ProtocolOptions protocols,
        QuestionOptions options, int examples) {
    private static final int USUAL = 512;
    private static final int SIGNALS = 2;
    private static final List<String> COLUMNS = List.of("exact-match", "f1", "top-1-label", "top-1", "top-2",
            "top-2-strict", "iou", "iou-strict");
    private static final String MEANING =
            "All numbers in percent. Exact match and F1 are of the model's answers. Top-1:"
                    + " the most relevant token of the context lies in the predicted answer, or in a right one (label). Top-2: so do"
                    + " the two most relevant; strictly, they are its first and its last token. IoU: their intersection with the"
                    + " answer's two ends over the union.";

    /** Measures, writes the files and returns what to say on the screen. */
    String run() throws IOException {
        requireAnswering();
        long questions = data.limited(SquadFile.count(data.path()));
        if (questions == 0) {
            throw UserError.input(data.path() + ": holds no question", null);
        }
        int longest =
                options.longest(text.model() instanceof PublishedModel.Encoder encoder ? encoder.longest() : USUAL);
        Optional<TokenPerturbation> curves = options.withCurves() ? Optional.of(curves()) : Optional.empty();
        Map<String, TextAttribution> methods = TextMethods
                .of(text.model() instanceof PublishedModel.Encoder, common.batch(), common.seed())
                .named(common.methods());
        Map<String, String> settings = common.settings(text.model().name(), text.source(),
                Fingerprint.of(text.model().parameters()), data.path().toString(), questions,
                List.copyOf(methods.keySet()));
        settings.put("max-tokens", Integer.toString(longest));
        settings.put("token-curves", curves.map(protocol -> protocol.steps() + " steps").orElse("none"));
        settings.put("examples", Integer.toString(examples));
        Configuration configuration = new Configuration(settings);
        Explainer explainer = Explainer.of(text.model(), text.tokenizer()).with(common.kernels())
                .withBatch(common.batch());
        QuestionRun run = new QuestionRun(explainer, text, data.path(), questions, common.batch(), longest, curves,
                examples);

        try (Journal journal = Journal.open(common.out(), configuration);
                OutputFolder folder = OutputFolder.open(common.out())) {
            Speeds speeds = new Speeds(common.out());
            try (Pace pace = Pace.begin(common.progress(), questions * methods.size())) {
                run.run(methods, journal, speeds, pace);
            }
            List<Example> shown = new QuestionExamples(journal).of(run.first(examples), text.tokenizer());
            Findings findings = findings(journal, List.copyOf(methods.keySet()), shown);
            findings.write(folder, configuration, "questions", MEANING, true);
            return heading(findings.counts()) + System.lineSeparator()
                    + ResultTable.of(findings.measured(), COLUMNS, true, speeds.read())
                    + ResultTable.further(findings.measured(), MethodResult.columns(protocols.score()))
                    + System.lineSeparator()
                    + common.published(folder);
        }
    }

    private void requireAnswering() {
        boolean answers = switch (text.model()) {
            case PublishedModel.Encoder encoder ->
                encoder.head().filter(BertHead.QuestionAnswering.class::isInstance).isPresent();
            case PublishedModel.EncoderDecoder t5 -> t5.model().task() == T5.Task.QUESTION_ANSWERING;
            case PublishedModel.Pictures _ -> false;
        };
        if (!answers) {
            throw UserError.usage("--model " + text.source() + " extracts no answers from a context, which --data "
                    + data.path() + " asks for");
        }
    }

    private TokenPerturbation curves() {
        if (!(text.model() instanceof PublishedModel.Encoder)) {
            throw UserError.usage("--token-curves: " + text.source() + " has no token that masks a word");
        }
        SpecialToken mask = text.tokenizer().specialTokens().find(SpecialTokens.Role.MASK).orElseThrow(
                () -> UserError
                        .usage("--token-curves: the tokenizer of " + text.source() + " has no token that masks"));
        return new TokenPerturbation(Optional.of(mask), protocols.steps(), common.batch());
    }

    /** What the journal has. */
    private Findings findings(Journal journal, List<String> names, List<Example> shown) {
        Map<String, List<QuestionLine>> lines = new LinkedHashMap<>();
        Map<String, List<PictureCurves>> curves = new LinkedHashMap<>();
        names.forEach(name -> lines.put(name, new ArrayList<>()));
        journal.read(json -> {
            if (QuestionLine.is(json)) {
                QuestionLine line = QuestionLine.ofJson(json);
                lines.get(line.method()).add(line);
            } else if (CurveLine.is(json)) {
                CurveLine line = CurveLine.ofJson(json);
                List<PictureCurves> ofMethod = curves.computeIfAbsent(line.method(), _ -> new ArrayList<>());
                // A process that was killed between the two lines of a question writes its curves again.
                ofMethod.removeIf(other -> other.key() == line.curves().key());
                ofMethod.add(line.curves());
            }
        });
        List<Measured> measured = new ArrayList<>();
        List<MethodResult> results = new ArrayList<>();
        for (String name : names) {
            List<QuestionLine> ofMethod =
                    lines.get(name).stream().filter(line -> line.state() == QuestionLine.State.MEASURED).toList();
            if (ofMethod.isEmpty()) {
                throw UserError
                        .input(data.path() + ": no question is left to measure: all are unanswerable or have more"
                                + " than --max-tokens tokens", null);
            }
            measured.addAll(measured(name, ofMethod));
            if (curves.containsKey(name)) {
                MethodResult result =
                        MethodResult.of(name, Faithfulness.of(curves.get(name)), common.confidence());
                measured.addAll(result.measured());
                results.add(result);
            }
        }
        return new Findings(counts(lines.get(names.getFirst())), measured, results, shown);
    }

    private static Map<String, Long> counts(List<QuestionLine> lines) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (QuestionLine.State state : QuestionLine.State.values()) {
            counts.put(MethodResult.name(state), lines.stream().filter(line -> line.state() == state).count());
        }
        return counts;
    }

    private List<Measured> measured(String method, List<QuestionLine> lines) {
        Confidence confidence = common.confidence();
        Map<String, ToDoubleFunction<SpanHits>> shares = new LinkedHashMap<>();
        shares.put("top-1-label", hits -> hits.top1InLabel() ? 1 : 0);
        shares.put("top-1", hits -> hits.top1InPrediction() ? 1 : 0);
        shares.put("top-2", hits -> (double) hits.hits() / SIGNALS);
        shares.put("top-2-strict", hits -> (double) hits.strictHits() / SIGNALS);
        List<Measured> numbers = new ArrayList<>();
        numbers.add(new Measured(method, "exact-match",
                confidence.of(lines.stream().mapToDouble(QuestionLine::exact).toArray())));
        numbers.add(new Measured(method, "f1", confidence.of(lines.stream().mapToDouble(QuestionLine::f1).toArray())));
        shares.forEach((name, share) -> numbers.add(new Measured(method, name, confidence.of(each(lines, share)))));
        numbers.add(new Measured(method, "iou",
                confidence.ofRatio(each(lines, SpanHits::hits), each(lines, SpanHits::union))));
        numbers.add(new Measured(method, "iou-strict",
                confidence.ofRatio(each(lines, SpanHits::strictHits), each(lines, SpanHits::strictUnion))));
        return numbers;
    }

    private static double[] each(List<QuestionLine> lines, ToDoubleFunction<SpanHits> value) {
        return lines.stream().mapToDouble(line -> value.applyAsDouble(line.hits())).toArray();
    }

    private String heading(Map<String, Long> counts) {
        return String.format(Locale.ROOT, "%-10s %s, %s%n", "model", text.model().name(), text.source())
                + String.format(Locale.ROOT,
                        "%-10s %d questions of %s; skipped: %d of more tokens than are read, %d without"
                                + " an answer%n",
                        "data", counts.get("measured"), data.path(), counts.get("too-long"),
                        counts.get("unanswerable"));
    }
}
