package io.github.lrp4j.zoo.data;

import io.github.lrp4j.zoo.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pictures in files of their own: a folder per class, or a list {@code file,label}. A picture is decoded when its turn
 * comes; only the names of files are in memory.
 */
public final class PictureFiles implements PictureData {
    private static final Set<String> SUFFIXES = Set.of("png", "jpg", "jpeg", "gif", "bmp");
    private static final Set<String> FILE_HEADINGS = Set.of("file", "filename", "path", "image");

    /**
     * A picture by its file.
     *
     * @param file where it is
     * @param name what tells it from others
     * @param label the number of its class
     */
    private record Entry(Path file, String name, int label) {
    }

    private final String name;
    private final List<String> classes;
    private final List<Entry> entries;

    private PictureFiles(String name, List<String> classes, List<Entry> entries) {
        this.name = name;
        this.classes = List.copyOf(classes);
        this.entries = List.copyOf(entries);
    }

    /**
     * A folder per class in a directory; classes and files in the order of their names, files at any depth. Hidden folders
     * and files that are no pictures by their name are passed over.
     *
     * @throws DataSetException naming the directory if there is none, or a folder without a picture
     */
    public static PictureFiles inFolders(Path directory) throws IOException {
        List<Path> folders = folders(directory);
        if (folders.isEmpty()) {
            throw new DataSetException(
                    directory + ": no folders here; there should be one for each class, with pictures in it");
        }
        List<Entry> entries = new ArrayList<>();
        for (int label = 0; label < folders.size(); label++) {
            List<Path> pictures = pictures(folders.get(label));
            if (pictures.isEmpty()) {
                throw new DataSetException(
                        folders.get(label) + ": no picture in this folder of a class: no file ends in ."
                                + String.join(", .", SUFFIXES.stream().sorted().toList()));
            }
            for (Path file : pictures) {
                entries.add(new Entry(file, slashes(directory.relativize(file)), label));
            }
        }
        return new PictureFiles(directory.toString(), folders.stream().map(PictureFiles::nameOf).toList(), entries);
    }

    /** The folders in a directory, by name. */
    static List<Path> folders(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(Files::isDirectory).filter(folder -> !nameOf(folder).startsWith("."))
                    .sorted((a, b) -> nameOf(a).compareTo(nameOf(b))).toList();
        } catch (NoSuchFileException e) {
            throw new DataSetException(directory + ": no such directory", e);
        } catch (NotDirectoryException e) {
            throw new DataSetException(directory + ": is no directory", e);
        }
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).filter(PictureFiles::isPicture)
                    .sorted((a, b) -> slashes(folder.relativize(a)).compareTo(slashes(folder.relativize(b)))).toList();
        }
    }

    private static boolean isPicture(Path file) {
        String lower = nameOf(file).toLowerCase(Locale.ROOT);
        return !lower.startsWith(".") && SUFFIXES.contains(lower.substring(lower.lastIndexOf('.') + 1));
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    /**
     * A list: on each line a file, relative to the list, and the name or number of its class, between them a comma, or a tab
     * where the list ends in {@code .tsv}. Fields may stand in double quotes. A first line {@code file,label} is passed over,
     * empty lines too. Classes are numbered as they occur.
     *
     * @throws DataSetException naming file and line if a line is none of these
     */
    public static PictureFiles listed(Path list) throws IOException {
        char separator = nameOf(list).toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : ',';
        List<String> lines;
        try {
            lines = Files.readAllLines(list);
        } catch (NoSuchFileException e) {
            throw new DataSetException(list + ": no such file", e);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new DataSetException(list + ": no text in UTF-8", e);
        }
        Map<String, Integer> labels = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        for (int n = 0; n < lines.size(); n++) {
            List<String> fields = lines.get(n).isBlank() ? List.of() : DelimitedLine.fields(lines.get(n), separator);
            boolean isHeading = n == 0 && !fields.isEmpty()
                    && FILE_HEADINGS.contains(fields.getFirst().toLowerCase(Locale.ROOT));
            if (fields.isEmpty() || isHeading) {
                continue;
            }
            if (fields.size() != 2 || fields.getFirst().isEmpty() || fields.getLast().isEmpty()) {
                throw new DataSetException(list + ": line " + (n + 1) + ": wants a file and a label"
                        + (separator == '\t' ? " with a tab" : " with a comma") + " between them, got " + fields.size()
                        + " fields");
            }
            Integer label = labels.computeIfAbsent(fields.getLast(), _ -> labels.size());
            entries.add(new Entry(list.toAbsolutePath().resolveSibling(fields.getFirst()), fields.getFirst(), label));
        }
        if (entries.isEmpty()) {
            throw new DataSetException(list + ": lists no picture");
        }
        return new PictureFiles(list.toString(), List.copyOf(labels.keySet()), entries);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public long count() {
        return entries.size();
    }

    @Override
    public Cursor open() {
        return new Cursor() {
            private int index;

            @Override
            public LabelledPicture next() throws IOException {
                if (index >= entries.size()) {
                    return null;
                }
                Entry entry = entries.get(index);
                return new LabelledPicture(index++, entry.name(), entry.label(), ImageFile.read(entry.file()));
            }

            @Override
            public void skip(long pictures) {
                index = (int) Math.min(entries.size(), index + pictures);
            }

            @Override
            public void close() {
                // Each file was closed when it had been read.
            }
        };
    }
}
