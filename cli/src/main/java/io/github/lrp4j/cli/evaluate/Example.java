package io.github.lrp4j.cli.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An input on the page, with the heat map of each method.
 *
 * @param name what the data call it
 * @param said what the model says of it, and what is right
 * @param input as the model sees it, in HTML; empty where the heat maps show it
 * @param maps by method, in HTML
 */
record Example(String name, String said, String input, Map<String, String> maps) {
    /** Copies. */
    Example {
        maps = new LinkedHashMap<>(maps);
    }
}
