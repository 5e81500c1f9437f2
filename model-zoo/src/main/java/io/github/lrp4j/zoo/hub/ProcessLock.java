package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that one thread of one process holds at a time. The system lets go of it when the process ends. */
final class ProcessLock implements AutoCloseable {
    private static final long MILLIS = 50;

    private final FileChannel channel;

    private ProcessLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the lock; {@code whileWaiting} runs once if there is something to wait for. */
    static ProcessLock acquire(Path file, Runnable whileWaiting) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            for (boolean first = true; !(held = holds(channel)); first = false) {
                if (first) {
                    whileWaiting.run();
                }
                Thread.sleep(MILLIS);
            }
            return new ProcessLock(channel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + file);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    /** Another process answers with no lock, another thread of this one with an exception. */
    private static boolean holds(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
