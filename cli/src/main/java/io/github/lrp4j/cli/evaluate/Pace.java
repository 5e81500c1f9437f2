package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.Progress;
import java.util.Locale;

/** How far a run is, as a bar, with the time that is left if the rest takes as long as what was done. */
final class Pace implements AutoCloseable {
    private static final double NANOS = 1e-9;
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    private final Progress.Task task;
    private final long steps;
    private final long start = System.nanoTime();
    private long done;
    private long worked;

    private Pace(Progress.Task task, long steps) {
        this.task = task;
        this.steps = steps;
    }

    /** Begins a run over so many inputs by all methods. */
    static Pace begin(Progress progress, long steps) {
        return new Pace(progress.begin("evaluating", steps), steps);
    }

    /** Inputs that an earlier run has done already: they say nothing of the time that is left. */
    void passed(long inputs) {
        done += inputs;
        task.stepTo(done);
    }

    /** Inputs that are done now. */
    void done(String method, long inputs) {
        done += inputs;
        worked += inputs;
        task.stepTo(done);
        task.say(method + ", " + left());
    }

    private String left() {
        return inWords((System.nanoTime() - start) * NANOS / worked * (steps - done)) + " left";
    }

    /** {@code 1:02:03}, {@code 2:03}. */
    static String inWords(double seconds) {
        long whole = Math.round(seconds);
        return whole >= HOUR
                ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / HOUR, whole % HOUR / MINUTE, whole % MINUTE)
                : String.format(Locale.ROOT, "%d:%02d", whole / MINUTE, whole % MINUTE);
    }

    @Override
    public void close() {
        task.close();
    }
}
