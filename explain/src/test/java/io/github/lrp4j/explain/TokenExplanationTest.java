package io.github.lrp4j.explain;

import static io.github.lrp4j.explain.Oracle.assertClose;
import static io.github.lrp4j.explain.Oracle.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import io.github.lrp4j.zoo.tokenizer.Span;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import io.github.lrp4j.zoo.tokenizer.Token;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities, and words in the place of masks, against loops. */
class TokenExplanationTest {
    private static final String[] LABELS = {"O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC"};
    private static final String TEXT =
            "Ada Lovelace, born in London, never met Antoine-Laurent of Paris  or Émile Zola.";

    /** A word: its characters, and the token that speaks for it. */
    private record Word(Span span, int token) {
    }

    @TempDir
    private Path directory;

    /** Words as the tokenizer splits them, those of white space left out. */
    private static List<Word> words(Encoding encoding) {
        Map<Integer, List<Integer>> groups = new TreeMap<>();
        for (int t = 0; t < encoding.length(); t++) {
            if (encoding.tokens().get(t).sequence() == 0) {
                groups.computeIfAbsent(encoding.tokens().get(t).word(), word -> new ArrayList<>()).add(t);
            }
        }
        List<Word> words = new ArrayList<>();
        for (List<Integer> group : groups.values()) {
            int start = group.stream().mapToInt(t -> encoding.tokens().get(t).span().start()).min().orElseThrow();
            int end = group.stream().mapToInt(t -> encoding.tokens().get(t).span().end()).max().orElseThrow();
            if (!encoding.texts().getFirst().substring(start, end).isBlank()) {
                words.add(new Word(new Span(start, end), group.getFirst()));
            }
        }
        return words;
    }

    private static int argmax(double[] values, int from, int to) {
        return IntStream.range(from, to).boxed().max(Comparator.comparingDouble(i -> values[i])).orElseThrow() - from;
    }

    @ParameterizedTest
    @CsvSource({"BERT, 1", "BERT, 2", "BERT, 5", "ROBERTA, 1", "ROBERTA, 2", "ROBERTA, 7"})
    void entities(TinyModel.Family family, long seed) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.TAGGER).labelled(LABELS).withSeed(seed).open(directory);
        TextExplanation explanation = explainer.explain(TEXT);
        Oracle.Run run = Oracle.run(explainer, explanation.encoding());
        double[] logits = run.logits();

        List<List<Word>> entities = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        String before = "O";
        for (Word word : words(explanation.encoding())) {
            int from = word.token() * LABELS.length;
            String label = LABELS[argmax(logits, from, from + LABELS.length)];
            String plain = label.replaceFirst("^[BI]-", "");
            if (!label.equals("O")) {
                if (label.startsWith("I-") && before.equals(plain)) {
                    entities.getLast().add(word);
                } else {
                    entities.add(new ArrayList<>(List.of(word)));
                    labels.add(plain);
                }
            }
            before = plain;
        }

        Answer.Entities found = (Answer.Entities) explanation.answer();
        assertThat(found.entities()).hasSameSizeAs(entities).isNotEmpty();
        assertThat(explanation.parts()).hasSameSizeAs(entities);
        for (int i = 0; i < entities.size(); i++) {
            List<Word> words = entities.get(i);
            Answer.Entity entity = found.entities().get(i);
            String text = TEXT.substring(words.getFirst().span().start(), words.getLast().span().end()).strip();
            assertThat(entity.text()).isEqualTo(text).isEqualTo(entity.place().of(TEXT));
            assertThat(entity.label()).isEqualTo(labels.get(i));
            int[] cells = words.stream().mapToInt(word -> word.token() * LABELS.length
                    + argmax(logits, word.token() * LABELS.length, (word.token() + 1) * LABELS.length)).toArray();
            double output = IntStream.of(cells).mapToDouble(cell -> logits[cell]).sum();
            double probability = IntStream.of(cells).mapToDouble(cell -> {
                int row = cell / LABELS.length * LABELS.length;
                return Math.exp(logits[cell]) / IntStream.range(row, row + LABELS.length)
                        .mapToDouble(c -> Math.exp(logits[c])).sum();
            }).average().orElseThrow();
            assertThat(entity.probability()).isCloseTo(probability, within(1e-9));
            TextPart part = explanation.parts().get(i);
            assertThat(part.subject()).isEqualTo(text + " (" + labels.get(i) + ")");
            assertThat(part.output()).isCloseTo(output, within(1e-9));
            assertThat(part.seed()).isEqualTo(words.size());
            double[] ones = IntStream.of(cells).mapToDouble(cell -> 1).toArray();
            assertClose(tokens(part), run.relevance(explainer, Oracle.cells(run.output(), cells, ones)), 1e-9);
        }
        Oracle.assertConserved(explanation, explanation.parts());
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void entitiesOfALongTextAreReadWhereTheyHaveMostAround(TinyModel.Family family) throws IOException {
        Explainer whole = TinyModel.of(family, TinyModel.TAGGER).labelled(LABELS).withLongest(300).open(directory);
        String text = (TEXT + " ").repeat(3);
        Encoding encoding = whole.explain(text).encoding();
        Explainer explainer = whole.withWindows(20, 10);
        List<Encoding> windows = encoding.windows(20, 10);
        List<Oracle.Run> runs = windows.stream().map(window -> Oracle.run(explainer, window)).toList();
        TextExplanation explanation = explainer.explain(text);
        Answer.Entities found = (Answer.Entities) explanation.answer();
        assertThat(found.entities()).isNotEmpty();

        // Every word that no entity holds was O in the window with most tokens on its shorter side.
        for (Word word : words(encoding)) {
            Token first = encoding.tokens().get(word.token());
            int best = -1;
            int place = -1;
            int window = -1;
            for (int w = 0; w < windows.size(); w++) {
                for (int t = 0; t < windows.get(w).length(); t++) {
                    int around = Math.min(t, windows.get(w).length() - 1 - t);
                    if (windows.get(w).tokens().get(t) == first && around > best) {
                        best = around;
                        place = t;
                        window = w;
                    }
                }
            }
            double[] logits = runs.get(window).logits();
            String label = LABELS[argmax(logits, place * LABELS.length, (place + 1) * LABELS.length)];
            Span shown = word.span().trimmed(text);
            List<Answer.Entity> around = found.entities().stream()
                    .filter(entity -> entity.place().start() <= shown.start() && shown.end() <= entity.place().end())
                    .toList();
            if (label.equals("O")) {
                assertThat(around).isEmpty();
            } else {
                assertThat(around).singleElement().satisfies(
                        entity -> assertThat(label).endsWith(entity.label()));
            }
        }
        Oracle.assertConserved(explanation, explanation.parts());
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void wordsInThePlaceOfMasks(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.GUESSER).open(directory);
        String text = "The " + family.mask() + " sat on the " + family.mask() + ".";
        TextExplanation explanation =
                explainer.explainTexts(List.of(TextInput.text(text)), Question.top(2)).getFirst();
        Encoding encoding = explanation.encoding();
        Oracle.Run run = Oracle.run(explainer, encoding);
        Tokenizer tokenizer = JsonTokenizer.open(directory);
        int mask = tokenizer.specialTokens().id(SpecialTokens.Role.MASK);
        int[] places = IntStream.range(0, encoding.length()).filter(t -> encoding.ids()[t] == mask).toArray();
        assertThat(places).hasSize(2);
        int vocabulary = run.output().shape().size(2);

        Answer.Words words = (Answer.Words) explanation.answer();
        assertThat(words.words()).hasSize(2);
        assertThat(explanation.parts()).hasSize(4);
        for (int m = 0; m < 2; m++) {
            int place = places[m];
            double total = IntStream.range(0, vocabulary).mapToDouble(v -> Math.exp(run.at(place, v))).sum();
            int[] order = IntStream.range(0, vocabulary).boxed()
                    .sorted(Comparator.comparingDouble(v -> -run.at(place, v))).mapToInt(v -> v).toArray();
            assertThat(words.words().get(m)).extracting(Prediction::index)
                    .containsExactly(order[0], order[1], order[2], order[3], order[4]);
            for (int k = 0; k < 2; k++) {
                Prediction word = words.words().get(m).get(k);
                assertThat(word.probability()).isCloseTo(Math.exp(run.at(place, order[k])) / total, within(1e-9));
                TextPart part = explanation.parts().get(2 * m + k);
                assertThat(part.output()).isCloseTo(run.at(place, order[k]), within(1e-9));
                assertThat(part.subject()).isEqualTo(word.label().strip());
                assertClose(tokens(part), run.relevance(explainer, Oracle.cells(run.output(),
                        new int[] {place * vocabulary + order[k]}, 1)), 1e-9);
            }
        }
        Oracle.assertConserved(explanation, explanation.parts());
    }
}
