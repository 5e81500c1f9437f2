package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long each method took and what it held, in a file of its own: it is all of a run that is not the same a second time.
 */
final class Speeds {
    /** What the file is called. */
    static final String NAME = "speed.jsonl";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * What a method took.
     *
     * @param explained how many inputs it explained
     * @param seconds for these explanations alone
     * @param peak the most bytes of heap that a batch held
     */
    record Speed(long explained, double seconds, long peak) {
        /** Explanations per second. */
        double rate() {
            return explained / seconds;
        }

        private Speed and(Speed other) {
            return new Speed(explained + other.explained, seconds + other.seconds, Math.max(peak, other.peak));
        }
    }

    private final Path file;

    Speeds(Path folder) {
        this.file = folder.resolve(NAME);
    }

    /** Adds a batch. */
    void add(String method, Speed speed) {
        ObjectNode line = MAPPER.createObjectNode().put("method", method).put("explained", speed.explained())
                .put("seconds", speed.seconds()).put("peakHeapBytes", speed.peak());
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw UserError.output("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** All batches of each method together; lines that are none are passed over. */
    Map<String, Speed> read() {
        Map<String, Speed> speeds = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return speeds;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode json = parsed(line);
                if (json.path("method").isTextual()) {
                    speeds.merge(json.get("method").asText(), new Speed(json.path("explained").asLong(),
                            json.path("seconds").asDouble(), json.path("peakHeapBytes").asLong()), Speed::and);
                }
            }
            return speeds;
        } catch (IOException e) {
            throw UserError.input(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            return MAPPER.createObjectNode(); // Cut short when the process was killed.
        }
    }
}
