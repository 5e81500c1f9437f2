package io.github.lrp4j.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** Writes records as JSON. */
public final class Json {
    private Json() {
    }

    /** The record as indented JSON text; numbers that are not finite are strings. */
    public static String text(Object content) {
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(content) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // Records of numbers and texts.
        }
    }
}
