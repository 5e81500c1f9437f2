package io.github.lrp4j.zoo.hub;

import java.util.regex.Pattern;

/**
 * {@code hf:owner/name@revision}: a repository of a hub at a branch, tag or commit.
 *
 * @param id {@code owner/name}, or {@code name} alone for the few repositories without an owner
 * @param revision branch, tag or commit; {@code main} where none is given
 */
public record HubReference(String id, String revision) {
    /** What references begin with. */
    public static final String PREFIX = "hf:";
    private static final String DEFAULT_REVISION = "main";
    private static final int LONGEST = 96;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?");
    private static final Pattern REVISION =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*(?:/[A-Za-z0-9][A-Za-z0-9._+-]*)*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Checks that both are names: they become parts of paths and addresses. */
    public HubReference {
        String[] parts = id.split("/", -1);
        boolean named = parts.length <= 2 && id.length() <= LONGEST && !id.contains("--") && !id.contains("..");
        for (String part : parts) {
            named &= NAME.matcher(part).matches();
        }
        if (!named) {
            throw new IllegalArgumentException(
                    PREFIX + HubException.shown(id) + ": no repository name; wanted " + PREFIX
                            + "owner/name or " + PREFIX + "owner/name@revision");
        }
        if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
            throw new IllegalArgumentException(
                    PREFIX + id + ": '" + HubException.shown(revision) + "' is no branch, tag or commit");
        }
    }

    /** Whether {@code text} is meant as a reference. */
    public static boolean isReference(String text) {
        return text.startsWith(PREFIX);
    }

    /**
     * The reference that {@code text} is.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static HubReference parse(String text) {
        if (!isReference(text)) {
            throw new IllegalArgumentException(
                    HubException.shown(text) + ": references to a hub begin with " + PREFIX);
        }
        String rest = text.substring(PREFIX.length());
        int at = rest.indexOf('@');
        return at < 0
                ? new HubReference(rest, DEFAULT_REVISION)
                : new HubReference(rest.substring(0, at), rest.substring(at + 1));
    }

    /** Whether the revision is a commit, which never changes. */
    boolean isPinned() {
        return COMMIT.matcher(revision).matches();
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return PREFIX + id + (revision.equals(DEFAULT_REVISION) ? "" : "@" + revision);
    }
}
