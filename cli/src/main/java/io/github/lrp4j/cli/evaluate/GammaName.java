package io.github.lrp4j.cli.evaluate;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code dynamic-lrp-gamma:CONV:LINEAR}: DynamicLRP's gamma rule with values of one's own.
 *
 * @param conv gamma of convolutions
 * @param linear gamma of linear layers
 */
record GammaName(double conv, double linear) {
    /** How it is written. */
    static final String FORM = "dynamic-lrp-gamma:CONV:LINEAR with two gammas";

    private static final Pattern PATTERN =
            Pattern.compile("dynamic-lrp-gamma:(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?):(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?)");

    /** The gammas in a name; nothing if it is none of these names. */
    static Optional<GammaName> parse(String name) {
        Matcher matcher = PATTERN.matcher(name);
        return matcher.matches()
                ? Optional.of(new GammaName(Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2))))
                : Optional.empty();
    }
}
