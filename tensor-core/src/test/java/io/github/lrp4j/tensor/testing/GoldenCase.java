package io.github.lrp4j.tensor.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One folder of the reference data: what {@code case.json} says and the tensors of {@code case.safetensors}.
 *
 * <p>The layout is described in {@code golden/README.md}. Tests dispatch on what the case says ({@link #op()},
 * {@link #args()}), never on its name. Immutable.
 */
public final class GoldenCase {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final JsonNode json;
    private final Safetensors tensors;

    private GoldenCase(Path folder, JsonNode json, Safetensors tensors) {
        this.folder = folder;
        this.json = json;
        this.tensors = tensors;
    }

    /** Reads the case in {@code folder}. */
    public static GoldenCase read(Path folder) {
        try {
            return new GoldenCase(folder, JSON.readTree(folder.resolve("case.json").toFile()),
                    Safetensors.open(folder.resolve("case.safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException("golden case " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The whole of {@code case.json}. */
    public JsonNode json() {
        return json;
    }

    /** Which operation the case is about; empty where it is about a model. */
    public String op() {
        return json.path("op").asText();
    }

    /** The arguments of the operation; empty where there are none. */
    public JsonNode args() {
        return json.path("args");
    }

    /** The strings of the list {@code field}, such as {@code outputs} or {@code grads}; none where there is no such list. */
    public List<String> names(String field) {
        List<String> names = new ArrayList<>();
        json.path(field).forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Names of the tensors. */
    public Set<String> tensorNames() {
        return tensors.names();
    }

    /** The tensor {@code name}, as it is stored. */
    public Tensor tensor(String name) {
        try {
            return tensors.get(name);
        } catch (IOException e) {
            throw new UncheckedIOException("golden case " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The tensor {@code name} in the type of a computation: {@code dtype} where it is floating, else as it is stored. */
    public Tensor tensor(String name, DType dtype) {
        Tensor tensor = tensor(name);
        return tensor.dtype().isFloating() ? tensor.to(dtype) : tensor;
    }

    /** The inputs in the order of {@code input_order}, in the type of a computation. */
    public List<Tensor> inputs(DType dtype) {
        return names("input_order").stream().map(name -> tensor("input." + name, dtype)).toList();
    }

    /** A file beside {@code case.json}, such as {@code model.safetensors}. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /**
     * What the case allows the tensor {@code name} to differ by when it is computed in {@code dtype} (F32 or F64); empty
     * where it says nothing, or says that this type cannot be compared.
     */
    public Optional<GoldenTolerance> tolerance(String name, DType dtype) {
        String type = dtype == DType.F64 ? "float64" : "float32";
        JsonNode own = json.path("relevances").path(name).path("tolerance");
        JsonNode stated = (own.isMissingNode() ? json.path("tolerance") : own).path(type);
        return stated.isObject()
                ? Optional.of(new GoldenTolerance(stated.path("rtol").asDouble(), stated.path("atol").asDouble(),
                        stated.path("rtol_of_max").asDouble()))
                : Optional.empty();
    }

    /**
     * Asserts that {@code got}, computed in {@code dtype}, is the tensor {@code name} within what the case allows; integers
     * and masks exactly.
     *
     * @throws IllegalStateException if the case states no tolerance for it
     */
    public void assertMatches(String name, Tensor got, DType dtype) {
        Tensor want = tensor(name);
        try {
            if (want.dtype().isFloating()) {
                tolerance(name, dtype)
                        .orElseThrow(() -> new IllegalStateException(
                                "golden case " + folder + " states no tolerance for " + name
                                        + " in " + dtype))
                        .assertHolds(got, want);
            } else {
                TensorAssert.assertSame(got, want);
            }
        } catch (AssertionError e) {
            throw new AssertionError(this + " " + name + " in " + dtype + ": " + e.getMessage(), e);
        }
    }

    /** The last two folder names: {@code ops/relu}. */
    @Override
    public String toString() {
        Path absolute = folder.toAbsolutePath().normalize();
        int parts = absolute.getNameCount();
        return absolute.subpath(Math.max(0, parts - 2), parts).toString().replace('\\', '/');
    }
}
