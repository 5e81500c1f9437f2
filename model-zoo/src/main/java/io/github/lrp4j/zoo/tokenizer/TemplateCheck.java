package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * {@code single}, {@code pair}, {@code special_tokens}: a post-processor {@code TemplateProcessing}. Each piece of a
 * template must be a text that is there or a special token that is known, of which the library makes sure of neither.
 */
final class TemplateCheck {
    private static final int MOST_PIECES = 256;
    private static final int LONGEST = 1024;

    private TemplateCheck() {
    }

    /**
     * Checks the template at {@code path}.
     *
     * @throws TokenizerException naming the piece that is wrong
     */
    static void require(Faults faults, String path, JsonNode template) throws TokenizerException {
        JsonNode known = template.path("special_tokens");
        faults.requireObject(known, path + ".special_tokens");
        for (var token : known.properties()) {
            token(faults, path + ".special_tokens." + token.getKey(), token.getValue());
        }
        pieces(faults, path + ".single", template.path("single"), known, false);
        pieces(faults, path + ".pair", template.path("pair"), known, true);
    }

    private static void token(Faults faults, String path, JsonNode token) throws TokenizerException {
        faults.requireObject(token, path);
        faults.requireList(token.path("ids"), path + ".ids", MOST_PIECES);
        faults.requireList(token.path("tokens"), path + ".tokens", MOST_PIECES);
        if (token.get("ids").size() != token.get("tokens").size()) {
            throw faults.at(path, token.get("ids").size() + " ids for " + token.get("tokens").size() + " tokens");
        }
        for (JsonNode id : token.get("ids")) {
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw faults.at(path + ".ids", "must be numbers of tokens, has " + Faults.shown(id.toString()));
            }
        }
        for (JsonNode text : token.get("tokens")) {
            if (!text.isTextual() || text.textValue().length() > LONGEST) {
                throw faults.at(path + ".tokens", "must be texts of at most " + LONGEST + " characters");
            }
        }
    }

    private static void pieces(Faults faults, String path, JsonNode pieces, JsonNode known, boolean pair)
            throws TokenizerException {
        faults.requireList(pieces, path, MOST_PIECES);
        for (int i = 0; i < pieces.size(); i++) {
            String at = path + "." + i;
            JsonNode piece = pieces.get(i);
            faults.requireObject(piece, at);
            if (piece.size() != 1 || !piece.has("Sequence") && !piece.has("SpecialToken")) {
                throw faults.at(at, "must be a Sequence or a SpecialToken, is " + Faults.shown(piece.toString()));
            }
            String kind = piece.fieldNames().next();
            JsonNode content = piece.get(kind);
            faults.requireObject(content, at + "." + kind);
            requireType(faults, at + "." + kind, content.path("type_id"));
            String id = faults.text(content, at + "." + kind, "id", LONGEST);
            if (kind.equals("SpecialToken") && !known.has(id)) {
                throw faults.at(at + ".SpecialToken.id", Faults.shown(id) + " is not among the special_tokens");
            }
            if (kind.equals("Sequence") && !id.equals("A") && !(pair && id.equals("B"))) {
                throw faults.at(at + ".Sequence.id",
                        "must be " + (pair ? "A or B" : "A, there is one text") + ", is " + Faults.shown(id));
            }
        }
    }

    private static void requireType(Faults faults, String path, JsonNode type) throws TokenizerException {
        if (!type.isIntegralNumber() || !type.canConvertToInt() || type.intValue() < 0) {
            throw faults.at(path + ".type_id", "must be the number of a segment, is " + Faults.shown(type.toString()));
        }
    }
}
