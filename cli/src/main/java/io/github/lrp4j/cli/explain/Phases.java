package io.github.lrp4j.cli.explain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long each part of a command took, from the start of the process on. */
final class Phases {
    private static final double MILLIS = 1e-3;

    private final List<String> parts = new ArrayList<>();
    private final Instant start;
    private Instant last;

    /** Begins with the process. */
    Phases() {
        this(ProcessHandle.current().info().startInstant().orElseGet(Instant::now));
    }

    /** Begins at {@code start}. */
    Phases(Instant start) {
        this.start = start;
        last = start;
    }

    /** A part ends now, and the next begins. */
    void ends(String part) {
        ends(part, Instant.now());
    }

    /** A part ends at {@code now}, and the next begins. */
    void ends(String part, Instant now) {
        parts.add(String.format(Locale.ROOT, "%s %.2f", part, seconds(last, now)));
        last = now;
    }

    /** {@code 2.90 s since the start of the process (start 0.60, reading 0.40, explanation 1.90)}. */
    String summary() {
        return String.format(Locale.ROOT, "%.2f s since the start of the process (%s)", seconds(start, last),
                String.join(", ", parts));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() * MILLIS;
    }
}
