package io.github.lrp4j.zoo.data;

import java.util.ArrayList;
import java.util.List;

/** {@code a,"b, ""c""" -> [a; b, "c"]}: one line of comma- or tab-separated values (RFC 4180, without line breaks in fields). */
final class DelimitedLine {
    private DelimitedLine() {
    }

    static List<String> fields(String line, char separator) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && (quoted || field.toString().isBlank())) {
                boolean isPair = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (isPair) {
                    field.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == separator && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }
}
