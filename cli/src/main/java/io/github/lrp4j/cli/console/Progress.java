package io.github.lrp4j.cli.console;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on stderr how far a piece of work is. Only where somebody watches; else it says nothing. */
public final class Progress {
    private static final int WIDTH = 78;
    private static final int MILLIS = 100;

    private final PrintStream screen;

    private Progress(PrintStream screen) {
        this.screen = screen;
    }

    /** Shows nothing. */
    public static Progress none() {
        return new Progress(null);
    }

    /** On stderr if {@code wanted} and somebody watches it. */
    public static Progress onStderr(boolean wanted) {
        return new Progress(wanted && Terminal.watchesStderr() ? System.err : null);
    }

    /** On any stream. */
    static Progress on(PrintStream screen) {
        return new Progress(screen);
    }

    /** Whether anything is shown. */
    public boolean isShown() {
        return screen != null;
    }

    /** Begins a piece of work of {@code steps}, shown as a bar. */
    public Task begin(String name, long steps) {
        if (screen == null) {
            return new Task(null, () -> {});
        }
        ProgressBar bar = new ProgressBarBuilder().setTaskName(name).setInitialMax(steps)
                .setStyle(ProgressBarStyle.builder().leftBracket("[").rightBracket("]").block('=')
                        .rightSideFractionSymbol('>')
                        .build())
                .setUpdateIntervalMillis(MILLIS).setMaxRenderedLength(WIDTH).clearDisplayOnFinish()
                .setConsumer(new ConsoleProgressBarConsumer(screen, WIDTH)).build();
        return new Task(bar, bar::close);
    }

    /** Begins a piece of work that nobody knows the length of, shown by its name alone. */
    public Task begin(String name) {
        if (screen == null) {
            return new Task(null, () -> {});
        }
        screen.print("\r" + name + " ...");
        screen.flush();
        return new Task(null, () -> {
            screen.print("\r" + " ".repeat(name.length() + 4) + "\r");
            screen.flush();
        });
    }

    /** A piece of work on the screen; its line disappears when it is closed. */
    public static final class Task implements AutoCloseable {
        private final ProgressBar bar;
        private final Runnable end;

        private Task(ProgressBar bar, Runnable end) {
            this.bar = bar;
            this.end = end;
        }

        /** One step more is done. */
        public void step() {
            if (bar != null) {
                bar.step();
            }
        }

        /** So many steps are done. */
        public void stepTo(long steps) {
            if (bar != null) {
                bar.stepTo(steps);
            }
        }

        /** Text behind the bar. */
        public void say(String text) {
            if (bar != null) {
                bar.setExtraMessage(" " + text);
            }
        }

        @Override
        public void close() {
            end.run();
        }
    }
}
