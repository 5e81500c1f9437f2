package io.github.lrp4j.zoo.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.tokenizer.Span;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Questions of SQuAD 1.1 or 2.0 (Rajpurkar et al. 2016, 2018), read paragraph by paragraph:
 * {@code {"data": [{"paragraphs": [{"context": ..., "qas": [{"id", "question", "answers": [{"text", "answer_start"}],
 * "is_impossible"}]}]}]}}. Offsets of answers count code points.
 */
public final class SquadFile implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final JsonParser parser;
    private final Deque<SquadQuestion> ready = new ArrayDeque<>();
    private int article = -1;
    private int paragraph = -1;
    private boolean isInParagraphs;
    private boolean isAtEnd;

    private SquadFile(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * The questions of a file.
     *
     * @throws DataSetException naming file and offset if it is no such file
     */
    public static SquadFile open(Path file) throws IOException {
        SquadFile opened;
        try {
            opened = new SquadFile(file,
                    MAPPER.createParser(new BufferedInputStream(Files.newInputStream(file), 1 << 16)));
        } catch (NoSuchFileException e) {
            throw new DataSetException(file + ": no such file", e);
        }
        try {
            opened.enterData();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Reads a file to its end: how many questions it has. A fault in its last line is better told before the work. */
    public static long count(Path file) throws IOException {
        long count = 0;
        try (SquadFile questions = open(file)) {
            while (questions.next() != null) {
                count++;
            }
        }
        return count;
    }

    private void enterData() throws IOException {
        if (token() != JsonToken.START_OBJECT) {
            throw fault("", "is no JSON object");
        }
        while (token() == JsonToken.FIELD_NAME) {
            boolean isData = parser.currentName().equals("data");
            JsonToken value = token();
            if (isData) {
                if (value != JsonToken.START_ARRAY) {
                    throw fault("data", "must be an array of articles");
                }
                return;
            }
            skipChildren();
        }
        throw fault("data", "is missing");
    }

    /**
     * The next question, or null behind the last one.
     *
     * @throws DataSetException naming file, key and offset if something is missing or of another kind
     */
    public SquadQuestion next() throws IOException {
        while (ready.isEmpty() && !isAtEnd) {
            if (isInParagraphs) {
                nextParagraph();
            } else {
                nextArticle();
            }
        }
        return ready.poll();
    }

    /** Goes to the paragraphs of the next article. */
    private void nextArticle() throws IOException {
        JsonToken token = token();
        // Behind an article that had been entered.
        while (token == JsonToken.END_OBJECT || token == JsonToken.FIELD_NAME) {
            if (token == JsonToken.FIELD_NAME) {
                token();
                skipChildren();
            }
            token = token();
        }
        if (token == JsonToken.END_ARRAY) {
            isAtEnd = true;
            return;
        }
        article++;
        paragraph = -1;
        if (token != JsonToken.START_OBJECT) {
            throw fault("data[" + article + "]", "must be an object");
        }
        while (token() == JsonToken.FIELD_NAME) {
            boolean isParagraphs = parser.currentName().equals("paragraphs");
            JsonToken value = token();
            if (isParagraphs) {
                if (value != JsonToken.START_ARRAY) {
                    throw fault("data[" + article + "].paragraphs", "must be an array");
                }
                isInParagraphs = true;
                return;
            }
            skipChildren();
        }
        throw fault("data[" + article + "].paragraphs", "is missing");
    }

    private void nextParagraph() throws IOException {
        JsonToken token = token();
        if (token == JsonToken.END_ARRAY) {
            isInParagraphs = false;
            return;
        }
        paragraph++;
        String path = "data[" + article + "].paragraphs[" + paragraph + "]";
        if (token != JsonToken.START_OBJECT) {
            throw fault(path, "must be an object");
        }
        JsonNode tree;
        try {
            // Whole: in files as published, the questions stand before their context.
            tree = MAPPER.readTree(parser);
        } catch (JsonProcessingException e) {
            throw notJson(e);
        }
        String context = text(tree, path, "context");
        JsonNode questions = tree.path("qas");
        if (!questions.isArray()) {
            throw fault(path + ".qas", "must be an array of questions");
        }
        for (int q = 0; q < questions.size(); q++) {
            ready.add(question(questions.get(q), path + ".qas[" + q + "]", context));
        }
    }

    private SquadQuestion question(JsonNode tree, String path, String context) throws IOException {
        JsonNode answers = tree.path("answers");
        if (!answers.isArray() && !answers.isMissingNode()) {
            throw fault(path + ".answers", "must be an array");
        }
        List<SquadQuestion.Gold> golds = new ArrayList<>();
        for (int a = 0; a < answers.size(); a++) {
            golds.add(gold(answers.get(a), path + ".answers[" + a + "]", context));
        }
        JsonNode impossible = tree.path("is_impossible");
        if (!impossible.isMissingNode() && !impossible.isBoolean()) {
            throw fault(path + ".is_impossible", "must be true or false");
        }
        return new SquadQuestion(text(tree, path, "id"), text(tree, path, "question"), context, golds,
                impossible.isMissingNode() ? golds.isEmpty() : impossible.booleanValue());
    }

    private SquadQuestion.Gold gold(JsonNode tree, String path, String context) throws IOException {
        String text = text(tree, path, "text");
        JsonNode start = tree.path("answer_start");
        if (!start.isInt() || start.intValue() < 0) {
            throw fault(path + ".answer_start", "must be a whole number from 0 on");
        }
        if (start.intValue() > context.codePointCount(0, context.length())) {
            throw fault(path + ".answer_start", start.intValue() + " lies behind the end of the context");
        }
        int first = context.offsetByCodePoints(0, start.intValue());
        if (!context.startsWith(text, first)) {
            throw fault(path,
                    "at " + start.intValue() + " the context has no \"" + JsonFileException.shown(text) + "\"");
        }
        return new SquadQuestion.Gold(text, new Span(first, first + text.length()));
    }

    private String text(JsonNode tree, String path, String key) throws IOException {
        JsonNode text = tree.path(key);
        if (!text.isTextual()) {
            throw fault(path + "." + key, text.isMissingNode() ? "is missing" : "must be a text");
        }
        return text.textValue();
    }

    private JsonToken token() throws IOException {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw fault("", "cut short");
            }
            return token;
        } catch (JsonProcessingException e) {
            throw notJson(e);
        }
    }

    private void skipChildren() throws IOException {
        try {
            parser.skipChildren();
        } catch (JsonProcessingException e) {
            throw notJson(e);
        }
    }

    private DataSetException notJson(JsonProcessingException e) {
        return new DataSetException(file + ": no JSON: " + e.getOriginalMessage() + at(e.getLocation().getByteOffset()),
                e);
    }

    private DataSetException fault(String key, String fault) {
        return new DataSetException(file + ": " + (key.isEmpty() ? "" : key + ": ") + fault
                + at(parser.currentLocation().getByteOffset()));
    }

    private static String at(long offset) {
        return " (at byte " + offset + ")";
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
