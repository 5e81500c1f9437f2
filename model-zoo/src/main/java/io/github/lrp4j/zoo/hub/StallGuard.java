package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream from which nothing comes any more, so that whoever reads it is not kept for ever. */
final class StallGuard implements AutoCloseable {
    private final Duration longest;
    private final Thread watch;
    private volatile long lastRead = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream stream, Duration longest) {
        this.longest = longest;
        watch = Thread.ofVirtual().name("lrp4j-stall-guard").start(() -> watch(stream));
    }

    private void watch(InputStream stream) {
        try {
            while (!stalled) {
                Duration quiet = Duration.ofNanos(System.nanoTime() - lastRead);
                if (quiet.compareTo(longest) >= 0) {
                    stalled = true;
                    stream.close();
                } else {
                    Thread.sleep(longest.minus(quiet).plusMillis(1));
                }
            }
        } catch (InterruptedException | IOException e) {
            // Closed by its owner, or by the other side: nothing to guard.
        }
    }

    /** Reads the next bytes; -1 at the end. */
    int read(InputStream stream, byte[] piece) throws IOException {
        int n;
        try {
            n = stream.read(piece);
        } catch (IOException e) {
            throw stalled ? new IOException("nothing came for " + longest.toSeconds() + " s", e) : e;
        }
        if (stalled) {
            throw new IOException("nothing came for " + longest.toSeconds() + " s");
        }
        lastRead = System.nanoTime();
        return n;
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
