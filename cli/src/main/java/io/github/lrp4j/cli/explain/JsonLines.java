package io.github.lrp4j.cli.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.explain.TextInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads texts from a file with a JSON object a line: {@code text}, or {@code question} and {@code context}; {@code id}. */
final class JsonLines implements AutoCloseable {
    /**
     * A text of the file.
     *
     * @param line number of its line, from 1
     * @param id what the file calls it, a text or a number; null where it does not
     * @param input the text
     */
    record Line(long line, Object id, TextInput input) {
        /** The id, or else the number of the line. */
        String name() {
            return id == null ? "line " + line : id.toString();
        }
    }

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final BufferedReader reader;
    private long number;

    private JsonLines(Path file, BufferedReader reader) {
        this.file = file;
        this.reader = reader;
    }

    /** The texts of a file. */
    static JsonLines open(Path file) throws IOException {
        try {
            return new JsonLines(file, Files.newBufferedReader(file));
        } catch (NoSuchFileException e) {
            throw UserError.input(file + ": no such file", e);
        }
    }

    /** Reads a file to its end: how many texts it has. A fault in its last line is better told before the work. */
    static long count(Path file) throws IOException {
        long count = 0;
        try (JsonLines lines = open(file)) {
            while (lines.next() != null) {
                count++;
            }
        }
        if (count == 0) {
            throw UserError.input(file + ": holds no text", null);
        }
        return count;
    }

    /** The next text; null at the end. Empty lines are passed over. */
    Line next() throws IOException {
        try {
            String line = reader.readLine();
            number++;
            while (line != null && line.isBlank()) {
                line = reader.readLine();
                number++;
            }
            return line == null ? null : line(MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
            throw fault("no JSON: " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw fault("no text in UTF-8");
        }
    }

    private Line line(JsonNode object) {
        if (!object.isObject()) {
            throw fault("no JSON object");
        }
        JsonNode id = object.path("id");
        if (!id.isMissingNode() && !id.isNull() && !id.isTextual() && !id.isIntegralNumber()) {
            throw fault("\"id\" must be a text or a whole number");
        }
        Object name = id.isTextual() ? id.textValue() : id.isIntegralNumber() ? id.numberValue() : null;
        boolean asks = object.has("question") || object.has("context");
        if (asks == object.has("text")) {
            throw fault("wants \"text\", or \"question\" and \"context\"");
        }
        TextInput input = asks
                ? TextInput.question(text(object, "question"), text(object, "context"))
                : TextInput.text(text(object, "text"));
        return new Line(number, name, input);
    }

    private String text(JsonNode object, String key) {
        JsonNode text = object.path(key);
        if (!text.isTextual()) {
            throw fault("\"" + key + "\" must be a text");
        }
        return text.textValue();
    }

    private UserError fault(String fault) {
        return UserError.input(file + ": line " + number + ": " + fault, null);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
