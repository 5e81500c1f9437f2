package io.github.lrp4j.cli.evaluate;

import static io.github.lrp4j.explain.picture.Html.text;

import io.github.lrp4j.explain.picture.TextHeatMap;
import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An input on the page, with the heat map of each method.
 *
 * @param name what the data call it
 * @param said what the model says of it, and what is right
 * @param shown the input by itself, as HTML; empty where the maps show it
 * @param maps by method, as HTML
 */
record Example(String name, String said, String shown, Map<String, String> maps) {
    /** Copies. */
    Example {
        maps = new LinkedHashMap<>(maps);
    }

    /**
     * A picture.
     *
     * @param picture as the network sees it, a PNG file in base64
     * @param maps by method, PNG files in base64
     */
    static Example ofPicture(String name, String said, String picture, Map<String, String> maps) {
        Map<String, String> images = new LinkedHashMap<>();
        maps.forEach((method, map) -> images.put(method, image(map, "Relevance of " + name + " by " + method)));
        return new Example(name, said, image(picture, "The picture " + name), images);
    }

    private static String image(String base64, String alternative) {
        return "<img src=\"data:image/png;base64," + base64 + "\" alt=\"" + text(alternative) + "\">";
    }

    /**
     * Texts that the model reads together, such as a question and its context.
     *
     * @param maps by method, the relevance of the words of each text
     */
    static Example ofTexts(String name, String said, Map<String, List<TextRelevance>> maps) {
        Map<String, String> words = new LinkedHashMap<>();
        maps.forEach((method, texts) -> words.put(method, words(TextHeatMap.of(texts))));
        return new Example(name, said, "", words);
    }

    private static String words(TextHeatMap map) {
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < map.size(); i++) {
            html.append("<div class=\"text\">").append(map.toHtml(i)).append("</div>");
        }
        return html.toString();
    }
}
