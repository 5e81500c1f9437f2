package io.github.lrp4j.explain.picture;

import java.util.Base64;
import java.util.Locale;

/** Pieces of HTML. */
public final class Html {
    private Html() {
    }

    /** Text as it stands, whatever characters it has. */
    public static String text(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** A picture that is part of the page. */
    public static String image(byte[] png, String alternative, int width, int height) {
        return "<img src=\"data:image/png;base64," + Base64.getEncoder().encodeToString(png) + "\" alt=\""
                + text(alternative)
                + "\" width=\"" + width + "\" height=\"" + height + "\">";
    }

    /** A number in a few digits. */
    public static String number(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        double size = Math.abs(value);
        return size >= 1e-3 && size < 1e5
                ? String.format(Locale.ROOT, "%.4f", value)
                : String.format(Locale.ROOT, "%.2e", value);
    }

    /** A share of 1 in percent. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** A row of a table whose first cell names the others. */
    public static String row(String name, String... cells) {
        StringBuilder row = new StringBuilder("<tr><th scope=\"row\">").append(text(name)).append("</th>");
        for (String cell : cells) {
            row.append("<td>").append(text(cell)).append("</td>");
        }
        return row.append("</tr>\n").toString();
    }
}
