package io.github.lrp4j.zoo.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.zoo.json.JsonFile;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;

/**
 * {@code key -> value}: a {@code config.json}, read with types.
 *
 * <pre>{@code
 * int width = config.size("hidden_size");
 * double epsilon = config.number("layer_norm_eps", 1e-12);
 * }</pre>
 *
 * <p>A key that is there with the value {@code null} counts as missing. Every fault is a {@link ConfigException} that
 * names file, key and what was wanted.
 */
public final class ModelConfig {
    private final String file;
    private final String path;
    private final ObjectNode values;

    private ModelConfig(String file, String path, ObjectNode values) {
        this.file = file;
        this.path = path;
        this.values = values;
    }

    /**
     * The configuration in {@code file}.
     *
     * @throws IOException if it cannot be read or is no JSON object
     */
    public static ModelConfig read(Path file) throws IOException {
        return new ModelConfig(file.toString(), "", JsonFile.read(file));
    }

    /** A configuration from memory; {@code name} is what messages call it. */
    public static ModelConfig of(String name, ObjectNode values) {
        return new ModelConfig(name, "", values.deepCopy());
    }

    /** A configuration without keys; {@code name} is what messages call it. */
    public static ModelConfig empty(String name) {
        return new ModelConfig(name, "", JsonNodeFactory.instance.objectNode());
    }

    /** The family: {@code roberta}. */
    public String modelType() {
        return text("model_type");
    }

    /** The classes that the weights were saved from, the first of which says which head there is. */
    public List<String> architectures() {
        return texts("architectures");
    }

    /** Whether there is a value. */
    public boolean has(String key) {
        return !node(key).isMissingNode();
    }

    /** Whether the value is an object. */
    public boolean isObject(String key) {
        return node(key).isObject();
    }

    /** Whether the value is a list. */
    public boolean isList(String key) {
        return node(key).isArray();
    }

    /** A whole number of at least 1: a width, a count. */
    public int size(String key) {
        return size(key, required(key, "a whole number of at least 1"));
    }

    /** As {@link #size(String)}, with what a missing value means. */
    public int size(String key, int otherwise) {
        return has(key) ? size(key, node(key)) : otherwise;
    }

    private int size(String key, JsonNode value) {
        int number = integer(key, value, "a whole number of at least 1");
        if (number < 1) {
            throw wrong(key, value, "a whole number of at least 1");
        }
        return number;
    }

    /** A whole number. */
    public int integer(String key) {
        return integer(key, required(key, "a whole number"), "a whole number");
    }

    /** A whole number, with what a missing value means. */
    public int integer(String key, int otherwise) {
        return has(key) ? integer(key, node(key), "a whole number") : otherwise;
    }

    /** A whole number, if there is one. */
    public OptionalInt findInteger(String key) {
        return has(key) ? OptionalInt.of(integer(key)) : OptionalInt.empty();
    }

    private int integer(String key, JsonNode value, String wanted) {
        // 1.0 is written for 1 now and then; 1.5 is a mistake.
        if (!value.isNumber() || !value.canConvertToInt() || value.doubleValue() != value.intValue()) {
            throw wrong(key, value, wanted);
        }
        return value.intValue();
    }

    /** Whole numbers. */
    public List<Integer> integers(String key) {
        List<Integer> integers = new ArrayList<>();
        JsonNode list = list(key);
        for (int i = 0; i < list.size(); i++) {
            integers.add(integer(key + "." + i, list.get(i), "a whole number"));
        }
        return List.copyOf(integers);
    }

    /** A finite number. */
    public double number(String key) {
        return number(key, required(key, "a number"));
    }

    /** A finite number, with what a missing value means. */
    public double number(String key, double otherwise) {
        return has(key) ? number(key, node(key)) : otherwise;
    }

    private double number(String key, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(key, value, "a finite number");
        }
        return value.doubleValue();
    }

    /** Finite numbers. */
    public List<Double> numbers(String key) {
        List<Double> numbers = new ArrayList<>();
        JsonNode list = list(key);
        for (int i = 0; i < list.size(); i++) {
            numbers.add(number(key + "." + i, list.get(i)));
        }
        return List.copyOf(numbers);
    }

    /** True or false, with what a missing value means. */
    public boolean flag(String key, boolean otherwise) {
        JsonNode value = node(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(key, value, "true or false");
        }
        return value.isMissingNode() ? otherwise : value.booleanValue();
    }

    /** A text. */
    public String text(String key) {
        return text(key, required(key, "a text"));
    }

    /** A text, with what a missing value means. */
    public String text(String key, String otherwise) {
        return has(key) ? text(key, node(key)) : otherwise;
    }

    /** A text, if there is one. */
    public Optional<String> findText(String key) {
        return has(key) ? Optional.of(text(key)) : Optional.empty();
    }

    private String text(String key, JsonNode value) {
        if (!value.isTextual()) {
            throw wrong(key, value, "a text");
        }
        return value.textValue();
    }

    /** Texts; none where the key is missing. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        if (has(key)) {
            JsonNode list = list(key);
            for (int i = 0; i < list.size(); i++) {
                texts.add(text(key + "." + i, list.get(i)));
            }
        }
        return List.copyOf(texts);
    }

    /** The object under a key, if there is one. */
    public Optional<ModelConfig> find(String key) {
        JsonNode value = node(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!(value instanceof ObjectNode object)) {
            throw wrong(key, value, "an object");
        }
        return Optional.of(new ModelConfig(file, full(key), object));
    }

    /**
     * Names of the classes in order: {@code id2label}, else numbers for {@code num_labels} of them; none where neither
     * is there. Names come from a file and may hold anything: what does not print is replaced.
     */
    public List<String> labels() {
        Optional<ModelConfig> named = find("id2label");
        List<String> labels = new ArrayList<>();
        if (named.isPresent()) {
            int count = named.get().values.size();
            for (int i = 0; i < count; i++) {
                labels.add(JsonFileException.shown(named.get().text(Integer.toString(i))));
            }
        } else {
            for (int i = 0; i < integer("num_labels", 0) && i < (1 << 20); i++) {
                labels.add(Integer.toString(i));
            }
        }
        return List.copyOf(labels);
    }

    /** The keys, in order. */
    public List<String> keys() {
        return StreamSupport.stream(((Iterable<String>) values::fieldNames).spliterator(), false).toList();
    }

    /**
     * A fault of the value under {@code key}: for what the types here cannot say.
     *
     * @param fault what is wrong, as in "must divide hidden_size 12, is 5"
     */
    public ConfigException fault(String key, String fault) {
        return new ConfigException(file + ": " + JsonFileException.shown(full(key)) + ": " + fault);
    }

    private JsonNode node(String key) {
        JsonNode value = values.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    private JsonNode list(String key) {
        JsonNode value = required(key, "a list");
        if (!value.isArray()) {
            throw wrong(key, value, "a list");
        }
        return value;
    }

    private JsonNode required(String key, String wanted) {
        JsonNode value = node(key);
        if (value.isMissingNode()) {
            throw fault(key, "is missing, wanted " + wanted);
        }
        return value;
    }

    private ConfigException wrong(String key, JsonNode value, String wanted) {
        return fault(key, "must be " + wanted + ", is " + JsonFileException.shown(value.toString()));
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** File and family. */
    @Override
    public String toString() {
        return file + path;
    }
}
