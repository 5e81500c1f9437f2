package io.github.lrp4j.cli.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Form;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.WordRelevance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A trained transformer: what it answers against ONNX Runtime, and what explanations find in its answers. */
@Tag("slow")
class MiniLmTest {
    private static final List<String> SENTENCES = List.of("Yes.", "A cat sleeps.", "Why did the lights go out?",
            "The quick brown fox jumps over the lazy dog.", "Das Caf\u00e9 an der Ecke ist heute geschlossen!",
            "Interest rates rose by 0.25 percentage points, more than most economists had expected.",
            "\"Unbelievable\", she said; \"I've never seen anything like this before.\"",
            "Electroencephalography records the spontaneous electrical activity of the brain.",
            "E=mc^2 is probably the best known formula of physics, though few people can say what it means.",
            "In 1969 two people walked on the moon while a third one waited in orbit, and millions watched.",
            "To repair the pump, first close both valves, then remove the four screws at the back, lift the cover, "
                    + "replace the seal and put everything together again in the opposite order.",
            "If you have ever tried to explain to someone why a joke is funny, you know that the explanation is rarely "
                    + "as good as the joke, that it takes three times as long, and that at the end of it nobody "
                    + "laughs, least of all the person who wanted to hear it in the first place.");

    @TempDir
    static Path directory;

    private static MiniLm model;
    private static OnnxSentences reference;

    @BeforeAll
    static void load() throws IOException, OrtException {
        byte[] file = MiniLm.file();
        model = MiniLm.load(file, directory);
        reference = new OnnxSentences(file);
    }

    @AfterAll
    static void close() throws OrtException {
        reference.close();
    }

    static Stream<Arguments> presets() {
        return Stream.of(Arguments.of("DynamicLRP", Presets.dynamicLrp()), Arguments.of("AttnLRP", Presets.attnLrp()),
                Arguments.of("conservative propagation", Presets.conservativePropagation()));
    }

    @Test
    void tokensAreWordPieces() throws IOException {
        SlowWordPiece slow = new SlowWordPiece(directory.resolve("tokenizer.json"));
        for (String sentence : SENTENCES) {
            assertThat(model.tokenizer().encode(sentence, true).ids()).as(sentence).isEqualTo(slow.ids(sentence));
        }
    }

    @Test
    void sentencesAloneAgreeWithTheReference() throws OrtException {
        for (String sentence : SENTENCES) {
            agrees(model.record(MiniLm.tape(), Pass.evaluation(), sentence));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPaddedBatchAgreesWithTheReference(Form attention) throws OrtException {
        MiniLm.Recorded batch = model.record(MiniLm.tape(), Pass.evaluation().withAttention(attention),
                SENTENCES.toArray(String[]::new));

        assertThat(batch.batch().isPadded()).isTrue();
        agrees(batch);
    }

    private static void agrees(MiniLm.Recorded recorded) throws OrtException {
        float[][][] states = reference.states(recorded.batch());
        Tensor means = recorded.means().tensor();
        Tensor units = recorded.units().tensor();
        for (int n = 0; n < states.length; n++) {
            double[] mean = mean(states[n], recorded.tokens().get(n).attentionMask());
            double length = Math.sqrt(Arrays.stream(mean).map(x -> x * x).sum());
            double[] unit = Arrays.stream(mean).map(x -> x / length).toArray();
            assertThat(means.select(0, n).toDoubleArray()).containsExactly(mean, within(1e-5));
            assertThat(units.select(0, n).toDoubleArray()).containsExactly(unit, within(1e-5));
        }
    }

    private static double[] mean(float[][] states, int[] mask) {
        double[] mean = new double[states[0].length];
        for (int t = 0; t < mask.length; t++) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += mask[t] * states[t][d];
            }
        }
        int tokens = Arrays.stream(mask).sum();
        return Arrays.stream(mean).map(sum -> sum / tokens).toArray();
    }

    /** Sentences beside their queries: what each has in common with its own. */
    private record Similarities(MiniLm.Recorded sentences, Value products) {
        static Similarities of(Pass pass, List<String> sentences, List<String> queries) {
            Tensor directions = model.record(MiniLm.tape(), Pass.evaluation(), queries.toArray(String[]::new))
                    .units().tensor();
            Tape tape = MiniLm.tape();
            MiniLm.Recorded recorded = model.record(tape, pass, sentences.toArray(String[]::new));
            return new Similarities(recorded,
                    recorded.means().unsqueeze(1).matmul(tape.constant(directions.unsqueeze(2))));
        }

        static Similarities ofPlantedWords(Pass pass) {
            return of(pass, PlantedWord.ALL.stream().map(PlantedWord::sentence).toList(),
                    PlantedWord.ALL.stream().map(PlantedWord::query).toList());
        }

        Relevance explain(RuleTable rules) {
            return Lrp.with(rules).explain(products, Seed.everywhere(), sentences.encoding().words());
        }

        /** Relevance per word of every sentence. */
        List<TextRelevance> words(Tensor relevance) {
            List<TextRelevance> words = new ArrayList<>();
            for (int n = 0; n < sentences.tokens().size(); n++) {
                Tensor cells = relevance.select(0, n);
                double[] tokens = IntStream.range(0, cells.size(0))
                        .mapToDouble(t -> Arrays.stream(cells.select(0, t).toDoubleArray()).sum()).toArray();
                words.add(TextRelevance.of(sentences.tokens().get(n), 0, tokens));
            }
            return words;
        }

        List<TextRelevance> words(RuleTable rules) {
            return words(explain(rules).of(sentences.encoding().words()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("presets")
    void relevanceIsConserved(String name, RuleTable rules) {
        for (Form attention : Form.values()) {
            Similarities planted = Similarities.ofPlantedWords(Pass.evaluation().withAttention(attention));

            ConservationLedger books = planted.explain(rules).ledger();

            assertThat(books.seed()).isEqualTo(PlantedWord.ALL.size());
            assertThat(books.imbalance()).isLessThan(1e-6);
            assertThat(books.at(Sink.STABILIZER) / books.seed()).isCloseTo(0, within(1e-5));
            assertThat(books.at(Sink.DROPPED)).isZero();
            assertThat(books.at(Sink.CREATED)).isZero();
            // Activations take what flows: matrices are no part of the explanation.
            assertThat(books.at(ConservationLedger.Ending.Kind.WEIGHT)).isZero();
            assertThat(books.at(ConservationLedger.Ending.Kind.EMBEDDING) / books.seed()).isBetween(0.2, 1.0);
        }
    }

    /** Of a product of two sentences both take their share. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("presets")
    void aCosineBetweenTwoSentencesIsConserved(String name, RuleTable rules) {
        MiniLm.Recorded pair = model.record(MiniLm.tape(), Pass.evaluation(), PlantedWord.ALL.get(0).sentence(),
                PlantedWord.ALL.get(0).query());
        Value cosine = pair.units().slice(0, 0, 1).matmul(pair.units().slice(0, 1, 2).transpose(0, 1));

        Relevance relevance = Lrp.with(rules).explain(cosine, Seed.everywhere(), pair.encoding().words());

        assertThat(relevance.ledger().imbalance()).isLessThan(1e-6);
        Tensor words = relevance.of(pair.encoding().words());
        for (int n = 0; n < 2; n++) {
            assertThat(Arrays.stream(words.select(0, n).toDoubleArray()).sum()).isBetween(0.05, 0.95);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("presets")
    void thePlantedWordIsFound(String name, RuleTable rules) {
        List<TextRelevance> found = Similarities.ofPlantedWords(Pass.evaluation()).words(rules);

        assertThat(found).extracting(MiniLmTest::top)
                .isEqualTo(PlantedWord.ALL.stream().map(PlantedWord::word).toList());
    }

    /** The same sentence about two things, explained for either: the query decides. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("presets")
    void theQueryDecides(String name, RuleTable rules) {
        List<String> sentences = new ArrayList<>();
        List<String> queries = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < PlantedWord.ALL.size(); i++) {
            PlantedWord one = PlantedWord.ALL.get(i);
            PlantedWord other = PlantedWord.ALL.get((i + 5) % PlantedWord.ALL.size());
            for (PlantedWord asked : List.of(one, other)) {
                sentences.add("We talked about the " + one.word() + " and later about the " + other.word() + ".");
                queries.add(asked.query());
                wanted.add(asked.word());
            }
        }

        assertThat(Similarities.of(Pass.evaluation(), sentences, queries).words(rules)).extracting(MiniLmTest::top)
                .isEqualTo(wanted);
    }

    private static String top(TextRelevance text) {
        return text.words().stream().max(Comparator.comparingDouble(WordRelevance::relevance)).orElseThrow().word();
    }

    /** Relevance that is propagated, and the same as gradient times input: two ways to one number. */
    @Test
    void bothFormsOfEachMethodAgree() {
        Similarities planted = Similarities.ofPlantedWords(Pass.evaluation());
        agree(planted, Presets.attnLrp(), Presets.attnLrpAsGradient());
        agree(planted, Presets.conservativePropagation(), Presets.conservativePropagationAsGradient());
    }

    private static void agree(Similarities planted, RuleTable rules, RuleTable asGradient) {
        Value words = planted.sentences().encoding().words();
        List<TextRelevance> shares = planted.words(planted.explain(rules).of(words));
        List<TextRelevance> products = planted.words(planted.explain(asGradient).timesValue(words));
        double[] similarities = planted.products().tensor().toDoubleArray();
        for (int n = 0; n < similarities.length; n++) {
            double[] expected = shares.get(n).words().stream().mapToDouble(WordRelevance::relevance).toArray();
            double[] got = products.get(n).words().stream().mapToDouble(WordRelevance::relevance).toArray();
            for (int i = 0; i < got.length; i++) {
                assertThat(got[i] / similarities[n]).isCloseTo(expected[i], within(2e-3));
            }
        }
    }
}
