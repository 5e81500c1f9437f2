package io.github.lrp4j.zoo.files;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code W' = W + s B A}: a low-rank adapter as PEFT saves it, merged onto the weights that it was trained on.
 *
 * <p>{@code A [r, I]} and {@code B [O, r]} belong to a linear layer {@code W [O, I]}; with {@code fan_in_fan_out} the
 * layer stores {@code [I, O]} and takes the transposed product. For a convolution, {@code A [r, I, k...]} and {@code B
 * [O, r, 1...]}; for an embedding {@code W [V, D]}, {@code A [r, V]} and {@code B [D, r]}, transposed too. The scale is
 * {@code s = alpha / r}, or {@code alpha / sqrt(r)} with {@code use_rslora}. Biases and whole modules that were trained
 * along replace those of the base.
 *
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al. 2021, LoRA</a>, section 4.1
 * @see <a href="https://arxiv.org/abs/2312.03732">Kalajdzievski 2023</a>, for {@code rslora}
 */
public final class LoraAdapter {
    private static final String PREFIX = "base_model.model.";
    private static final Pattern FACTOR =
            Pattern.compile("(.+)\\.lora_(embedding_)?([AB])(?:\\.(?!bias)[A-Za-z0-9_-]+)?(\\.weight)?");
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Set<String> UNKNOWN_METHODS = Set.of("use_dora", "lora_bias", "use_qalora");

    private final ModelConfig config;
    private final Weights tensors;

    private LoraAdapter(ModelConfig config, Weights tensors) {
        this.config = config;
        this.tensors = tensors;
    }

    /**
     * The adapter in {@code directory}: {@code adapter_config.json} and {@code adapter_model.safetensors}.
     *
     * @throws ConfigException if it is of another method, or uses an option that changes the formula above
     */
    public static LoraAdapter open(Path directory) throws IOException {
        return of(ModelConfig.read(directory.resolve("adapter_config.json")),
                Weights.open(directory.resolve("adapter_model.safetensors")));
    }

    /** An adapter from memory. */
    public static LoraAdapter of(ModelConfig config, Weights tensors) {
        if (!config.text("peft_type").equals("LORA")) {
            throw config.fault("peft_type", "only LORA is merged, this is "
                    + JsonFileException.shown(config.text("peft_type")));
        }
        for (String method : UNKNOWN_METHODS) {
            if (config.flag(method, false)) {
                throw config.fault(method, "is not merged here; merge it with PEFT's merge_and_unload and save that");
            }
        }
        return new LoraAdapter(config, tensors);
    }

    /** The model that the adapter was trained on, as its configuration names it. */
    public Optional<String> baseModel() {
        return config.findText("base_model_name_or_path");
    }

    /** The two factors of one layer. */
    private static final class Factors {
        Tensor a;
        Tensor b;
        boolean isEmbedding;
    }

    /**
     * The base's weights with the adapter merged in; names and metadata are the base's.
     *
     * @throws WeightsException if the base lacks a layer that the adapter changes, or shapes differ
     */
    public Weights merge(Weights base) {
        Map<String, Factors> layers = new TreeMap<>();
        Map<String, Tensor> merged = new LinkedHashMap<>(base.tensors());
        tensors.tensors().forEach((key, tensor) -> {
            if (!key.startsWith(PREFIX)) {
                throw fault(key, "no key of an adapter: these begin with " + PREFIX);
            }
            Matcher factor = FACTOR.matcher(key.substring(PREFIX.length()));
            if (factor.matches()) {
                Factors factors = layers.computeIfAbsent(factor.group(1), layer -> new Factors());
                factors.isEmbedding = factor.group(2) != null;
                if (factor.group(3).equals("A")) {
                    factors.a = tensor;
                } else {
                    factors.b = tensor;
                }
            } else {
                replace(merged, base, key, tensor);
            }
        });
        if (layers.isEmpty()) {
            throw new WeightsException(tensors.name() + ": no low-rank factors; is this an adapter?");
        }
        layers.forEach((layer, factors) -> merged.put(layer + ".weight", merged(base, layer, factors)));
        return base.withTensors(merged);
    }

    /** A bias, or a part of a module that was trained as a whole, such as a new head. */
    private void replace(Map<String, Tensor> merged, Weights base, String key, Tensor tensor) {
        String name = key.substring(PREFIX.length()).replaceFirst("\\.modules_to_save(\\.default)?\\.", ".");
        Tensor before = base.tensors().get(name);
        if (before != null && !before.shape().equals(tensor.shape())
                && !config.texts("modules_to_save").stream().anyMatch(module -> isOf(name, module))) {
            throw fault(key, "is " + tensor.shape() + ", the base has " + before.shape());
        }
        merged.put(name, tensor);
    }

    private static boolean isOf(String name, String module) {
        return ("." + name).contains("." + module + ".");
    }

    private Tensor merged(Weights base, String layer, Factors factors) {
        Tensor weight = base.tensors().get(layer + ".weight");
        if (weight == null) {
            throw fault(layer, base.name() + " has no " + JsonFileException.shown(layer) + ".weight to merge it onto");
        }
        if (factors.a == null || factors.b == null) {
            throw fault(layer, "has lora_" + (factors.a == null ? "B" : "A") + " only");
        }
        Tensor a = factors.a;
        Tensor b = factors.b;
        Shape shape = weight.shape();
        boolean transposed = factors.isEmbedding || config.flag("fan_in_fan_out", false);
        boolean fits = a.rank() == shape.rank() && b.rank() == shape.rank() && shape.rank() >= 2
                && a.size(0) == b.size(1) && a.size(0) > 0 && !(transposed && shape.rank() > 2);
        if (fits && transposed) {
            fits = a.size(1) == shape.size(0) && b.size(0) == shape.size(1);
        } else if (fits) {
            fits = b.size(0) == shape.size(0) && b.elements() == (long) b.size(0) * b.size(1)
                    && a.shape().with(0, shape.size(0)).equals(shape);
        }
        if (!fits) {
            throw fault(layer, "A " + a.shape() + " and B " + b.shape() + " do not fit the weight " + shape);
        }
        return Product.added(weight, a, b, scale(layer, a.size(0)), transposed);
    }

    private double scale(String layer, int rank) {
        double alpha = patterned("alpha_pattern", layer, config.number("lora_alpha"));
        double stated = patterned("rank_pattern", layer, config.size("r"));
        if (stated != rank) {
            throw fault(layer, "A has rank " + rank + ", " + config + " says " + stated);
        }
        return config.flag("use_rslora", false) ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    /** The value of the pattern that names the layer, or of the end of its path; else {@code otherwise}. */
    private double patterned(String key, String layer, double otherwise) {
        Optional<ModelConfig> patterns = config.find(key);
        if (patterns.isPresent()) {
            for (String pattern : patterns.get().keys()) {
                if (!PLAIN_NAME.matcher(pattern).matches()) {
                    throw patterns.get().fault(pattern,
                            "is a regular expression; only names of modules are understood");
                }
                if (("." + layer).endsWith("." + pattern)) {
                    return patterns.get().number(pattern);
                }
            }
        }
        return otherwise;
    }

    private WeightsException fault(String key, String fault) {
        return new WeightsException(tensors.name() + ": " + JsonFileException.shown(key) + ": " + fault);
    }

    /** The arithmetic: a row at a time in float64, so that a half-precision base loses nothing. */
    private static final class Product {
        private Product() {
        }

        static Tensor added(Tensor weight, Tensor a, Tensor b, double scale, boolean transposed) {
            int rank = a.size(0);
            // Rows of the weight belong to B, or, transposed, to A: row i of the product is sum_k left[i, k] right[k].
            double[] left = (transposed ? a.transpose(0, 1).contiguous() : b).toDoubleArray();
            double[] right = (transposed ? b.transpose(0, 1).contiguous() : a).toDoubleArray();
            int rows = weight.size(0);
            int columns = rows == 0 ? 0 : Math.toIntExact(weight.elements() / rows);
            boolean wide = weight.dtype() == DType.F64;
            double[] values = wide ? weight.toDoubleArray() : null;
            float[] floats = wide ? null : weight.toFloatArray();
            double[] row = new double[columns];
            for (int i = 0; i < rows; i++) {
                Arrays.fill(row, 0);
                for (int k = 0; k < rank; k++) {
                    double factor = scale * left[i * rank + k];
                    for (int j = 0; j < columns; j++) {
                        row[j] += factor * right[k * columns + j];
                    }
                }
                for (int j = 0; j < columns; j++) {
                    int at = i * columns + j;
                    if (wide) {
                        values[at] += row[j];
                    } else {
                        floats[at] = (float) (floats[at] + row[j]);
                    }
                }
            }
            return wide ? Tensor.of(values, weight.shape()) : Tensor.of(floats, weight.shape());
        }
    }
}
