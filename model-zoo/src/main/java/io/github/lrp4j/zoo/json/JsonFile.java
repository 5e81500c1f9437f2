package io.github.lrp4j.zoo.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/** JSON objects from files that may be anybody's: bounded depth and size, no key twice. */
public final class JsonFile {
    /** The longest file that is read whole; the names of 20,000 classes take a tenth of it. */
    private static final long LONGEST = 8L << 20;
    private static final int DEEPEST = 100;

    /** Python writes infinities as a bare word. Names are not interned, so that no file fills what outlives it. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE).build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build()).build();

    private JsonFile() {
    }

    /** What reads a JSON text from its beginning. */
    public interface Scan {
        /** Reads; the parser is before the first token. */
        void run(JsonParser json) throws IOException;
    }

    /**
     * The object in {@code file}.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws JsonFileException if it is no JSON object, or longer than 8 MiB
     */
    public static ObjectNode read(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new JsonFileException(file + ": " + Files.size(file) + " bytes exceed the limit of " + LONGEST, null);
        }
        return members(file, null);
    }

    /**
     * The object in {@code file}, of whatever length, with those of its members alone that are {@code wanted}.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws JsonFileException if it is no JSON object
     */
    public static ObjectNode read(Path file, Set<String> wanted) throws IOException {
        return members(file, wanted);
    }

    private static ObjectNode members(Path file, Set<String> wanted) throws IOException {
        ObjectNode object = MAPPER.createObjectNode();
        // Opened by us: Jackson would hide that there is no such file.
        try (var content = Files.newInputStream(file)) {
            run(file, () -> MAPPER.createParser(content), json -> {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new JsonFileException(file + ": no JSON object", null);
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    if (wanted == null || wanted.contains(name)) {
                        object.set(name, MAPPER.<JsonNode>readTree(json));
                    } else {
                        json.skipChildren();
                    }
                }
                if (json.nextToken() != null) {
                    throw new JsonFileException(file + ": no JSON object alone: something follows it", null);
                }
            });
        }
        return object;
    }

    /**
     * Reads {@code content}, which is all or a part of {@code file}, token by token under the same bounds.
     *
     * @param from where in {@code content} to begin
     * @throws JsonFileException if what is read is no JSON
     */
    public static void scan(Path file, String content, int from, Scan scan) throws IOException {
        run(file, () -> {
            StringReader rest = new StringReader(content);
            rest.skip(from);
            return MAPPER.createParser(rest);
        }, scan);
    }

    private interface Opening {
        JsonParser open() throws IOException;
    }

    private static void run(Path file, Opening opening, Scan scan) throws IOException {
        try (JsonParser json = opening.open()) {
            scan.run(json);
        } catch (CharConversionException e) {
            throw new JsonFileException(file + ": no JSON: " + JsonFileException.shown(e.getMessage()), e);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")";
            throw new JsonFileException(
                    file + ": no JSON: " + JsonFileException.shown(e.getOriginalMessage()) + where, e);
        }
    }
}
