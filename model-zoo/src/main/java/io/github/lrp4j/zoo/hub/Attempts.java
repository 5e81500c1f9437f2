package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tries again what a network may spoil, with pauses that grow. */
record Attempts(Patience patience, HubListener listener) {
    /** One attempt. A {@link HubException} and {@link Download.Changed} are final, any other fault may be bad luck. */
    interface Attempt<T> {
        T run() throws IOException;
    }

    /** An answer that asks for another attempt; {@code asked} is the pause that the hub wants, or null. */
    static final class Again extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient Duration asked;

        Again(String message, Duration asked) {
            super(message);
            this.asked = asked;
        }
    }

    /**
     * Runs attempts until one succeeds, or as many have failed one after another as {@link Patience} allows without
     * {@code progress} having grown.
     *
     * @param what the address, for messages
     */
    <T> T run(String what, Attempt<T> attempt, LongSupplier progress) throws IOException {
        int failures = 0;
        long reached = progress.getAsLong();
        while (true) {
            try {
                return attempt.run();
            } catch (HubException | Download.Changed | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                long now = progress.getAsLong();
                failures = now > reached ? 1 : failures + 1;
                reached = now;
                String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                if (failures >= patience.attempts()) {
                    throw HubException.unreachable(what + ": " + HubException.shown(reason) + ", " + failures
                            + " times in a row; try again later (what has arrived is kept), or offline with what is cached",
                            e);
                }
                Duration pause = patience.pause(failures, e instanceof Again again ? again.asked : null);
                listener.notes(HubException.shown(reason) + "; next attempt in " + pause.toSeconds() + " s");
                sleep(pause);
            }
        }
    }

    private static void sleep(Duration pause) throws InterruptedIOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted between two attempts");
        }
    }
}
