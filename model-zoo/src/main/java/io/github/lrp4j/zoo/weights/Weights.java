package io.github.lrp4j.zoo.weights;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.Checkpoint;
import io.github.lrp4j.tensor.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * {@code key -> tensor} under a prefix: what a network is built from.
 *
 * <p>{@link #pp} enters a module, so that the prefix is the module's path. What a network asks for and does not find,
 * or finds with another shape, is noted and answered with zeros; {@link #requireFit} then reports all of it at once,
 * together with keys that nobody asked for:
 * <pre>{@code
 * Weights weights = Weights.open(Path.of("vgg16.safetensors"));
 * Tensor w = weights.pp("features").pp("0").get("weight", Initial.HE_NORMAL, 64, 3, 3, 3);
 * weights.requireFit("vgg16");
 * }</pre>
 * Tensors that are handed out are {@linkplain Tensor#durable() durable}. Used by one thread while a network is built.
 */
public final class Weights {
    private static final int LONGEST_KEY = 100;
    /** Configurations come from files too, and may ask for a billion layers. */
    private static final int MOST_FAULTS = 2_000;

    /** What the views of one file share. */
    private static final class Source {
        final String name;
        final Map<String, Tensor> tensors;
        final Map<String, String> metadata;
        final RandomGenerator random;
        final Set<String> asked = new TreeSet<>();
        final Map<String, Tensor> handedOut = new HashMap<>();
        final Map<Tensor, Tensor> converted = new IdentityHashMap<>();
        final List<String> missing = new ArrayList<>();
        final List<String> otherShaped = new ArrayList<>();

        Source(String name, Map<String, Tensor> tensors, Map<String, String> metadata, RandomGenerator random) {
            this.name = name;
            this.tensors = Collections.unmodifiableMap(tensors);
            this.metadata = Map.copyOf(metadata);
            this.random = random;
        }
    }

    private final Source source;
    private final String path;

    private Weights(Source source, String path) {
        this.source = source;
        this.path = path;
    }

    /**
     * The weights of a safetensors file, an index of several, or a directory with either. The files are mapped: numbers
     * are read and converted when a network first uses them.
     *
     * @throws WeightsException with the way to convert them where there are only pickled PyTorch weights
     */
    public static Weights open(Path path) throws IOException {
        PickledWeights.refuse(path);
        return of(Checkpoint.open(path));
    }

    /** The weights of an opened file. */
    public static Weights of(TensorSource file) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : file.names()) {
            tensors.put(name, file.get(name));
        }
        return new Weights(new Source(file.file().toString(), tensors, file.metadata(), null), "");
    }

    /** Weights from memory; {@code name} is what messages call them. */
    public static Weights of(String name, Map<String, Tensor> tensors, Map<String, String> metadata) {
        return new Weights(new Source(name, new LinkedHashMap<>(tensors), metadata, null), "");
    }

    /** Fresh float32 weights, drawn from {@code random} in the order in which they are asked for. */
    public static Weights initialized(RandomGenerator random) {
        return new Weights(new Source("initial weights", Map.of(), Map.of(), random), "");
    }

    /** These weights under other keys: {@code tensors} replace them, name and metadata stay. */
    public Weights withTensors(Map<String, Tensor> tensors) {
        return new Weights(new Source(source.name, new LinkedHashMap<>(tensors), source.metadata, source.random), path);
    }

    /**
     * These weights where {@code keys} are names of one tensor, of which files store one or several: a key that is
     * missing gets the tensor of the first that is there, and none of them is unexpected.
     */
    public Weights tied(String... keys) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(source.tensors);
        for (String present : keys) {
            Tensor shared = tensors.get(present);
            if (shared != null) {
                for (String key : keys) {
                    tensors.putIfAbsent(key, shared);
                }
                break;
            }
        }
        Weights tied = withTensors(tensors);
        tied.source.asked.addAll(source.asked);
        tied.source.asked.addAll(List.of(keys));
        return tied;
    }

    /** The view of a module within this one: its keys start with its path and a dot; this one for an empty path. */
    public Weights pp(String module) {
        return module.isEmpty() ? this : new Weights(source, key(module));
    }

    /** The view of the module with this number. */
    public Weights pp(int module) {
        return pp(Integer.toString(module));
    }

    /** Path of the module: the prefix of the keys, without the last dot. */
    public String path() {
        return path;
    }

    /** What messages call these weights: the file. */
    public String name() {
        return source.name;
    }

    /** All tensors by full key, in the order of the file. */
    public Map<String, Tensor> tensors() {
        return source.tensors;
    }

    /** The file's metadata. */
    public Map<String, String> metadata() {
        return source.metadata;
    }

    /** Whether there is a tensor {@code name} in this module. */
    public boolean has(String name) {
        return source.tensors.containsKey(key(name));
    }

    private String key(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * The tensor {@code name} of this module: float32, or float64 where it is stored so.
     *
     * @param initial how it starts where these are {@linkplain #initialized initial} weights
     * @param sizes the shape that it must have
     * @return zeros, one of which is stored, where it is missing, of another shape or of no floating type, which {@link
     *     #requireFit} reports
     * @throws WeightsException if very many are wrong already, or no tensor can have these sizes: what asks is then not
     *     the network of these weights
     */
    public Tensor get(String name, Initial initial, int... sizes) {
        String key = key(name);
        Shape shape = shape(key, sizes);
        source.asked.add(key);
        Tensor known = source.handedOut.get(key);
        if (known == null || !known.shape().equals(shape)) {
            known = (source.random != null ? initial.draw(shape, source.random) : stored(key, shape)).durable();
            source.handedOut.put(key, known);
        }
        return known;
    }

    private Tensor stored(String key, Shape shape) {
        Tensor stored = source.tensors.get(key);
        if (stored == null) {
            source.missing.add(shown(key) + " " + shape);
        } else if (!stored.shape().equals(shape)) {
            source.otherShaped.add(shown(key) + " is " + stored.shape() + ", wanted " + shape);
        } else if (!stored.dtype().isFloating()) {
            source.otherShaped.add(shown(key) + " holds " + stored.dtype() + ", wanted floating-point numbers");
        } else {
            // By identity: what several keys share stays shared when it is converted.
            return stored.dtype() == DType.F64
                    ? stored
                    : source.converted.computeIfAbsent(stored, tensor -> tensor.to(DType.F32));
        }
        if (source.missing.size() + source.otherShaped.size() > MOST_FAULTS) {
            fit().require(source.name, "the network, which goes on asking", false);
        }
        return Tensor.zeros(DType.F32, shape);
    }

    private Shape shape(String key, int... sizes) {
        try {
            return Shape.of(sizes);
        } catch (IllegalArgumentException e) {
            throw new WeightsException(source.name + ": " + shown(key) + ": no tensor can be asked for: "
                    + e.getMessage());
        }
    }

    /** Keys come from a file and may hold anything: shortened, without control characters. */
    private static String shown(String key) {
        String text = key.length() > LONGEST_KEY ? key.substring(0, LONGEST_KEY) + "..." : key;
        return text.replaceAll("\\p{C}", "?");
    }

    /** Accepts a key that the network has no use for. */
    public void ignore(String name) {
        source.asked.add(key(name));
    }

    /** What was asked for and is not there, and what is there and was not asked for, so far. */
    public Fit fit() {
        List<String> unexpected = new ArrayList<>();
        for (Map.Entry<String, Tensor> entry : source.tensors.entrySet()) {
            if (!source.asked.contains(entry.getKey())) {
                unexpected.add(shown(entry.getKey()) + " " + entry.getValue().shape());
            }
        }
        return new Fit(source.missing, source.otherShaped, unexpected);
    }

    /**
     * Checks that all that was asked for is there and all that is there was asked for.
     *
     * @param network what the message calls the network
     * @throws WeightsException listing the first few of each kind with their shapes
     */
    public void requireFit(String network) {
        require(network, true);
    }

    /**
     * Checks that all that was asked for is there; more may be there, such as the head of another task.
     *
     * @param network what the message calls the network
     * @throws WeightsException listing the first few of each kind with their shapes
     */
    public void requireComplete(String network) {
        require(network, false);
    }

    /**
     * Checks as {@link #requireFit} does where {@code strict}, else as {@link #requireComplete}.
     *
     * @return how they fit
     */
    public Fit require(String network, boolean strict) {
        Fit fit = fit();
        fit.require(source.name, network, strict);
        return fit;
    }
}
