package io.github.lrp4j.zoo.files;

import io.github.lrp4j.zoo.hub.Hub;
import io.github.lrp4j.zoo.hub.HubReference;
import io.github.lrp4j.zoo.hub.HubSettings;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A published model: a directory with {@code config.json}, weights as safetensors, in one file or with an index, and
 * {@code tokenizer.json}; or a file of weights alone.
 *
 * <pre>{@code
 * ModelFiles files = ModelFiles.open("hf:deepset/roberta-base-squad2");
 * ModelConfig config = files.config();
 * Weights weights = files.weights();
 * Tokenizer tokenizer = files.tokenizer();
 * }</pre>
 *
 * <p>A directory with {@code adapter_config.json} and no weights of its own is a low-rank adapter: its weights are those
 * of its base model with the adapter merged in, and what it lacks otherwise is the base's. Nothing is read before it is
 * asked for.
 */
public final class ModelFiles {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String ADAPTER = "adapter_config.json";

    private final String name;
    private final Path path;
    private final LoraAdapter adapter;
    private final ModelFiles base;

    private ModelFiles(String name, Path path, LoraAdapter adapter, ModelFiles base) {
        this.name = name;
        this.path = path;
        this.adapter = adapter;
        this.base = base;
    }

    /** The model at a path, or at the hub of the environment: {@code hf:owner/name@revision}. */
    public static ModelFiles open(String pathOrReference) throws IOException {
        return open(pathOrReference, new Hub(HubSettings.fromEnvironment()));
    }

    /**
     * The model at a path, or at {@code hub}: {@code hf:owner/name@revision}.
     *
     * @throws NoSuchFileException if there is nothing at the path
     * @throws IllegalArgumentException if it is a malformed reference
     */
    public static ModelFiles open(String pathOrReference, Hub hub) throws IOException {
        Path path = locate(pathOrReference, hub);
        if (!isAdapter(path)) {
            return new ModelFiles(pathOrReference, path, null, null);
        }
        LoraAdapter adapter = LoraAdapter.open(path);
        String named = adapter.baseModel().orElseThrow(() -> new ConfigException(
                path.resolve(ADAPTER) + ": base_model_name_or_path: is missing; merge onto a base with LoraAdapter"));
        String base = Files.exists(Path.of(named)) ? named : HubReference.PREFIX + named;
        Path basePath = locate(base, hub);
        if (isAdapter(basePath)) {
            throw new ConfigException(path.resolve(ADAPTER) + ": base_model_name_or_path: " + base
                    + " is an adapter itself");
        }
        return new ModelFiles(pathOrReference, path, adapter, new ModelFiles(base, basePath, null, null));
    }

    private static Path locate(String pathOrReference, Hub hub) throws IOException {
        if (HubReference.isReference(pathOrReference)) {
            return hub.model(HubReference.parse(pathOrReference));
        }
        Path path = Path.of(pathOrReference);
        if (!Files.exists(path)) {
            throw new NoSuchFileException(pathOrReference + ": no such file or directory");
        }
        return path;
    }

    private static boolean isAdapter(Path path) throws IOException {
        if (!Files.exists(path.resolve(ADAPTER))) {
            return false;
        }
        try (var files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).noneMatch(file -> !file.startsWith("adapter_")
                    && (file.endsWith(".safetensors") || file.endsWith(".safetensors.index.json")));
        }
    }

    /** As it was asked for. */
    public String name() {
        return name;
    }

    /** The directory, or the file of weights. */
    public Path path() {
        return path;
    }

    private Optional<Path> find(String file) {
        Path here = Files.isDirectory(path) ? path.resolve(file) : path.resolveSibling(file);
        if (Files.isRegularFile(here)) {
            return Optional.of(here);
        }
        return base == null ? Optional.empty() : base.find(file);
    }

    /** Whether there is a {@code config.json}; for a file of weights, beside it. */
    public boolean hasConfig() {
        return find(CONFIG).isPresent();
    }

    /**
     * The configuration.
     *
     * @throws IOException if there is none, or it is no JSON object
     */
    public ModelConfig config() throws IOException {
        return ModelConfig.read(required(CONFIG));
    }

    /** How pictures become the input ({@code preprocessor_config.json}), if the files say so. */
    public Optional<ModelConfig> preprocessor() throws IOException {
        Optional<Path> file = find(PREPROCESSOR);
        return file.isPresent() ? Optional.of(ModelConfig.read(file.get())) : Optional.empty();
    }

    /** The weights, mapped; those of the base with the adapter merged in for an adapter. */
    public Weights weights() throws IOException {
        return adapter == null ? Weights.open(path) : adapter.merge(base.weights());
    }

    /** Whether there is a {@code tokenizer.json}. */
    public boolean hasTokenizer() {
        return find(TOKENIZER).isPresent();
    }

    /**
     * The tokenizer.
     *
     * @throws IOException if there is none, or it cannot be used
     */
    public JsonTokenizer tokenizer() throws IOException {
        return JsonTokenizer.open(find(TOKENIZER).orElse(path));
    }

    private Path required(String file) throws NoSuchFileException {
        return find(file).orElseThrow(() -> new NoSuchFileException(name + ": there is no " + file));
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
