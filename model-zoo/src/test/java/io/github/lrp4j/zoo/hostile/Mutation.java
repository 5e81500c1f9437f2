package io.github.lrp4j.zoo.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damaged variants of a file: of its bytes, or of the values of its JSON. */
public final class Mutation {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> VALUES = List.of("null", "true", "false", "0", "1", "-1", "2", "1.5", "1e300",
            "2147483647", "2147483648", "4294967295", "4294967296", "1073741824", "9223372036854775807",
            "18446744073709551616", "-9223372036854775808", "\"\"", "\" \"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"",
            "\"\uD83D\uDE00\"", "\"##\"", "\"<0x41>\"", "\"A\"", "\"B\"", "\"\u2581\"", "\"(a+)+b\"", "\"x*\"", "\".\"",
            "[]", "{}", "[[]]", "[null]", "{\"a\": 1}", "[0, 1]", "[\"a\", 0]", "[1000000000]");

    private static final String MARKS = "([*+?{^$|\\)]}.<>- \u00e9";

    private final Random random;

    /** Mutations drawn from {@code random}. */
    public Mutation(Random random) {
        this.random = random;
    }

    /** One to four bytes changed, inserted or lost, or the end cut off. */
    public byte[] bytes(byte[] content) {
        byte[] changed = content.clone();
        for (int n = random.nextInt(4); n >= 0 && changed.length > 0; n--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(6)) {
                case 0 -> changed = Arrays.copyOf(changed, at);
                case 1 -> changed[at] = (byte) random.nextInt(256);
                case 2 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> {
                    byte[] inserted = new byte[changed.length + 1 + random.nextInt(3)];
                    int more = inserted.length - changed.length;
                    System.arraycopy(changed, 0, inserted, 0, at);
                    System.arraycopy(changed, at, inserted, at + more, changed.length - at);
                    for (int i = at; i < at + more; i++) {
                        inserted[i] = (byte) random.nextInt(256);
                    }
                    changed = inserted;
                }
                case 4 -> {
                    int end = Math.min(changed.length, at + 1 + random.nextInt(8));
                    byte[] shorter = new byte[changed.length - (end - at)];
                    System.arraycopy(changed, 0, shorter, 0, at);
                    System.arraycopy(changed, end, shorter, at, changed.length - end);
                    changed = shorter;
                }
                default -> changed[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
            }
        }
        return changed;
    }

    /** One to three values of an object replaced, lost, doubled, moved or wrapped. */
    public byte[] json(JsonNode tree) {
        JsonNode changed = tree.deepCopy();
        for (int n = random.nextInt(3); n >= 0; n--) {
            change(changed);
        }
        return changed.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void change(JsonNode tree) {
        List<ContainerNode<?>> parents = new ArrayList<>();
        collect(tree, parents, 0);
        ContainerNode<?> parent = parents.get(random.nextInt(parents.size()));
        if (parent.isEmpty()) {
            if (parent instanceof ArrayNode list) {
                list.add(value());
            } else {
                ((ObjectNode) parent).set("x", value());
            }
            return;
        }
        int at = random.nextInt(parent.size());
        if (parent instanceof ArrayNode list) {
            switch (random.nextInt(8)) {
                case 0 -> list.remove(at);
                case 1 -> list.add(list.get(at).deepCopy());
                case 2 -> list.set(at, taken(parents));
                default -> list.set(at, changed(list.get(at)));
            }
        } else {
            ObjectNode object = (ObjectNode) parent;
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(at);
            switch (random.nextInt(8)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(names.get(random.nextInt(names.size())), object.get(name).deepCopy());
                case 2 -> object.set(name, taken(parents));
                case 3 -> object.set(random.nextBoolean() ? name + "x" : "", object.get(name).deepCopy());
                default -> object.set(name, changed(object.get(name)));
            }
        }
    }

    /** Few of the many entries of a long list: what is beside them is of more interest. */
    private void collect(JsonNode node, List<ContainerNode<?>> parents, int depth) {
        if (node instanceof ContainerNode<?> container) {
            parents.add(container);
            int left = 40;
            for (JsonNode child : container) {
                if (left-- > 0 || random.nextInt(200) == 0) {
                    collect(child, parents, depth + 1);
                }
            }
        }
    }

    private JsonNode taken(List<ContainerNode<?>> parents) {
        JsonNode taken = parents.get(random.nextInt(parents.size()));
        return taken.size() > 1000 ? NODES.nullNode() : taken.deepCopy();
    }

    private JsonNode value() {
        try {
            return MAPPER.readTree(VALUES.get(random.nextInt(VALUES.size())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode changed(JsonNode before) {
        int kind = random.nextInt(8);
        if (kind < 3) {
            return value();
        }
        if (kind == 3) {
            return NODES.arrayNode().add(before.deepCopy());
        }
        if (kind == 4 && before.size() < 1000) {
            JsonNode deep = before.deepCopy();
            for (int i = random.nextInt(120); i > 0; i--) {
                deep = NODES.objectNode().set("a", deep);
            }
            return deep;
        }
        if (before.isTextual()) {
            return NODES.textNode(text(before.textValue()));
        }
        if (before.isNumber()) {
            return NODES.numberNode(before.longValue() + (random.nextBoolean() ? 1 : -1) * (1L << random.nextInt(40)));
        }
        if (before.isBoolean()) {
            return NODES.booleanNode(!before.booleanValue());
        }
        return value();
    }

    private String text(String before) {
        StringBuilder text = new StringBuilder(before);
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(5)) {
            case 0 -> text.setLength(at);
            case 1 -> text.insert(at, "([*+?{^$|\\)]}.<>- \u00e9".charAt(random.nextInt(20)));
            case 2 -> text.append(before);
            case 3 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
            default -> {
                if (at < text.length()) {
                    text.setCharAt(at,
                            (char) (random.nextBoolean() ? 'A' + random.nextInt(58) : random.nextInt(0x3000)));
                }
            }
        }
        return text.toString();
    }
}
