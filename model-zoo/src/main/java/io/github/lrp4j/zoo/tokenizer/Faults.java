package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.nio.file.Path;

/**
 * What the checks of one {@code tokenizer.json} say of it: {@code file: JSON path: fault}, in one line.
 *
 * @param file the file
 */
record Faults(Path file) {
    /** The fault of the value at {@code path}. */
    TokenizerException at(String path, String fault) {
        return new TokenizerException(file + ": " + shown(path) + ": " + fault, null);
    }

    /** A text from the file, safe to print. */
    static String shown(String text) {
        return JsonFileException.shown(text);
    }

    /** The member {@code name} of the object at {@code path}, which must be a text of at most {@code longest}. */
    String text(JsonNode object, String path, String name, int longest) throws TokenizerException {
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw at(path + "." + name,
                    "must be a text, is " + shown(value.isMissingNode() ? "missing" : value.toString()));
        }
        if (value.textValue().length() > longest) {
            throw at(path + "." + name,
                    value.textValue().length() + " characters are more than the limit of " + longest);
        }
        return value.textValue();
    }

    /** Refuses what is no object: the library also reads structures from lists, which the checks do not follow. */
    void requireObject(JsonNode value, String path) throws TokenizerException {
        if (!value.isObject()) {
            throw at(path, "must be an object, is " + shown(value.isMissingNode() ? "missing" : value.toString()));
        }
    }

    /** Refuses what is no list, or too long a one. */
    void requireList(JsonNode value, String path, int most) throws TokenizerException {
        if (!value.isArray()) {
            throw at(path, "must be a list, is " + shown(value.isMissingNode() ? "missing" : value.toString()));
        }
        if (value.size() > most) {
            throw at(path, value.size() + " elements are more than the limit of " + most);
        }
    }
}
