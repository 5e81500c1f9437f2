package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.model.LoadedModel;
import java.util.List;
import java.util.stream.IntStream;

/** Finds the class that a user means. */
final class Targets {
    private static final int SHOWN = 5;

    private Targets() {
    }

    /** The class with this number, or with this name in upper or lower case. */
    static int resolve(String text, LoadedModel model) {
        List<String> labels = model.network().facts().classes();
        int[] named = IntStream.range(0, labels.size()).filter(c -> labels.get(c).equalsIgnoreCase(text)).toArray();
        if (text.matches("-?\\d{1,9}")) {
            int index = Integer.parseInt(text);
            if (index >= 0 && index < labels.size()) {
                return index;
            }
        } else if (named.length > 0) {
            return named[0];
        }
        throw UserError.usage(
                "--target " + text + ": " + model.network().name() + " has the classes 0 to " + (labels.size() - 1)
                        + " (" + String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())))
                        + (labels.size() > SHOWN ? ", ..." : "")
                        + ")");
    }
}
