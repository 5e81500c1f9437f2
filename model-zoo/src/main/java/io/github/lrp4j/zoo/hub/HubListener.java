package io.github.lrp4j.zoo.hub;

/** Hears how downloads go. Called by the thread that downloads. */
public interface HubListener {
    /** A listener that does nothing. */
    HubListener SILENT = new HubListener() {
    };

    /**
     * A file begins to arrive.
     *
     * @param file its name in the repository
     * @param size in bytes
     * @param present how many of them an interrupted download has left
     */
    default void begins(String file, long size, long present) {
    }

    /** So many bytes of the file are here; fewer than before where it had to start again. */
    default void progresses(String file, long present) {
    }

    /** The file is whole, or given up. */
    default void ends(String file) {
    }

    /** Something that takes time or patience: a pause before another attempt, another process at work. */
    default void notes(String text) {
    }
}
