package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code model}: its vocabulary and its merges, read in a stream since they make up the file.
 */
final class ModelCheck {
    private static final int LONGEST_PIECE = 4096;
    private static final int LONGEST_AFFIX = 64;
    /** A word of a WordPiece model costs up to the cube of this. */
    private static final int LONGEST_WORD = 2000;

    private final Faults faults;
    private int longestPiece = 1;
    private final PrefixCount prefixes = new PrefixCount();

    ModelCheck(Faults faults) {
        this.faults = faults;
    }

    /** Characters of the longest piece of the vocabulary. */
    int longestPiece() {
        return longestPiece;
    }

    /**
     * Checks what is beside vocabulary and merges.
     *
     * @return UTF-8 bytes of the prefix of pieces within a word
     */
    int settings(JsonNode model) throws TokenizerException {
        int prefix = affix(model, "continuing_subword_prefix");
        affix(model, "end_of_word_suffix");
        affix(model, "unk_token");
        JsonNode longest = model.path("max_input_chars_per_word");
        if (longest.isNumber() && longest.doubleValue() > LONGEST_WORD) {
            throw faults.at("model.max_input_chars_per_word", Faults.shown(longest.toString())
                    + " is more than the limit of " + LONGEST_WORD);
        }
        return prefix;
    }

    private int affix(JsonNode model, String name) throws TokenizerException {
        JsonNode affix = model.path(name);
        return affix.isTextual()
                ? faults.text(model, "model", name, LONGEST_AFFIX).getBytes(StandardCharsets.UTF_8).length
                : 0;
    }

    /** Checks {@code model.vocab}, before whose value {@code json} is: a map to numbers, or a list of pairs with scores. */
    void vocabulary(JsonParser json) throws IOException {
        switch (json.nextToken()) {
            case START_OBJECT -> numbered(json);
            case START_ARRAY -> scored(json);
            default -> throw faults.at("model.vocab", "must be a map or a list");
        }
    }

    private void numbered(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String piece = json.currentName();
            require(piece);
            JsonToken value = json.nextToken();
            if (value != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0
                    || json.getLongValue() > Integer.MAX_VALUE) {
                throw faults.at("model.vocab." + piece, "must be the number of a token");
            }
        }
    }

    private void scored(JsonParser json) throws IOException {
        int number = 0;
        while (json.nextToken() == JsonToken.START_ARRAY) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw notScored(number);
            }
            String piece = json.getText();
            require(piece);
            prefixes.add(piece.getBytes(StandardCharsets.UTF_8));
            if (prefixes.isFull()) {
                throw faults.at("model.vocab", "its pieces have more than " + PrefixCount.MOST
                        + " different beginnings, more than can be kept");
            }
            if (!json.nextToken().isNumeric() || json.nextToken() != JsonToken.END_ARRAY) {
                throw notScored(number);
            }
            number++;
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw notScored(number);
        }
    }

    private TokenizerException notScored(int number) {
        return faults.at("model.vocab." + number, "must be a piece with its score");
    }

    private void require(String piece) throws TokenizerException {
        if (piece.length() > LONGEST_PIECE) {
            throw faults.at("model.vocab." + piece.substring(0, LONGEST_AFFIX), "a piece of " + piece.length()
                    + " characters is longer than the limit of " + LONGEST_PIECE);
        }
        longestPiece = Math.max(longestPiece, piece.length());
    }

    /**
     * Checks {@code model.merges}, before whose value {@code json} is. From the second piece of each, the library cuts
     * {@code prefix} bytes.
     */
    void merges(JsonParser json, int prefix) throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            throw faults.at("model.merges", "must be a list");
        }
        int number = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String second;
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                String both = json.getText();
                second = both.substring(both.lastIndexOf(' ') + 1);
            } else if (json.currentToken() == JsonToken.START_ARRAY && json.nextToken() == JsonToken.VALUE_STRING
                    && json.nextToken() == JsonToken.VALUE_STRING) {
                second = json.getText();
                if (json.nextToken() != JsonToken.END_ARRAY) {
                    throw notTwo(number);
                }
            } else {
                throw notTwo(number);
            }
            if (prefix > 0 && !isCuttable(second, prefix)) {
                throw faults.at("model.merges." + number, "the second piece, " + Faults.shown(second)
                        + ", does not begin with the continuing_subword_prefix");
            }
            number++;
        }
    }

    private TokenizerException notTwo(int number) {
        return faults.at("model.merges." + number, "must be two pieces");
    }

    private static boolean isCuttable(String piece, int prefix) {
        byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
        return bytes.length == prefix || bytes.length > prefix && (bytes[prefix] & 0xC0) != 0x80;
    }
}
