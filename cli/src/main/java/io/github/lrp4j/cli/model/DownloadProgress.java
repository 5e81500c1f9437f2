package io.github.lrp4j.cli.model;

import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.zoo.hub.HubListener;

/** A bar for each file that comes from a hub, in mebibytes. */
final class DownloadProgress implements HubListener, AutoCloseable {
    private static final int MEBI = 20;

    private final Progress progress;
    private Progress.Task task;
    private long shown;

    DownloadProgress(Progress progress) {
        this.progress = progress;
    }

    @Override
    public void begins(String file, long size, long present) {
        close();
        task = progress.begin(file + " (MiB)", Math.max(1, size >> MEBI));
        progresses(file, present);
    }

    @Override
    public void progresses(String file, long present) {
        long whole = present >> MEBI;
        if (whole != shown) {
            task.stepTo(whole);
            shown = whole;
        }
    }

    @Override
    public void ends(String file) {
        close();
    }

    @Override
    public void notes(String text) {
        if (task != null) {
            task.say(text);
        }
    }

    @Override
    public void close() {
        if (task != null) {
            task.close();
            task = null;
        }
        shown = 0;
    }
}
