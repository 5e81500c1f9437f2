package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.LoadedText;
import io.github.lrp4j.evaluate.text.AnswerScore;
import io.github.lrp4j.evaluate.text.SpanHits;
import io.github.lrp4j.evaluate.text.TextAttribution;
import io.github.lrp4j.evaluate.text.TokenPerturbation;
import io.github.lrp4j.evaluate.text.TokenRelevance;
import io.github.lrp4j.evaluate.text.TokenScore;
import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.TextInput;
import io.github.lrp4j.zoo.data.SquadFile;
import io.github.lrp4j.zoo.data.SquadQuestion;
import io.github.lrp4j.zoo.published.PublishedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Measures methods one after another over the questions of a file, batch by batch. What the journal has is not measured again;
 * batches begin at the same questions however often a run was interrupted, so that it ends with the same numbers.
 *
 * @param explainer the model
 * @param text the same, with its tokenizer
 * @param file the questions
 * @param questions how many of them
 * @param batch how many are read together
 * @param longest the most tokens of a question that is measured
 * @param curves how tokens disappear; empty for no curves
 * @param examples of how many measured questions the relevance is kept
 */
record QuestionRun(Explainer explainer, LoadedText text, Path file, long questions, int batch, int longest,
        Optional<TokenPerturbation> curves, int examples) {
    private static final double NANOS = 1e-9;

    /** A question and its place in the file. */
    record Numbered(long key, SquadQuestion question) {
    }

    /** Measures all methods. */
    void run(Map<String, TextAttribution> methods, Journal journal, Speeds speeds, Pace pace) throws IOException {
        Map<String, Set<Long>> recorded = journal.keys(QuestionLine::is);
        Set<Long> shown = first(examples).stream().map(Numbered::key).collect(Collectors.toSet());
        for (TextAttribution method : methods.values()) {
            Set<Long> done = recorded.getOrDefault(method.name(), Set.of());
            try (SquadFile read = SquadFile.open(file)) {
                for (long from = 0; from < questions; from += batch) {
                    List<Numbered> some = next(read, from, (int) Math.min(batch, questions - from));
                    if (some.stream().allMatch(one -> done.contains(one.key()))) {
                        pace.passed(some.size());
                    } else {
                        measure(method, some, done, shown, journal, speeds);
                        pace.done(method.name(), some.size());
                    }
                }
            }
        }
    }

    private static List<Numbered> next(SquadFile read, long from, int size) throws IOException {
        List<Numbered> next = new ArrayList<>();
        for (int n = 0; n < size; n++) {
            next.add(new Numbered(from + n, read.next()));
        }
        return next;
    }

    /** The first questions that are measured. */
    List<Numbered> first(int count) throws IOException {
        List<Numbered> first = new ArrayList<>();
        try (SquadFile read = SquadFile.open(file)) {
            for (long key = 0; key < questions && first.size() < count; key++) {
                SquadQuestion question = read.next();
                if (state(question) == QuestionLine.State.MEASURED) {
                    first.add(new Numbered(key, question));
                }
            }
        }
        return first;
    }

    private void measure(TextAttribution method, List<Numbered> some, Set<Long> done, Set<Long> shown, Journal journal,
            Speeds speeds) {
        List<Numbered> measured = some.stream().filter(one -> state(one.question()) == QuestionLine.State.MEASURED)
                .toList();
        Map<Long, TokenRelevance> said = explained(method, measured, speeds);
        for (Numbered one : some) {
            if (done.contains(one.key())) {
                continue;
            }
            TokenRelevance why = said.get(one.key());
            if (why == null) {
                journal.append(QuestionLine.passed(method.name(), one.key(), one.question().id(), state(one.question()))
                        .toJson());
            } else {
                // Curves first: with the other line the question counts as done.
                curves.ifPresent(protocol -> journal.append(new CurveLine(method.name(), one.question().id(),
                        protocol.curves(why, score(why), one.key()), Optional.empty(), "").toJson()));
                journal.append(line(method.name(), one, why, shown.contains(one.key())).toJson());
            }
        }
    }

    private QuestionLine.State state(SquadQuestion question) {
        if (question.isImpossible() || question.answers().isEmpty()) {
            return QuestionLine.State.UNANSWERABLE;
        }
        return text.tokenizer().encode(question.question(), question.context(), true).length() > longest
                ? QuestionLine.State.TOO_LONG
                : QuestionLine.State.MEASURED;
    }

    private Map<Long, TokenRelevance> explained(TextAttribution method, List<Numbered> questions, Speeds speeds) {
        Map<Long, TokenRelevance> explained = new HashMap<>();
        if (questions.isEmpty()) {
            return explained;
        }
        List<TextInput> inputs = questions.stream()
                .map(one -> TextInput.question(one.question().question(), one.question().context())).toList();
        PeakMemory.reset();
        long start = System.nanoTime();
        List<TokenRelevance> relevances;
        try {
            relevances = method.of(explainer, inputs, questions.stream().mapToLong(Numbered::key).toArray());
        } catch (IllegalArgumentException e) {
            throw UserError.input(file + ": questions from " + questions.getFirst().question().id() + " on: "
                    + e.getMessage(), e);
        }
        double seconds = (System.nanoTime() - start) * NANOS;
        speeds.add(method.name(), new Speeds.Speed(inputs.size(), seconds, PeakMemory.bytes()));
        for (int n = 0; n < inputs.size(); n++) {
            explained.put(questions.get(n).key(), relevances.get(n));
        }
        return explained;
    }

    private static Answer.Passage passage(TokenRelevance why) {
        if (why.answer() instanceof Answer.Passage passage) {
            return passage;
        }
        throw new IllegalStateException("no passage but " + why.answer());
    }

    private static QuestionLine line(String method, Numbered one, TokenRelevance why, boolean isShown) {
        SquadQuestion question = one.question();
        Answer.Passage answer = passage(why);
        SpanHits hits = SpanHits.of(why.encoding(), why.relevance(), answer.place(),
                question.answers().stream().map(SquadQuestion.Gold::place).toList());
        return new QuestionLine(method, one.key(), question.id(), QuestionLine.State.MEASURED, answer.text(),
                AnswerScore.exactMatch(answer.text(), question.texts()),
                AnswerScore.f1(answer.text(), question.texts()), hits,
                isShown ? DoubleStream.of(why.relevance()).boxed().toList() : List.of());
    }

    private TokenScore score(TokenRelevance why) {
        int[] ends = SpanHits.ends(why.encoding(), passage(why).place());
        return TokenScore.ofPassage((PublishedModel.Encoder) text.model(), explainer.kernels(), ends[0], ends[1]);
    }
}
