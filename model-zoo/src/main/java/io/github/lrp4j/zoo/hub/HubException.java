package io.github.lrp4j.zoo.hub;

import java.io.IOException;

/** What could not be had from a hub: one line with the address or file, what happened, and what to do about it. */
public final class HubException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 200;

    private final boolean unreachable;

    private HubException(String message, Throwable cause, boolean unreachable) {
        super(message, cause);
        this.unreachable = unreachable;
    }

    HubException(String message, Throwable cause) {
        this(message, cause, false);
    }

    HubException(String message) {
        this(message, null);
    }

    static HubException unreachable(String message, Throwable cause) {
        return new HubException(message, cause, true);
    }

    /** Whether the hub could not be asked, as opposed to having refused. */
    public boolean isUnreachable() {
        return unreachable;
    }

    /** What a stranger wrote, shortened and without control characters. */
    static String shown(String text) {
        String cut = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "..." : text;
        return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }
}
