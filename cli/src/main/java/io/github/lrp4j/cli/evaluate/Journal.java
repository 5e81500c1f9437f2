package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.cli.console.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What has been measured so far, in a file that outlives the process: the configuration on the first line, then a record a
 * line, each written as a whole. A line that a killed process left unfinished is cut off when the file is opened again.
 */
final class Journal implements AutoCloseable {
    /** What the file is called. */
    static final String NAME = "journal.jsonl";

    /** A file of its own: closing a file gives up all locks on it, and the journal is also read. */
    private static final String LOCK = ".journal.lock";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CONFIGURATION = "configuration";

    private final Path file;
    private final Path lockFile;
    private FileChannel lock;
    private FileChannel channel;

    private Journal(Path folder) {
        this.file = folder.resolve(NAME);
        this.lockFile = folder.resolve(LOCK);
    }

    /**
     * The journal of a folder; a new one where there is none.
     *
     * @throws UserError if it belongs to another configuration or another process writes to it, or cannot be written or read
     */
    static Journal open(Path folder, Configuration configuration) {
        Journal journal = new Journal(folder);
        try {
            Files.createDirectories(folder);
            journal.begin(configuration);
            return journal;
        } catch (IOException e) {
            journal.close();
            throw UserError.output("cannot write " + journal.file + ": " + e.getMessage(), e);
        } catch (UserError e) {
            journal.close();
            throw e;
        }
    }

    private void begin(Configuration configuration) throws IOException {
        lock = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked()) {
            lock.close();
            lock = null;
            throw UserError.output(
                    file + ": another run is writing to this folder; wait for it, or choose another --out",
                    null);
        }
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        cutUnfinishedLine();
        if (channel.size() == 0) {
            ObjectNode header = MAPPER.createObjectNode();
            header.set(CONFIGURATION, configuration.toJson());
            append(header);
            return;
        }
        JsonNode header;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            header = parsed(reader.readLine(), 1).path(CONFIGURATION);
        }
        if (!header.isObject()) {
            throw damaged(1, "names no configuration", null);
        }
        Configuration.ofJson(header).difference(configuration).ifPresent(difference -> {
            throw UserError.usage(file.toAbsolutePath().getParent() + " holds a run with " + difference
                    + "; go on with the same options, or choose another --out");
        });
    }

    private boolean isLocked() throws IOException {
        try {
            FileLock held = lock.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void cutUnfinishedLine() throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            long end = bytes.length();
            byte[] block = new byte[1 << 16];
            long whole = 0;
            while (end > 0 && whole == 0) {
                int length = (int) Math.min(block.length, end);
                bytes.seek(end - length);
                bytes.readFully(block, 0, length);
                for (int i = length - 1; i >= 0 && whole == 0; i--) {
                    whole = block[i] == '\n' ? end - length + i + 1 : 0;
                }
                end -= length;
            }
            channel.truncate(whole);
            channel.position(whole);
        }
    }

    /** Adds a record. */
    void append(JsonNode record) {
        ByteBuffer line = ByteBuffer.wrap((record + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            throw UserError.output("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads all records in their order.
     *
     * @throws UserError naming the line that is no record
     */
    void read(Consumer<JsonNode> reader) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            for (int number = 2; line != null; number++) {
                line = lines.readLine();
                if (line != null) {
                    JsonNode record = parsed(line, number);
                    try {
                        reader.accept(record);
                    } catch (IllegalArgumentException e) {
                        throw damaged(number, e.getMessage(), e);
                    }
                }
            }
        } catch (IOException e) {
            throw UserError.input(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Of each method, the keys of the inputs that it has records of, of one kind. */
    Map<String, Set<Long>> keys(Predicate<JsonNode> kind) {
        Map<String, Set<Long>> keys = new HashMap<>();
        read(json -> {
            if (kind.test(json)) {
                keys.computeIfAbsent(json.path("method").asText(), _ -> new HashSet<>()).add(json.path("key").asLong());
            }
        });
        return keys;
    }

    private JsonNode parsed(String line, int number) {
        try {
            JsonNode record = MAPPER.readTree(line);
            if (record == null || !record.isObject()) {
                throw damaged(number, "is no record", null);
            }
            return record;
        } catch (JsonProcessingException e) {
            throw damaged(number, "no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private UserError damaged(int line, String fault, Exception cause) {
        return UserError.input(file + ": line " + line + ": " + fault + "; delete the file to begin again", cause);
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
            if (lock != null) {
                Files.deleteIfExists(lockFile);
                lock.close();
            }
        } catch (IOException e) {
            throw UserError.output("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
