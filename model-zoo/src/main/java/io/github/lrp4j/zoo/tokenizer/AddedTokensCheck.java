package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code added_tokens}: tokens that are looked for in a text before all else, by an automaton whose size grows with
 * theirs.
 *
 * @param mayNotVanish tokens that are looked for in the normalized text, and must not be empty there
 * @param mayNotBlank those that must not be blank there either
 */
record AddedTokensCheck(List<String> mayNotVanish, List<String> mayNotBlank) {
    private static final int MOST = 1 << 16;
    private static final int LONGEST = 512;
    private static final int LONGEST_TOGETHER = 1 << 22;

    /**
     * Checks the tokens.
     *
     * @throws TokenizerException naming the token that is wrong
     */
    static AddedTokensCheck of(Faults faults, JsonNode tokens) throws TokenizerException {
        List<String> mayNotVanish = new ArrayList<>();
        List<String> mayNotBlank = new ArrayList<>();
        if (tokens.isMissingNode() || tokens.isNull()) {
            return new AddedTokensCheck(mayNotVanish, mayNotBlank);
        }
        faults.requireList(tokens, "added_tokens", MOST);
        boolean takesBlanksAfter = false;
        for (JsonNode token : tokens) {
            takesBlanksAfter |= token.path("rstrip").asBoolean(false);
        }
        int together = 0;
        for (int i = 0; i < tokens.size(); i++) {
            String path = "added_tokens." + i;
            JsonNode token = tokens.get(i);
            faults.requireObject(token, path);
            String content = faults.text(token, path, "content", LONGEST);
            together += content.length();
            if (together > LONGEST_TOGETHER) {
                throw faults.at(path, "all tokens up to here have more than " + LONGEST_TOGETHER + " characters");
            }
            JsonNode id = token.path("id");
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw faults.at(path + ".id", "must be the number of a token, is "
                        + Faults.shown(id.isMissingNode() ? "missing" : id.toString()));
            }
            if (content.isEmpty()) {
                continue;
            }
            boolean meets = takesBlanksAfter && token.path("lstrip").asBoolean(false);
            if (meets && content.codePoints().allMatch(Span::isBlank)) {
                throw faults.at(path, "a blank token with lstrip beside tokens with rstrip: both would take the same"
                        + " blanks");
            }
            if (token.path("normalized").asBoolean(false)) {
                (meets ? mayNotBlank : mayNotVanish).add(content);
            }
        }
        return new AddedTokensCheck(mayNotVanish, mayNotBlank);
    }
}
