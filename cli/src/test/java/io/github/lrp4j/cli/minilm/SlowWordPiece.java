package io.github.lrp4j.cli.minilm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code text -> ids}: lower case without accents, words and punctuation apart, the longest pieces first. */
final class SlowWordPiece {
    private static final Pattern WORD = Pattern.compile("\\p{Punct}|[^\\s\\p{Punct}]+");

    private final JsonNode vocabulary;

    /** @param file a {@code tokenizer.json} */
    SlowWordPiece(Path file) throws IOException {
        vocabulary = new ObjectMapper().readTree(file.toFile()).get("model").get("vocab");
    }

    /** With the special tokens at either end. */
    int[] ids(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "")
                .toLowerCase(Locale.ROOT);
        List<String> pieces = new ArrayList<>(List.of("[CLS]"));
        Matcher words = WORD.matcher(plain);
        while (words.find()) {
            pieces.addAll(pieces(words.group()));
        }
        pieces.add("[SEP]");
        return pieces.stream().mapToInt(piece -> vocabulary.get(piece).asInt()).toArray();
    }

    private List<String> pieces(String word) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < word.length();) {
            int to = word.length();
            String prefix = from == 0 ? "" : "##";
            while (to > from && !vocabulary.has(prefix + word.substring(from, to))) {
                to--;
            }
            if (to == from) {
                return List.of("[UNK]");
            }
            pieces.add(prefix + word.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
