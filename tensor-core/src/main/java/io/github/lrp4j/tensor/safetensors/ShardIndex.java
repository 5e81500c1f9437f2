package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.SafetensorsException.quoted;

import com.fasterxml.jackson.core.JsonToken;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The index of a model in several files: {@code {"metadata": {...}, "weight_map": {tensor: file}}}.
 *
 * @param weightMap for each tensor the name of the file that holds it, in the order of the index
 * @param metadata the plain values of {@code metadata} as text, such as {@code total_size}
 */
record ShardIndex(Map<String, String> weightMap, Map<String, String> metadata) {

    /**
     * The index in {@code file}.
     *
     * @throws SafetensorsException if it is no such index, repeats a key or names a file outside of its own directory
     */
    static ShardIndex read(Path file) throws SafetensorsException {
        MemorySegment content = MappedFile.map(file);
        if (content.byteSize() > Header.MAX_BYTES) {
            throw new SafetensorsException(file, null,
                    content.byteSize() + " bytes exceed the limit of " + Header.MAX_BYTES
                            + " for an index");
        }
        try (JsonCursor json = new JsonCursor(file, content.asByteBuffer(), 0)) {
            return new ShardIndexReader(json).object();
        }
    }

    private static final class ShardIndexReader {
        private final JsonCursor json;
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private Map<String, String> weightMap;

        ShardIndexReader(JsonCursor json) {
            this.json = json;
        }

        ShardIndex object() throws SafetensorsException {
            json.expect(JsonToken.START_OBJECT, "the index must be an object");
            while (json.next() == JsonToken.FIELD_NAME) {
                switch (json.text()) {
                    case "weight_map" -> {
                        if (weightMap != null) {
                            throw json.fault("weight_map occurs twice");
                        }
                        weightMap = weightMap();
                    }
                    case "metadata" -> metadata();
                    default -> {
                        json.next();
                        json.skipRest();
                    }
                }
            }
            json.expectEnd();
            if (weightMap == null || weightMap.isEmpty()) {
                throw json.fault("not an index: weight_map is " + (weightMap == null ? "missing" : "empty"));
            }
            return new ShardIndex(Collections.unmodifiableMap(weightMap), Collections.unmodifiableMap(metadata));
        }

        private Map<String, String> weightMap() throws SafetensorsException {
            Map<String, String> shards = new LinkedHashMap<>();
            // One string per shard, not one per tensor.
            Map<String, String> distinct = new HashMap<>();
            json.expect(JsonToken.START_OBJECT, "weight_map must be an object");
            while (json.next() == JsonToken.FIELD_NAME) {
                String tensor = json.text();
                json.blame(tensor);
                if (shards.containsKey(tensor)) {
                    throw json.fault("the key occurs twice");
                }
                json.expect(JsonToken.VALUE_STRING, "must name a file");
                String shard = json.text();
                if (!isPlainFileName(shard)) {
                    throw json.fault("shard " + quoted(shard) + " must be a plain file name beside the index");
                }
                shards.put(tensor, distinct.computeIfAbsent(shard, same -> same));
                json.blame(null);
            }
            return shards;
        }

        /** Whatever the machine: neither a separator, a drive or stream, a parent, nor a control character. */
        private static boolean isPlainFileName(String name) {
            return !name.isEmpty() && !name.equals(".") && !name.equals("..")
                    && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
        }

        private void metadata() throws SafetensorsException {
            JsonToken start = json.next();
            if (start == JsonToken.VALUE_NULL) {
                return;
            }
            if (start != JsonToken.START_OBJECT) {
                throw json.fault("metadata must be an object");
            }
            JsonToken token = json.next();
            while (token == JsonToken.FIELD_NAME) {
                String name = json.text();
                token = json.next();
                if (token.isScalarValue()) {
                    metadata.putIfAbsent(name, json.text());
                } else {
                    json.skipRest();
                }
                token = json.next();
            }
        }
    }
}
