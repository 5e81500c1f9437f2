package io.github.lrp4j.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Writes records as JSON. */
public final class Json {
    /** Components of records, and nothing that their methods say besides. */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().disable(MapperFeature.AUTO_DETECT_IS_GETTERS).build();

    private Json() {
    }

    /** The record as indented JSON text; numbers that are not finite are strings. */
    public static String text(Object content) {
        return written(MAPPER.writer(SerializationFeature.INDENT_OUTPUT), content) + "\n";
    }

    /** The record as one line of JSON, without its end. */
    public static String line(Object content) {
        return written(MAPPER.writer(), content);
    }

    private static String written(ObjectWriter writer, Object content) {
        try {
            return writer.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // Records of numbers and texts.
        }
    }
}
