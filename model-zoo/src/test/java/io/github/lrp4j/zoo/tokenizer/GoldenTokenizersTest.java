package io.github.lrp4j.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of every case of every reference tokenizer. */
@Tag("golden")
class GoldenTokenizersTest {
    private static final Set<String> FIELDS = Set.of("ids", "tokens", "offsets", "type_ids", "special_tokens_mask",
            "word_ids", "sequence_ids", "attention_mask");

    static List<GoldenTokenizer> tokenizers() throws IOException {
        return GoldenTokenizer.all();
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void texts(GoldenTokenizer golden) {
        JsonNode cases = golden.cases().get("cases");
        assertThat(cases).isNotEmpty();
        for (JsonNode wanted : cases) {
            String text = wanted.get("text").asText();
            Encoding whole = golden.tokenizer().encode(text, true);
            compare(whole, wanted.get("with_special"), false, text);
            compare(golden.tokenizer().encode(text, false), wanted.get("without_special"), false, text);
            assertThat(golden.tokenizer().decode(whole.ids(), false)).as(text)
                    .isEqualTo(wanted.get("decoded").asText());
            assertThat(golden.tokenizer().decode(whole.ids(), true)).as(text)
                    .isEqualTo(wanted.get("decoded_skip_special").asText());
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void pairs(GoldenTokenizer golden) {
        JsonNode pairs = golden.cases().get("pairs");
        assertThat(pairs).isNotEmpty();
        for (JsonNode pair : pairs) {
            String question = pair.get("question").asText();
            Encoding whole = golden.tokenizer().encode(question, pair.get("context").asText(), true);
            List<Encoding> windows = List.of(whole);
            if (pair.has("max_length")) {
                int length = pair.get("max_length").asInt();
                int padId = pair.get("pad_id").asInt();
                SpecialToken pad = golden.tokenizer().specialTokens().find(SpecialTokens.Role.PAD)
                        .orElse(new SpecialToken(padId, "", 0));
                assertThat(pad.id()).isEqualTo(padId);
                int stride = pair.get("stride").asInt();
                assertThat(covered(whole.windows(length, stride))).isEqualTo(covered(List.of(whole)));
                windows = readByReference(whole, length).windows(length, stride).stream()
                        .map(window -> window.padded(length, pad)).toList();
            }
            JsonNode wanted = pair.get("encodings");
            assertThat(windows.size()).as(question).isEqualTo(wanted.size());
            for (int w = 0; w < windows.size(); w++) {
                compare(windows.get(w), wanted.get(w), w > 0, question + " " + w);
            }
        }
    }

    /** Where the tokens of the second text begin. */
    private static Set<Span> covered(List<Encoding> windows) {
        return windows.stream().flatMap(window -> window.tokens().stream()).filter(token -> token.sequence() == 1)
                .map(Token::span).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * As much of the second text as the implementation behind the reference data reads: it stops after the word with
     * which the text has as many tokens as a whole window, and never sees the rest.
     */
    private static Encoding readByReference(Encoding whole, int maxLength) {
        List<Token> kept = new ArrayList<>();
        int number = 0;
        int lastWord = Token.NONE;
        for (Token token : whole.tokens()) {
            if (token.sequence() != 1) {
                kept.add(token);
            } else if (number < maxLength || token.word() == lastWord) {
                kept.add(token);
                number++;
                lastWord = token.word();
            }
        }
        return new Encoding(kept, whole.texts());
    }

    /**
     * {@code later}: the reference processes the first window as the file says, and later ones not quite: where a file
     * asks for two steps, the blank before a word stays in the token's place, and where it says that the second text is
     * of segment 0, it is of segment 1. Here all windows are alike.
     */
    private static void compare(Encoding got, JsonNode wanted, boolean later, String what) {
        wanted.fieldNames().forEachRemaining(field -> assertThat(FIELDS).contains(field));
        column(got.ids(), wanted.get("ids"), what);
        if (wanted.has("type_ids")) {
            assertThat(got.typeIds()).as(what).isEqualTo(typeIds(got, wanted.get("type_ids"), later));
        }
        column(got.specialTokensMask(), wanted.get("special_tokens_mask"), what);
        column(got.attentionMask(), wanted.get("attention_mask"), what);
        column(ints(got, Token::word), wanted.get("word_ids"), what);
        column(ints(got, Token::sequence), wanted.get("sequence_ids"), what);
        if (wanted.has("tokens")) {
            assertThat(got.tokens().stream().map(Token::piece)).as(what).containsExactlyElementsOf(
                    StreamSupport.stream(wanted.get("tokens").spliterator(), false).map(JsonNode::asText).toList());
        }
        JsonNode offsets = wanted.get("offsets");
        assertThat(got.length()).as(what).isEqualTo(offsets.size());
        for (int i = 0; i < offsets.size(); i++) {
            Token token = got.tokens().get(i);
            Span span = got.codePointsOf(token);
            Span place = new Span(offsets.get(i).get(0).asInt(), offsets.get(i).get(1).asInt());
            if (later && token.sequence() != Token.NONE) {
                String text = got.texts().get(token.sequence());
                int start = text.offsetByCodePoints(0, place.start());
                int end = text.offsetByCodePoints(0, place.end());
                place = withoutBlanks(new Span(start, end), text);
                span = withoutBlanks(token.span(), text);
            }
            assertThat(span).as(what + ", token " + i).isEqualTo(place);
        }
    }

    private static Span withoutBlanks(Span span, String text) {
        Span trimmed = span.trimmed(text);
        int start = trimmed.start();
        while (trimmed.isEmpty() && start < text.length() && Span.isBlank(text.codePointAt(start))) {
            start++;
        }
        return trimmed.isEmpty() ? new Span(start, start) : trimmed;
    }

    /** The segment of each token; {@code later}, where the reference forgets what a file says, that of a whole text. */
    private static int[] typeIds(Encoding got, JsonNode wanted, boolean later) {
        return IntStream.range(0, got.length()).map(i -> {
            int said = wanted.get(i).asInt();
            Token token = got.tokens().get(i);
            return later && said == token.sequence() ? token.typeId() : said;
        }).toArray();
    }

    private static int[] ints(Encoding encoding, Function<Token, Integer> field) {
        return encoding.tokens().stream().mapToInt(field::apply).toArray();
    }

    /** Fields that a case does not list are not compared; null stands for none. */
    private static void column(int[] got, JsonNode wanted, String what) {
        if (wanted != null) {
            int[] values = IntStream.range(0, wanted.size())
                    .map(i -> wanted.get(i).isNull() ? Token.NONE : wanted.get(i).asInt()).toArray();
            assertThat(got).as(what + " " + Arrays.toString(values)).isEqualTo(values);
        }
    }
}
