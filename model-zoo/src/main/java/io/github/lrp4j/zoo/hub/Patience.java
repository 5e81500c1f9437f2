package io.github.lrp4j.zoo.hub;

import java.time.Duration;

/**
 * How often and how long to wait for a hub: the pause before attempt {@code n + 1} is {@code first 2^(n - 1)}, or what
 * the hub asks for, and never longer than {@code longest}.
 *
 * @param attempts how many attempts may fail one after another without a byte of progress
 * @param first pause before the second attempt
 * @param longest longest pause
 * @param answer how long to wait for an answer, and for the next bytes of one
 */
public record Patience(int attempts, Duration first, Duration longest, Duration answer) {
    /** 5 attempts, pauses of 1 to 60 seconds, 30 seconds for an answer. */
    public static final Patience USUAL =
            new Patience(5, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(30));

    /** Checks that there is an attempt and no time is negative. */
    public Patience {
        if (attempts < 1 || first.isNegative() || longest.isNegative() || !answer.isPositive()) {
            throw new IllegalArgumentException("patience: " + attempts + " attempts, pauses of " + first + " to "
                    + longest + ", " + answer + " for an answer");
        }
    }

    /** The pause after {@code failures} failures in a row; {@code asked} is what the hub wants, or null. */
    Duration pause(int failures, Duration asked) {
        Duration pause = asked != null ? asked : first.multipliedBy(1L << Math.min(20, failures - 1));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
