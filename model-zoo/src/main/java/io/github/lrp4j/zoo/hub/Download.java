package io.github.lrp4j.zoo.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file on its way into the cache: goes on where an interrupted download stopped, and gives out nothing that does
 * not have the announced size and hash. Run under the file's {@link ProcessLock}.
 */
final class Download {
    /** The hub announced other content than it sends: ask it again what the file is. */
    static final class Changed extends IOException {
        private static final long serialVersionUID = 1L;

        Changed(String message) {
            super(message);
        }
    }

    private static final int PIECE = 1 << 16;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final HubClient client;
    private final HubSettings settings;
    private final String name;
    private final URI uri;
    private final Announced announced;
    private final Path incomplete;
    private final Path target;
    /** What to tell the hub so that it goes on with the same content only; null where it has not said so yet. */
    private String condition;
    private boolean resumed;

    /**
     * What the hub said of a file before it was fetched.
     *
     * @param etag the name of the content
     * @param size in bytes, if it is known
     * @param isLinked whether the content is elsewhere, where it has another ETag
     */
    record Announced(String etag, OptionalLong size, boolean isLinked) {
    }

    Download(HubClient client, HubSettings settings, String name, URI uri, Announced announced, Path incomplete,
            Path target) {
        this.client = client;
        this.settings = settings;
        this.name = name;
        this.uri = uri;
        this.announced = announced;
        this.incomplete = incomplete;
        this.target = target;
        this.condition = announced.isLinked() ? null : "\"" + announced.etag() + "\"";
    }

    /** Fetches the content to {@code target}. */
    void run() throws IOException {
        Files.createDirectories(target.getParent());
        settings.listener().begins(name, announced.size().orElse(-1), present());
        try {
            fetch();
            Optional<String> fault = fault();
            if (fault.isPresent() && resumed) {
                // The part that an earlier run left may be of other content: once more, from the start.
                settings.listener().notes(name + ": " + fault.get() + "; starting again");
                Files.deleteIfExists(incomplete);
                fetch();
                fault = fault();
            }
            if (fault.isPresent()) {
                Files.deleteIfExists(incomplete);
                throw new HubException(uri + ": " + fault.get()
                        + "; nothing was kept, try again, or another mirror");
            }
            HubCache.replace(incomplete, target);
        } finally {
            settings.listener().ends(name);
        }
    }

    private void fetch() throws IOException {
        new Attempts(settings.patience(), settings.listener()).run(uri.toString(), () -> {
            once();
            return target;
        }, this::present);
    }

    private long present() {
        try {
            return Files.exists(incomplete) ? Files.size(incomplete) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private Optional<String> fault() throws IOException {
        long size = present();
        if (announced.size().isPresent() && announced.size().getAsLong() != size) {
            return Optional.of(announced.size().getAsLong() + " bytes were announced, " + size + " came");
        }
        Optional<ContentHash> hash = ContentHash.of(announced.etag());
        if (hash.isPresent()) {
            String got = hash.get().of(incomplete);
            if (!got.equals(announced.etag())) {
                return Optional.of("the content has " + hash.get() + " " + got + ", announced was "
                        + announced.etag());
            }
        }
        return Optional.empty();
    }

    private void once() throws IOException {
        long present = present();
        long size = announced.size().orElse(Long.MAX_VALUE);
        // Without a hash or a condition nobody would notice that the rest belongs to something else.
        boolean known = condition != null || ContentHash.of(announced.etag()).isPresent();
        if (present > size || (present > 0 && !known)) {
            Files.delete(incomplete);
            present = 0;
        }
        if (present == size || !Files.exists(incomplete)) {
            Files.write(incomplete, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        if (present == size) {
            resumed = true;
            return;
        }
        requireRoom(present);
        Map<String, String> headers = new HashMap<>();
        if (present > 0) {
            headers.put("Range", "bytes=" + present + "-");
            if (condition != null) {
                headers.put("If-Range", condition);
            }
        }
        try (HubClient.Answer answer = client.ask("GET", uri, headers)) {
            requireSameContent(answer);
            condition = answer.strongEtag().orElse(condition);
            receive(answer, from(answer, present));
        }
    }

    private void requireSameContent(HubClient.Answer answer) throws IOException {
        boolean comparable = answer.status() != 416 && answer.isLinked() == announced.isLinked();
        if (comparable && answer.etag().isPresent() && !answer.etag().get().equals(announced.etag())) {
            throw new Changed("the content was " + announced.etag() + " and is now "
                    + HubException.shown(answer.etag().get()));
        }
    }

    /** The byte at which the answer begins: where the part that is here ends, or 0 where the hub starts again. */
    private long from(HubClient.Answer answer, long present) throws IOException {
        if (answer.status() == 200) {
            return 0;
        }
        Matcher range = RANGE.matcher(String.valueOf(answer.last().get("content-range")));
        boolean goesOn = answer.status() == 206 && range.matches() && Long.parseLong(range.group(1)) == present;
        if (!goesOn) {
            Files.deleteIfExists(incomplete);
            throw new Attempts.Again("status " + answer.status() + " with Content-Range "
                    + HubException.shown(String.valueOf(answer.last().get("content-range")))
                    + " does not go on at byte " + present, null);
        }
        resumed |= present > 0;
        return present;
    }

    private void receive(HubClient.Answer answer, long from) throws IOException {
        long size = announced.size().orElse(Long.MAX_VALUE);
        OptionalLong length = HubClient.number(answer.last().get("content-length"));
        if (announced.size().isPresent() && length.isPresent() && from + length.getAsLong() != size) {
            throw new Attempts.Again(size + " bytes were announced, the answer has " + (from + length.getAsLong()),
                    null);
        }
        long present = from;
        try (FileChannel file = FileChannel.open(incomplete, StandardOpenOption.WRITE);
                StallGuard guard = new StallGuard(answer.body(), settings.patience().answer())) {
            file.truncate(from).position(from);
            byte[] piece = new byte[PIECE];
            InputStream body = answer.body();
            for (int n = guard.read(body, piece); n >= 0; n = guard.read(body, piece)) {
                if (present + n > size) {
                    file.truncate(0);
                    throw new Attempts.Again(size + " bytes were announced, more came", null);
                }
                write(file, ByteBuffer.wrap(piece, 0, n));
                present += n;
                settings.listener().progresses(name, present);
            }
            file.force(true);
        }
        if (announced.size().isPresent() && present < size) {
            throw new Attempts.Again("the connection ended after " + present + " of " + size + " bytes", null);
        }
    }

    private void write(FileChannel file, ByteBuffer bytes) throws HubException {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new HubException(incomplete + ": cannot be written: " + e.getMessage()
                    + "; make room there, or name another cache with HF_HUB_CACHE", e);
        }
    }

    private void requireRoom(long present) throws IOException {
        long room = Files.getFileStore(target.getParent()).getUsableSpace();
        if (announced.size().isPresent() && announced.size().getAsLong() - present > room) {
            throw new HubException(uri + ": " + (announced.size().getAsLong() - present) + " bytes to fetch, "
                    + target.getParent() + " has room for " + room
                    + "; make room there, or name another cache with HF_HUB_CACHE");
        }
    }
}
