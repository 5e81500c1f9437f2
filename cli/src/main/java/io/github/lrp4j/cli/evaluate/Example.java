package io.github.lrp4j.cli.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A picture of the page, with the heat map of each method.
 *
 * @param name what the data call it
 * @param said what the network takes it for, and what it is
 * @param picture as the network sees it, a PNG file in base64
 * @param maps by method, PNG files in base64
 */
record Example(String name, String said, String picture, Map<String, String> maps) {
    /** Copies. */
    Example {
        maps = new LinkedHashMap<>(maps);
    }
}
