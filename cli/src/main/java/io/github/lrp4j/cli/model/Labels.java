package io.github.lrp4j.cli.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.UserError;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Class names from a file: a text file with one name a line, or JSON, either an array of names or an object from class
 * number to name, where a name may be an array whose last entry is meant (as in ImageNet's usual file,
 * {@code {"0": ["n01440764", "tench"]}}).
 */
final class Labels {
    private Labels() {
    }

    /** The names of {@code classes} classes. */
    static List<String> read(Path file, int classes) {
        List<String> names;
        try {
            String text = Files.readString(file);
            names = file.getFileName().toString().endsWith(".json")
                    ? json(file, text)
                    : text.strip().lines().map(String::strip).toList();
        } catch (java.nio.file.NoSuchFileException e) {
            throw UserError.input(file + ": no such file", e);
        } catch (MalformedInputException e) {
            throw UserError.input(file + ": no text in UTF-8", e);
        } catch (IOException e) {
            throw UserError.input(file + ": cannot be read: " + e.getMessage(), e);
        }
        if (names.size() != classes) {
            throw UserError.input(file + ": " + names.size() + " class names, the model has " + classes + " classes",
                    null);
        }
        return names;
    }

    private static List<String> json(Path file, String text) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw UserError.input(file + ": no JSON: " + e.getOriginalMessage(), e);
        }
        List<String> names = new ArrayList<>();
        for (int c = 0; c < root.size(); c++) {
            JsonNode name = root.isArray() ? root.get(c) : root.get(Integer.toString(c));
            JsonNode leaf = name != null && name.isArray() && !name.isEmpty() ? name.get(name.size() - 1) : name;
            if (leaf == null || !leaf.isTextual()) {
                throw UserError.input(file + ": no name for class " + c, null);
            }
            names.add(leaf.asText());
        }
        return names;
    }
}
