package io.github.lrp4j.tensor.safetensors;

import static io.github.lrp4j.tensor.safetensors.SafetensorsException.quoted;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The weights of one model, in one file or in several: {@code name -> tensor} over their union.
 *
 * <p>Opened as one of
 * <ul>
 * <li>a safetensors file;
 * <li>an index file ({@code *.json}) as Hugging Face models have it, whose {@code weight_map} says which file beside it
 * holds which tensor. Only the tensors that it names are seen. Its {@code total_size} is not checked: published indexes
 * often count shared weights twice;
 * <li>a directory with {@code model.safetensors} or {@code model.safetensors.index.json}, in this order, or else with
 * one file that ends in {@code .safetensors.index.json}, or else with one that ends in {@code .safetensors}.
 * </ul>
 * Like {@link Safetensors}, it needs no closing, and is immutable and thread-safe.
 */
public final class Checkpoint implements TensorSource {
    private static final String FILE_SUFFIX = ".safetensors";
    private static final String INDEX_SUFFIX = ".safetensors.index.json";
    private static final int FILES_SHOWN = 3;

    private final Path file;
    private final Map<String, Safetensors> homes;
    private final Map<String, String> metadata;

    private Checkpoint(Path file, Map<String, Safetensors> homes, Map<String, String> metadata) {
        this.file = file;
        this.homes = Collections.unmodifiableMap(homes);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Maps all files of the model and checks their headers.
     *
     * @param path a safetensors file, an index file or a directory
     * @throws SafetensorsException if there is no model at {@code path}, a file is missing or broken, or a file lacks a
     *     tensor that the index says it has
     */
    public static Checkpoint open(Path path) throws SafetensorsException {
        Path file = Files.isDirectory(path) ? modelIn(path) : path;
        if (file.toString().endsWith(".json")) {
            return sharded(file);
        }
        return of(Safetensors.open(file));
    }

    /** The one file as a checkpoint. */
    public static Checkpoint of(Safetensors file) {
        Map<String, Safetensors> homes = new LinkedHashMap<>();
        file.names().forEach(name -> homes.put(name, file));
        return new Checkpoint(file.file(), homes, file.metadata());
    }

    private static Path modelIn(Path directory) throws SafetensorsException {
        for (String usual : List.of("model" + FILE_SUFFIX, "model" + INDEX_SUFFIX)) {
            if (Files.exists(directory.resolve(usual))) {
                return directory.resolve(usual);
            }
        }
        List<Path> files;
        try (Stream<Path> listing = Files.list(directory)) {
            files = listing.sorted().toList();
        } catch (IOException e) {
            throw new SafetensorsException(directory, null, -1, "cannot be listed: " + e.getMessage(), e);
        }
        for (String suffix : List.of(INDEX_SUFFIX, FILE_SUFFIX)) {
            List<Path> found = files.stream().filter(f -> f.getFileName().toString().endsWith(suffix)).toList();
            if (found.size() == 1) {
                return found.getFirst();
            }
            if (found.size() > 1) {
                throw new SafetensorsException(directory, null, found.size() + " files end in " + suffix
                        + ", name the one to open: "
                        + some(found.stream().map(f -> f.getFileName().toString()).toList()));
            }
        }
        throw new SafetensorsException(directory, null,
                "has neither model" + FILE_SUFFIX + " nor model" + INDEX_SUFFIX + " nor any other " + FILE_SUFFIX
                        + " file");
    }

    private static Checkpoint sharded(Path index) throws SafetensorsException {
        ShardIndex content = ShardIndex.read(index);
        Map<String, Safetensors> shards = shards(index, new LinkedHashSet<>(content.weightMap().values()));
        Map<String, Safetensors> homes = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : content.weightMap().entrySet()) {
            Safetensors shard = shards.get(entry.getValue());
            if (!shard.contains(entry.getKey())) {
                throw new SafetensorsException(index, entry.getKey(),
                        "shard " + quoted(entry.getValue()) + " lacks this tensor");
            }
            homes.put(entry.getKey(), shard);
        }
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        shards.values().forEach(shard -> shard.metadata().forEach(metadata::putIfAbsent));
        return new Checkpoint(index, homes, metadata);
    }

    private static Map<String, Safetensors> shards(Path index, Collection<String> names) throws SafetensorsException {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String name : names) {
            try {
                files.put(name, index.resolveSibling(name));
            } catch (InvalidPathException e) {
                throw new SafetensorsException(index, null, -1, "shard " + quoted(name) + " is no file name here", e);
            }
        }
        List<String> missing = names.stream().filter(name -> !Files.exists(files.get(name))).toList();
        if (!missing.isEmpty()) {
            throw new SafetensorsException(index, null,
                    missing.size() + " of " + names.size() + " shards are missing: " + some(missing));
        }
        Map<String, Safetensors> shards = new LinkedHashMap<>();
        for (String name : names) {
            shards.put(name, Safetensors.open(files.get(name)));
        }
        return shards;
    }

    private static String some(List<String> names) {
        return names.stream().limit(FILES_SHOWN).map(SafetensorsException::quoted).collect(Collectors.joining(", "))
                + (names.size() > FILES_SHOWN ? ", ..." : "");
    }

    /** The safetensors or index file. */
    @Override
    public Path file() {
        return file;
    }

    /** The safetensors files, in the order in which the names first need them. */
    public List<Path> shards() {
        return homes.values().stream().distinct().map(Safetensors::file).toList();
    }

    @Override
    public Set<String> names() {
        return homes.keySet();
    }

    @Override
    public Tensor get(String name) throws SafetensorsException {
        return home(name).get(name);
    }

    @Override
    public DType dtype(String name) throws SafetensorsException {
        return home(name).dtype(name);
    }

    @Override
    public Shape shape(String name) throws SafetensorsException {
        return home(name).shape(name);
    }

    /** The plain values of the index's {@code metadata}, and those of the files where the index does not say. */
    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    private Safetensors home(String name) throws SafetensorsException {
        Safetensors home = homes.get(name);
        if (home == null) {
            throw Safetensors.noSuchTensor(this, name);
        }
        return home;
    }

    /** The file, its number of tensors and of shards. */
    @Override
    public String toString() {
        return file + " (" + names().size() + " tensors in " + shards().size() + " files)";
    }
}
