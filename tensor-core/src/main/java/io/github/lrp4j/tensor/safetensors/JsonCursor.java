package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.SafetensorsException.quoted;
import static io.github.lrp4j.tensor.safetensors.SafetensorsException.shown;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.lrp4j.tensor.safetensors.Utf8Reader.MalformedUtf8;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A JSON document in a file, read token by token in bounded memory. Every fault, of syntax or of {@linkplain #fault
 * content}, becomes a {@link SafetensorsException} with the byte at which it shows.
 */
final class JsonCursor implements Closeable {
    /**
     * No header that this library writes or knows nests deeper than 3; index files may carry anything in their
     * metadata.
     */
    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 64;
    private static final int LONGEST_NAME = 64 << 10;

    // Names are neither interned nor put into a symbol table: a hostile file must not fill what outlives it.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxNameLength(LONGEST_NAME)
                            .maxStringLength(Header.MAX_BYTES)
                            .maxDocumentLength(Header.MAX_BYTES)
                            .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final Path file;
    private final ByteBuffer json;
    private final long origin;
    private final JsonParser parser;
    private String key;

    /** The document {@code json}, which begins at byte {@code origin} of {@code file}. */
    JsonCursor(Path file, ByteBuffer json, long origin) throws SafetensorsException {
        this.file = file;
        this.json = json;
        this.origin = origin;
        try {
            this.parser = FACTORY.createParser(new Utf8Reader(json.duplicate()));
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** From here on faults are those of {@code key}; null for none. */
    void blame(String key) {
        this.key = key;
    }

    /** The next token; null after the end of the document. */
    JsonToken next() throws SafetensorsException {
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** Moves to the next token, which must be {@code expected}; {@code what} says so in words. */
    void expect(JsonToken expected, String what) throws SafetensorsException {
        if (next() != expected) {
            throw fault(what + ", found " + token());
        }
    }

    /** Moves to the end of the object or array that the current token opens, if it does. */
    void skipRest() throws SafetensorsException {
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** The document must be over, white space apart. */
    void expectEnd() throws SafetensorsException {
        if (next() != null) {
            throw fault("nothing may follow the closing brace, found " + token());
        }
    }

    /** Text of the current token: a name, a string, the digits of a number. */
    String text() throws SafetensorsException {
        String text;
        try {
            text = parser.getText();
        } catch (IOException e) {
            throw translated(e);
        }
        if (!isUnicode(text)) {
            throw fault("not valid Unicode: half of a surrogate pair");
        }
        return text;
    }

    /** Whether surrogates come in pairs; escapes in the JSON can break them. */
    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The current token as a number that is not negative; {@code what} says in words what it must be. */
    long count(String what) throws SafetensorsException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || text().startsWith("-")) {
            throw fault(what + ", found " + token());
        }
        try {
            return Long.parseLong(text());
        } catch (NumberFormatException e) {
            throw fault(what + ", found " + token() + ", which exceeds 64 bits");
        }
    }

    /** The current token in words. */
    private String token() throws SafetensorsException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "the end";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case END_OBJECT, END_ARRAY -> "the closing " + text();
            case VALUE_STRING, FIELD_NAME -> quoted(text());
            default -> shown(text());
        };
    }

    /** A fault of the content at the current token. */
    SafetensorsException fault(String what) {
        return new SafetensorsException(file, key, origin + byteOf(parser.currentTokenLocation()), what, null);
    }

    private SafetensorsException translated(IOException e) {
        return switch (e) {
            case MalformedUtf8 malformed ->
                new SafetensorsException(file, null, origin + malformed.position, "not valid UTF-8", null);
            case JsonProcessingException syntax -> new SafetensorsException(
                    file, key, origin + byteOf(syntax.getLocation()),
                    "not valid JSON: " + shown(syntax.getOriginalMessage()), null);
            default -> new SafetensorsException(file, key, origin, "cannot be read: " + e.getMessage(), e);
        };
    }

    /** Index of the byte in which the character at {@code location} begins. */
    private long byteOf(JsonLocation location) {
        long chars = location == null ? 0 : Math.max(0, location.getCharOffset());
        int at = 0;
        for (long seen = 0; at < json.limit(); at++) {
            int unit = json.get(at) & 0xFF;
            boolean leads = (unit & 0xC0) != 0x80;
            if (leads && seen >= chars) {
                break;
            }
            if (leads) {
                // Four bytes of UTF-8 are two chars.
                seen += unit >= 0xF0 ? 2 : 1;
            }
        }
        return at;
    }

    @Override
    public void close() throws SafetensorsException {
        try {
            parser.close();
        } catch (IOException e) {
            throw translated(e);
        }
    }
}
