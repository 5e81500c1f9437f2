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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How long each method took and what it held, in a file of its own: it is all of a run that is not the same a second time.
 */
final class Speeds {
    /** What the file is called. */
    static final String NAME = "speed.jsonl";

    private static final String FIRST = "first";
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
    private final Set<String> begun = new HashSet<>();

    Speeds(Path folder) {
        this.file = folder.resolve(NAME);
    }

    /** Adds a batch. The first of a method in this process is marked: while it ran, code was compiled. */
    void add(String method, Speed speed) {
        ObjectNode line = MAPPER.createObjectNode().put("method", method).put("explained", speed.explained())
                .put("seconds", speed.seconds()).put("peakHeapBytes", speed.peak());
        if (begun.add(method)) {
            line.put(FIRST, true);
        }
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw UserError.output("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * All batches of each method together, of the time all but the first ones where there are others; lines that are none are
     * passed over.
     */
    Map<String, Speed> read() {
        Map<String, Speed> speeds = new LinkedHashMap<>();
        Map<String, Speed> warm = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return speeds;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode json = parsed(line);
                if (json.path("method").isTextual()) {
                    Speed speed = new Speed(json.path("explained").asLong(), json.path("seconds").asDouble(),
                            json.path("peakHeapBytes").asLong());
                    speeds.merge(json.get("method").asText(), speed, Speed::and);
                    if (!json.path(FIRST).asBoolean()) {
                        warm.merge(json.get("method").asText(), speed, Speed::and);
                    }
                }
            }
            speeds.replaceAll((method, all) -> {
                Speed later = warm.getOrDefault(method, all);
                return new Speed(later.explained(), later.seconds(), all.peak());
            });
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
