package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Progress;
import java.util.Locale;

/** How many of many things are done, and how fast; shown as a bar while they are done, and as a line at the end. */
final class Throughput implements AutoCloseable {
    private static final double NANOS = 1e-9;

    private final String things;
    private final Progress.Task task;
    private final long start = System.nanoTime();
    private long done;

    private Throughput(String things, Progress.Task task) {
        this.things = things;
        this.task = task;
    }

    /** Begins a run over {@code count} things. */
    static Throughput begin(Progress progress, String things, long count) {
        return new Throughput(things, progress.begin(things, count));
    }

    /** So many more are done. */
    void done(int more) {
        done += more;
        task.stepTo(done);
        task.say(String.format(Locale.ROOT, "%.2f/s", rate()));
    }

    /** Seconds since the run began. */
    double seconds() {
        return (System.nanoTime() - start) * NANOS;
    }

    /** Things per second so far. */
    double rate() {
        return done / seconds();
    }

    /** {@code 12 texts in 3.40 s, 3.53 texts/s}. */
    String summary() {
        return String.format(Locale.ROOT, "%d %s in %.2f s, %.2f %s/s", done, things, seconds(), rate(), things);
    }

    @Override
    public void close() {
        task.close();
    }
}
