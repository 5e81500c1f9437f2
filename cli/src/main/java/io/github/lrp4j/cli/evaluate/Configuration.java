package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * All that the numbers of a run depend on, by name: two runs of one configuration give the same records.
 *
 * @param settings what was chosen, in the order in which it is shown
 */
record Configuration(Map<String, String> settings) {
    /** Copies. */
    Configuration {
        settings = new LinkedHashMap<>(settings);
    }

    /** This configuration as JSON. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        settings.forEach(json::put);
        return json;
    }

    /** What {@link #toJson} gave. */
    static Configuration ofJson(JsonNode json) {
        Map<String, String> settings = new LinkedHashMap<>();
        json.properties().forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        return new Configuration(settings);
    }

    /** The first setting that differs: {@code seed 1, not 2}. */
    Optional<String> difference(Configuration wanted) {
        Set<String> names = new LinkedHashSet<>(settings.keySet());
        names.addAll(wanted.settings.keySet());
        return names.stream().filter(name -> !Objects.equals(settings.get(name), wanted.settings.get(name))).findFirst()
                .map(name -> name + " " + shown(settings.get(name)) + ", not " + shown(wanted.settings.get(name)));
    }

    private static String shown(String value) {
        return value == null ? "none" : value;
    }
}
