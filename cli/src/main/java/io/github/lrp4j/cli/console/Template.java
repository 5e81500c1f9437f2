package io.github.lrp4j.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with places {@code {{name}}} to fill in; a resource. */
public final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private final String name;
    private final String text;

    private Template(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /** The resource of this name beside a class. */
    public static Template of(Class<?> beside, String name) {
        try (InputStream stream = beside.getResourceAsStream(name)) {
            return new Template(name, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How pages look; the place {@code stops} is for the colours of relevance, as CSS has them. */
    public static Template css() {
        return of(Template.class, "report.css");
    }

    /** The text with every place filled. */
    public String fill(Map<String, String> values) {
        return PLACE.matcher(text).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalStateException(name + ": nothing to fill in for " + place.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
