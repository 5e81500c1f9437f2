package io.github.lrp4j.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTokenizerTest {
    /** Words are split at blanks; the file asks for truncation and padding, which must not happen by themselves. */
    private static final String WORDS = """
            {"version": "1.0",
             "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
             "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null,
                         "pad_id": 3, "pad_type_id": 0, "pad_token": "<void>"},
             "added_tokens": [
               {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true},
               {"id": 3, "content": "<void>", "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true}],
             "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
               "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                        {"Sequence": {"id": "B", "type_id": 1}}],
               "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
             "decoder": null,
             "model": {"type": "WordLevel", "vocab": {"<s>": 0, "?": 1, "a": 2, "<void>": 3, "b": 4}, "unk_token": "?"}}
            """;

    @TempDir
    private Path folder;

    private JsonTokenizer words;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), WORDS);
        words = JsonTokenizer.open(folder);
    }

    @Test
    void nothingIsCutOrFilledUpUnasked() {
        Encoding encoding = words.encode("a b a b", true);

        assertThat(encoding.ids()).containsExactly(0, 2, 4, 2, 4);
        assertThat(encoding.typeIds()).containsOnly(0);
        assertThat(encoding.specialTokensMask()).containsExactly(1, 0, 0, 0, 0);
        assertThat(encoding.padded(7, words.specialTokens().pad()).ids()).containsExactly(0, 2, 4, 2, 4, 3, 3);
        assertThat(encoding.padded(7, words.specialTokens().pad()).attentionMask())
                .containsExactly(1, 1, 1, 1, 1, 0, 0);
        assertThatThrownBy(() -> encoding.padded(4, words.specialTokens().pad()))
                .hasMessageContaining("5 tokens cannot be padded to 4");
    }

    @Test
    void windowsOfOneText() {
        List<Encoding> windows = words.encode("a b a a b", true).windows(4, 1);

        assertThat(windows).extracting(Encoding::ids).containsExactly(new int[] {0, 2, 4, 2}, new int[] {0, 2, 2, 4});
        assertThat(windows.get(1).textOf(windows.get(1).tokens().getLast())).isEqualTo("b");
        assertThat(windows.get(1).tokens().getLast().span()).isEqualTo(new Span(8, 9));
    }

    @Test
    void windowsOfAPairKeepTheFirstText() {
        assertThat(words.encode("b b", "a b a", true).windows(4, 0)).extracting(Encoding::ids)
                .containsExactly(new int[] {0, 4, 4, 2}, new int[] {0, 4, 4, 4}, new int[] {0, 4, 4, 2});
    }

    @Test
    void windowsWithoutRoomSayWhy() {
        Encoding pair = words.encode("b b", "a b a", true);

        assertThatThrownBy(() -> pair.windows(4, 1)).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "tokenizer: windows of 4 tokens leave 1 for the second text beside the 3 tokens of the first text and"
                        + " special tokens, which must be more than the stride of 1");
        assertThatThrownBy(() -> pair.windows(2, 0)).hasMessageContaining("leave 0 for the second text");
        assertThatThrownBy(() -> pair.windows(4, -1)).hasMessageContaining("stride -1");
    }

    @Test
    void placesAreThoseOfStrings() {
        Encoding encoding = words.encode("\uD83D\uDE00 a \uD83D\uDE00\uD83D\uDE00 b", false);

        assertThat(encoding.tokens()).extracting(Token::span).containsExactly(new Span(0, 2), new Span(3, 4),
                new Span(5, 9), new Span(10, 11));
        assertThat(encoding.codePointsOf(encoding.tokens().get(3))).isEqualTo(new Span(7, 8));
        assertThat(encoding.textOf(encoding.tokens().get(2))).isEqualTo("\uD83D\uDE00\uD83D\uDE00");
    }

    @Test
    void halvesOfCharactersDoNotShiftWhatFollows() {
        Encoding encoding = words.encode("a\uD83D x\uDE00\uDE00 b", false);

        assertThat(encoding.tokens()).extracting(Token::span).containsExactly(new Span(0, 2), new Span(3, 6),
                new Span(7, 8));
        assertThat(encoding.ids()).containsExactly(1, 1, 4);
    }

    @Test
    void textsMayHoldAnything() {
        assertThat(words.encode("", true).ids()).containsExactly(0);
        assertThat(words.encode("a\0 b", false).ids()).containsExactly(1, 4);
        assertThat(words.encode("b <s> a", false).ids()).containsExactly(4, 0, 2);
    }

    @Test
    void numbersThatTheVocabularyLacksAreLeftOut() {
        assertThat(words.decode(new int[] {0, 2, -1, 4, 99, Integer.MAX_VALUE}, false)).isEqualTo("<s> a b");
        assertThat(words.decode(new int[] {0, 2, 4}, true)).isEqualTo("a b");
        assertThat(words.decode(new int[0], true)).isEmpty();
    }

    @Test
    void rolesComeFromTheFilesBeside() throws IOException {
        assertThat(words.specialTokens().pad()).isEqualTo(new SpecialToken(3, "<void>", 0));
        assertThat(words.specialTokens().id(SpecialTokens.Role.BOS)).isZero();
        assertThatThrownBy(() -> words.specialTokens().id(SpecialTokens.Role.MASK))
                .isInstanceOf(NoSuchElementException.class).hasMessageContaining("no MASK token");

        Files.writeString(folder.resolve("tokenizer_config.json"),
                "{\"cls_token\": {\"content\": \"<s>\", \"lstrip\": false}, \"mask_token\": \"<void>\","
                        + " \"sep_token\": null, \"model_max_length\": 1000000000000000019884624838656}");
        SpecialTokens told = JsonTokenizer.open(folder).specialTokens();
        assertThat(told.id(SpecialTokens.Role.CLS)).isZero();
        assertThat(told.id(SpecialTokens.Role.MASK)).isEqualTo(3);
        assertThat(told.find(SpecialTokens.Role.SEP)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{}", "{\"version\": \"1.0\"}", "{\"version\": \"9.0\"}", "{\"a\": 1, \"a\": 2}",
                "{} {}", "\u0000"})
    void filesThatAreNoTokenizers(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), content);

        assertThatThrownBy(() -> JsonTokenizer.open(folder)).isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith(file + ": no ").hasMessageMatching("[^\\n\\r]*");
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        byte[] content = WORDS.getBytes(StandardCharsets.UTF_8);
        content[WORDS.indexOf("WordLevel")] = (byte) 0xFF;
        Path file = Files.write(folder.resolve("tokenizer.json"), content);

        assertThatThrownBy(() -> JsonTokenizer.open(folder)).isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith(file + ": no ");
    }

    @Test
    void aMissingFileSaysHowToMakeOne() {
        Path nowhere = folder.resolve("nowhere");

        assertThatThrownBy(() -> JsonTokenizer.open(nowhere)).isInstanceOf(TokenizerException.class)
                .hasMessageContaining(nowhere.toString()).hasMessageContaining("no such file")
                .hasMessageContaining("save_pretrained");
    }

    @Test
    void severalThreadsMayUseOne() {
        int[] wanted = words.encode("a b a b", true).ids();

        List<int[]> got = new ArrayList<>(IntStream.range(0, 200).parallel()
                .mapToObj(i -> words.encode("a b a b", true).ids()).toList());

        assertThat(got).hasSize(200).allSatisfy(ids -> assertThat(ids).isEqualTo(wanted));
    }
}
