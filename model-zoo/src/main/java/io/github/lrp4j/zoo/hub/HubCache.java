package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One repository in the cache, laid out as the hub's own tools lay it out.
 *
 * <pre>
 * models--owner--name/refs/main                     the commit that the branch was last seen at
 * models--owner--name/snapshots/COMMIT/config.json  a link to
 * models--owner--name/blobs/ETAG                    the content
 * .locks/models--owner--name/ETAG.lock              held while the content is fetched
 * </pre>
 *
 * Where the file system knows no links, snapshots hold copies.
 */
final class HubCache {
    /** Not the name that other tools use: their locks and ours do not see each other. */
    private static final String INCOMPLETE = ".lrp4j.incomplete";
    private static final Pattern BLOB_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

    private final Path root;
    private final String folder;

    HubCache(Path root, HubReference reference) {
        this.root = root;
        this.folder = "models--" + reference.id().replace("/", "--");
    }

    /** Whether {@code etag} can be the name of a blob; it comes from a server. */
    static boolean isBlobName(String etag) {
        return BLOB_NAME.matcher(etag).matches() && !etag.endsWith(INCOMPLETE);
    }

    /** Whether {@code name} is a file below the repository on every system; it comes from a server. */
    static boolean isSafeName(String name) {
        if (name.isEmpty() || name.length() > 500
                || name.chars().anyMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c))) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    Path blob(String etag) {
        return root.resolve(folder).resolve("blobs").resolve(etag);
    }

    Path incomplete(String etag) {
        return root.resolve(folder).resolve("blobs").resolve(etag + INCOMPLETE);
    }

    Path lock(String etag) {
        return root.resolve(".locks").resolve(folder).resolve(etag + ".lock");
    }

    Path snapshot(String commit) {
        return root.resolve(folder).resolve("snapshots").resolve(commit);
    }

    /** The commit that the revision was last seen at, if there is a snapshot of it. */
    Optional<String> commit(HubReference reference) throws IOException {
        String commit = reference.revision();
        if (!reference.isPinned()) {
            Path ref = ref(reference);
            if (!Files.isRegularFile(ref)) {
                return Optional.empty();
            }
            commit = Files.readString(ref).strip();
        }
        return HubReference.isCommit(commit) && Files.isDirectory(snapshot(commit))
                ? Optional.of(commit)
                : Optional.empty();
    }

    private Path ref(HubReference reference) {
        return root.resolve(folder).resolve("refs").resolve(reference.revision());
    }

    /** Notes that the revision is at {@code commit}. */
    void remember(HubReference reference, String commit) throws IOException {
        if (reference.isPinned()) {
            return;
        }
        Path ref = ref(reference);
        if (Files.isRegularFile(ref) && Files.readString(ref).strip().equals(commit)) {
            return;
        }
        Files.createDirectories(ref.getParent());
        Path next = Files.createTempFile(ref.getParent(), ".ref", ".tmp");
        try {
            Files.writeString(next, commit);
            replace(next, ref);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** Shows the blob as {@code name} in the snapshot of {@code commit}. */
    Path show(String commit, String name, String etag) throws IOException {
        Path pointer = snapshot(commit).resolve(name);
        Files.createDirectories(pointer.getParent());
        Path next = pointer.resolveSibling(pointer.getFileName() + "." + ProcessHandle.current().pid() + "-"
                + Thread.currentThread().threadId() + ".tmp");
        Files.deleteIfExists(next);
        try {
            try {
                Files.createSymbolicLink(next, pointer.getParent().relativize(blob(etag)));
            } catch (UnsupportedOperationException | FileSystemException e) {
                // No links here, or, on Windows, no right to make them.
                Files.copy(blob(etag), next, StandardCopyOption.REPLACE_EXISTING);
            }
            replace(next, pointer);
        } finally {
            Files.deleteIfExists(next);
        }
        return pointer;
    }

    /** Puts {@code next} in the place of {@code target} in one step. */
    static void replace(Path next, Path target) throws IOException {
        try {
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(next, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The file of a snapshot, if its content is there. A link without content is removed by the next {@link #show}. */
    Optional<Path> find(String commit, String name) {
        Path pointer = snapshot(commit).resolve(name);
        return Files.isRegularFile(pointer) ? Optional.of(pointer) : Optional.empty();
    }
}
