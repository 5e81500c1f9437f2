package io.github.lrp4j.cli.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files that appear together, each of them whole: they are written into a hidden folder beside their places and moved
 * when all are there. If anything fails before, what was in the folder is unchanged.
 */
public final class OutputFolder implements AutoCloseable {
    /** Writes one file. */
    @FunctionalInterface
    public interface Content {
        /** Writes to {@code draft}, which does not exist yet. */
        void writeTo(Path draft) throws IOException;
    }

    private final Path folder;
    private final Path drafts;
    private final List<String> names = new ArrayList<>();

    private OutputFolder(Path folder, Path drafts) {
        this.folder = folder;
        this.drafts = drafts;
    }

    /**
     * The folder, made if it does not exist.
     *
     * @throws UserError if it cannot be made or written to
     */
    public static OutputFolder open(Path folder) {
        Path drafts = folder.resolve(".lrp4j-" + UUID.randomUUID());
        try {
            Files.createDirectories(folder);
            // Only to see whether it can be: a run that is killed before it has results leaves nothing behind.
            Files.createDirectory(drafts);
            Files.delete(drafts);
        } catch (FileAlreadyExistsException e) {
            throw UserError.output("cannot write to " + folder + ": " + e.getMessage() + " is a file", e);
        } catch (IOException e) {
            throw UserError.output("cannot write to " + folder + ": " + reason(e), e);
        }
        return new OutputFolder(folder, drafts);
    }

    /** Where the files will be. */
    public Path folder() {
        return folder;
    }

    /** Adds a file. */
    public void add(String name, Content content) {
        try {
            Files.createDirectories(drafts);
            content.writeTo(drafts.resolve(name));
            names.add(name);
        } catch (IOException | UncheckedIOException e) {
            throw UserError.output("cannot write " + folder.resolve(name) + ": " + reason(e), e);
        }
    }

    /** Adds a file of bytes. */
    public void add(String name, byte[] bytes) {
        add(name, draft -> Files.write(draft, bytes));
    }

    /** Adds a text file. */
    public void add(String name, String text) {
        add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Moves all files to their places. */
    public List<Path> publish() {
        List<Path> published = new ArrayList<>();
        for (String name : names) {
            Path place = folder.resolve(name);
            try {
                try {
                    Files.move(drafts.resolve(name), place, StandardCopyOption.ATOMIC_MOVE);
                } catch (AtomicMoveNotSupportedException e) {
                    Files.move(drafts.resolve(name), place, StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw UserError.output("cannot write " + place + ": " + reason(e), e);
            }
            published.add(place);
        }
        names.clear();
        return published;
    }

    /** Removes what was not published. */
    @Override
    public void close() {
        if (!Files.exists(drafts)) {
            return;
        }
        try (Stream<Path> files = Files.walk(drafts)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // Hidden and harmless; the fault that matters is the one on its way to the caller.
        }
    }

    /** What an I/O error means, without repeating the path that the JDK's messages consist of. */
    private static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        return switch (cause) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.NoSuchFileException _ -> "there is no such place";
            case java.nio.file.FileSystemException fs when fs.getReason() != null -> fs.getReason();
            default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
        };
    }
}
