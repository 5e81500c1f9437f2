package io.github.lrp4j.zoo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged {@code tokenizer.json} files: whatever the checks let through, the native library must survive, since what it
 * does not survive ends this JVM.
 */
class HostileTokenizerTest {
    private static final int VARIANTS = 1800;
    private static final int PIECES = 200;
    /** A tree of a file of 400,000 bytes, its text, and what the checks of a table of characters need. */
    private static final long MOST_ALLOCATED = 64L << 20;

    /** Steps that the reference tokenizers do without. */
    private static final String MIXED = """
            {"version": "1.0", "truncation": {"direction": "Right", "max_length": 5, "strategy": "LongestFirst",
              "stride": 2}, "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": 8,
              "pad_id": 0, "pad_type_id": 0, "pad_token": "x"},
             "added_tokens": [{"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true}, {"id": 9, "content": "lo ", "single_word": true, "lstrip": true,
               "rstrip": true, "normalized": true, "special": false}],
             "normalizer": {"type": "Sequence", "normalizers": [{"type": "Nmt"}, {"type": "Prepend", "prepend": "_"},
               {"type": "Strip", "strip_left": true, "strip_right": false}, {"type": "StripAccents"},
               {"type": "Replace", "pattern": {"Regex": "l+"}, "content": "LL"}, {"type": "ByteLevel"}]},
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split",
               "pattern": {"Regex": "\\\\s+(?!\\\\S)|l*"}, "behavior": "MergedWithNext", "invert": true},
               {"type": "Punctuation", "behavior": "Isolated"}, {"type": "Digits", "individual_digits": true},
               {"type": "UnicodeScripts"}, {"type": "CharDelimiterSplit", "delimiter": "x"},
               {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true}]},
             "post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": true,
               "trim_offsets": true, "use_regex": false}, {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
               "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}]},
             "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "_"},
               "content": " "}, {"type": "ByteFallback"}, {"type": "WordPiece", "prefix": "##", "cleanup": true},
               {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true},
               {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
             "model": {"type": "BPE", "dropout": null, "unk_token": "?", "continuing_subword_prefix": "##",
               "end_of_word_suffix": "</w>", "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
               "vocab": {"?": 0, "h": 1, "##e": 2, "he": 3, "##l": 4, "##o</w>": 5, "##lo</w>": 6},
               "merges": ["h ##e", "##l ##o</w>"]}}
            """;

    private static final String ROLES = """
            {"bos_token": "<s>", "eos_token": {"content": "lo ", "lstrip": false, "normalized": false, "special": true},
             "unk_token": "?", "pad_token": null, "model_max_length": 1000000000000000019884624838656,
             "added_tokens_decoder": {"0": {"content": "<s>", "special": true}}, "additional_special_tokens": ["a"],
             "clean_up_tokenization_spaces": true, "tokenizer_class": "PreTrainedTokenizerFast"}
            """;

    private static final List<String> TEXTS = List.of("", " ", "Hello, y'all! \uD83D\uDE00 caf\u00e9  12345 <s> [MASK]",
            "\u4e2d\u6587\ttab\nnew\0nul \uFB01 \u00C5 \u0301\u0301\u0301\u0301\u0301\u0301", "l".repeat(60),
            " ".repeat(50) + "x");

    @TempDir
    private Path folder;

    private static List<ObjectNode> whole() throws IOException {
        List<ObjectNode> whole = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        whole.add((ObjectNode) mapper.readTree(MIXED));
        Path tokenizers = Path.of(System.getProperty("lrp4j.golden", "../golden"), "tokenizers");
        try (Stream<Path> folders = Files.list(tokenizers)) {
            for (Path golden : folders.filter(Files::isDirectory).sorted().toList()) {
                ObjectNode tree = (ObjectNode) mapper.readTree(golden.resolve("tokenizer.json").toFile());
                shorten((ObjectNode) tree.get("model"));
                whole.add(tree);
            }
        }
        return whole;
    }

    /** The first pieces and the merges among them. */
    private static void shorten(ObjectNode model) {
        JsonNode vocabulary = model.get("vocab");
        if (vocabulary instanceof ArrayNode list) {
            while (list.size() > PIECES) {
                list.remove(list.size() - 1);
            }
        }
        if (vocabulary instanceof ObjectNode map) {
            int kept = 0;
            for (Iterator<JsonNode> pieces = map.elements(); pieces.hasNext();) {
                pieces.next();
                if (kept++ >= PIECES) {
                    pieces.remove();
                }
            }
            if (model.has("merges")) {
                model.putArray("merges");
            }
        }
    }

    private static void use(Path file) throws IOException {
        JsonTokenizer tokenizer = JsonTokenizer.open(file);
        int[] all = IntStream.range(0, 300).toArray();
        tokenizer.decode(all, false);
        for (int id = 0; id < 20; id++) {
            tokenizer.decode(new int[] {id}, true);
        }
        for (String text : TEXTS) {
            try {
                int[] ids = tokenizer.encode(text, true).ids();
                tokenizer.decode(ids, false);
                tokenizer.encode(text, text, true);
                tokenizer.encode(text, false);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("tokenizer: ");
            }
        }
    }

    private void damage(List<ObjectNode> whole, int from, int to) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Trial trial = new Trial(file.toString(), MOST_ALLOCATED);
        for (int i = from; i < to; i++) {
            Mutation mutation = new Mutation(new Random(i));
            ObjectNode tree = whole.get(i % whole.size());
            byte[] damaged = i % 7 == 0
                    ? mutation.bytes(tree.toString().getBytes(StandardCharsets.UTF_8))
                    : mutation.json(tree);
            Files.write(file, damaged);
            trial.run("tokenizer " + i, () -> use(file));
        }
        trial.requireBoth((to - from) / 100, (to - from) / 4);
    }

    @Test
    void aFewOfAll() throws IOException {
        damage(whole(), 0, 300);
    }

    @Test
    @Tag("slow")
    void many() throws IOException {
        damage(whole(), 300, VARIANTS);
    }

    @Test
    void tablesOfCharacters() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Trial trial = new Trial(file.toString(), MOST_ALLOCATED);
        ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(MIXED);
        for (int i = 0; i < 400; i++) {
            Random random = new Random(i);
            byte[] table = new byte[4 + 1024 + 16];
            table[1] = 4;
            for (int unit = 0; unit < 256; unit++) {
                if (i > 0 && random.nextInt(4) == 0) {
                    // Without the two bits for the end of a key and for a long way, all ways stay within the table.
                    int kept = i % 2 == 0 ? (1 << 18) - 1 & ~0x300 : Integer.MAX_VALUE;
                    int value = random.nextInt() & kept & ~0xFF | unit;
                    for (int b = 0; b < 4; b++) {
                        table[4 + 4 * unit + b] = (byte) (value >> 8 * b);
                    }
                }
            }
            byte[] damaged = i % 4 == 0 ? table : new Mutation(random).bytes(table);
            tree.putObject("normalizer").put("type", "Precompiled").put("precompiled_charsmap",
                    Base64.getEncoder().encodeToString(damaged));
            Files.writeString(file, tree.toString());
            trial.run("table " + i, () -> use(file));
        }
        trial.requireBoth(50, 100);
    }

    /** The files beside a whole tokenizer that say which token has which role. */
    @ParameterizedTest
    @ValueSource(strings = {"special_tokens_map.json", "tokenizer_config.json"})
    void roles(String name) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, MIXED);
        Path beside = folder.resolve(name);
        JsonNode tree = new ObjectMapper().readTree(ROLES);
        Trial trial = new Trial(beside.toString(), MOST_ALLOCATED);
        for (int i = 0; i < 200; i++) {
            Mutation mutation = new Mutation(new Random(i));
            Files.write(beside, i % 2 == 0
                    ? mutation.bytes(ROLES.getBytes(StandardCharsets.UTF_8))
                    : mutation.json(tree));
            trial.run(name + " " + i, () -> {
                SpecialTokens roles = JsonTokenizer.open(file).specialTokens();
                assertThat(roles.toString()).doesNotContain("\n");
                roles.find(SpecialTokens.Role.BOS).ifPresent(token -> assertThat(token.id()).isIn(0, 9));
            });
        }
        trial.requireBoth(100, 30);
    }

    /** Files of the wrong kind, of any length. */
    @ParameterizedTest
    @ValueSource(strings = {"special_tokens_map.json", "tokenizer_config.json"})
    void giantRoles(String name) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, MIXED);
        Path beside = folder.resolve(name);
        Trial trial = new Trial(beside.toString(), MOST_ALLOCATED);
        for (String content : List.of("", "[]", "null", "1", "[".repeat(100_000), "{\"a\":".repeat(100_000),
                "{\"bos_token\": \"" + "x".repeat(9 << 20) + "\"}", "{} {}", "\0")) {
            trial.run(name + " " + content.length(), () -> {
                Files.writeString(beside, content);
                JsonTokenizer.open(file);
            });
        }
        trial.requireBoth(0, 9);
    }
}
