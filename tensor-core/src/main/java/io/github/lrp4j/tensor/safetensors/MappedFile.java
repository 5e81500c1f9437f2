package io.github.lrp4j.tensor.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Maps files into memory, with one clear message where that fails. */
final class MappedFile {
    private MappedFile() {
    }

    /** All bytes of {@code file}, for reading; they stay mapped as long as the segment or a part of it is reachable. */
    static MemorySegment map(Path file) throws SafetensorsException {
        if (Files.isDirectory(file)) {
            throw new SafetensorsException(file, null, "is a directory, not a file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return size == 0 ? MemorySegment.NULL : channel.map(MapMode.READ_ONLY, 0, size, Arena.ofAuto());
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(file, null, -1, "no such file", e);
        } catch (AccessDeniedException e) {
            throw new SafetensorsException(file, null, -1, "may not be read (permission denied)", e);
        } catch (IOException | UnsupportedOperationException e) {
            throw new SafetensorsException(file, null, -1, "cannot be mapped: " + e.getMessage(), e);
        }
    }
}
