package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.zoo.json.JsonFile;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@code tokenizer.json} that has been checked. The library that runs it ends the whole process on many faults, so all
 * that it takes for granted is made sure of before it sees the file. The text is read once into memory; vocabulary and
 * merges are checked in a stream, and all else, which is bounded, as a tree.
 *
 * @param content the file's text
 * @param members {@code added_tokens}, {@code padding} and {@code normalizer}, as far as they are there
 * @param mayNotVanish tokens that must not be empty once they are normalized
 * @param mayNotBlank tokens that must not be blank once they are normalized
 * @param longestText the longest text, in UTF-16 units, that may be encoded
 * @param mostIds how many tokens may be decoded at once
 */
record TokenizerFile(String content, ObjectNode members, List<String> mayNotVanish, List<String> mayNotBlank,
        int longestText, int mostIds) {
    private static final long LONGEST = 256L << 20;
    private static final int LONGEST_MEMBER = 16 << 20;
    private static final double LONGEST_TEXT = 1 << 22;
    private static final double LONGEST_DECODED = 1 << 28;
    private static final Set<String> TREES = Set.of("added_tokens", "padding", "normalizer", "pre_tokenizer",
            "post_processor", "decoder");

    /** Reads one file. */
    private static final class Reading {
        final Faults faults;
        final String content;
        final ObjectNode members = JsonNodeFactory.instance.objectNode();
        final ObjectNode settings = JsonNodeFactory.instance.objectNode();
        /** Where vocabulary and merges begin. */
        final Map<String, Integer> streams = new HashMap<>();

        Reading(Faults faults, String content) {
            this.faults = faults;
            this.content = content;
        }

        void members(JsonParser json) throws IOException {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new TokenizerException(faults.file() + ": no JSON object", null);
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("model")) {
                    model(json);
                } else if (TREES.contains(name)) {
                    members.set(name, tree(name, json));
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new TokenizerException(faults.file() + ": no JSON object alone: something follows it", null);
            }
        }

        private void model(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw faults.at("model", "must be an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("vocab") || name.equals("merges")) {
                    streams.put(name, place(json));
                }
                if (json.currentToken().isStructStart()) {
                    json.skipChildren();
                } else {
                    settings.set(name, json.<JsonNode>readValueAsTree());
                }
            }
        }

        private static int place(JsonParser json) {
            return (int) json.currentTokenLocation().getCharOffset();
        }

        private JsonNode tree(String name, JsonParser json) throws IOException {
            if (!json.currentToken().isStructStart()) {
                return json.readValueAsTree();
            }
            int from = place(json);
            json.skipChildren();
            int length = (int) json.currentLocation().getCharOffset() - from;
            if (length > LONGEST_MEMBER) {
                throw faults.at(name, length + " characters are more than the limit of " + LONGEST_MEMBER);
            }
            JsonNode[] tree = new JsonNode[1];
            JsonFile.scan(faults.file(), content, from, part -> tree[0] = part.readValueAsTree());
            return tree[0];
        }
    }

    /**
     * Reads and checks {@code file}.
     *
     * @throws TokenizerException naming the part of the file that is wrong
     */
    static TokenizerFile read(Path file) throws IOException {
        Reading reading = new Reading(new Faults(file), text(file));
        try {
            JsonFile.scan(file, reading.content, 0, reading::members);
            return checked(reading);
        } catch (JsonFileException e) {
            throw new TokenizerException(e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new TokenizerException(
                    file + ": " + Files.size(file) + " bytes are more than the limit of " + LONGEST,
                    null);
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new TokenizerException(file + ": no text in UTF-8", e);
        }
    }

    private static TokenizerFile checked(Reading reading) throws IOException {
        Faults faults = reading.faults;
        StepsCheck steps = new StepsCheck(faults);
        steps.normalizer(member(reading, "normalizer"));
        steps.preTokenizer(member(reading, "pre_tokenizer"));
        steps.postProcessor(member(reading, "post_processor"));
        steps.decoder(member(reading, "decoder"));
        AddedTokensCheck added = AddedTokensCheck.of(faults, member(reading, "added_tokens"));
        ModelCheck model = new ModelCheck(faults);
        int prefix = model.settings(reading.settings);
        if (reading.streams.containsKey("vocab")) {
            JsonFile.scan(faults.file(), reading.content, reading.streams.get("vocab"), model::vocabulary);
        }
        if (reading.streams.containsKey("merges")) {
            JsonFile.scan(faults.file(), reading.content, reading.streams.get("merges"),
                    json -> model.merges(json, prefix));
        }
        double steadyText = PatternCheck.MOST_STEPS / (2 * steps.patternCost());
        double longestText = Math.min(LONGEST_TEXT, steadyText) / steps.growth();
        double mostIds = LONGEST_DECODED / (model.longestPiece() * steps.decodedGrowth());
        boolean normalizes = member(reading, "normalizer").isObject();
        return new TokenizerFile(reading.content, reading.members, normalizes ? added.mayNotVanish() : List.of(),
                normalizes ? added.mayNotBlank() : List.of(), (int) Math.max(1, longestText),
                (int) Math.max(1, mostIds));
    }

    private static JsonNode member(Reading reading, String name) {
        JsonNode member = reading.members.get(name);
        return member == null ? MissingNode.getInstance() : member;
    }
}
