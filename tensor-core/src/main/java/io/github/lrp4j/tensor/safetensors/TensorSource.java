package io.github.lrp4j.tensor.safetensors;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Named tensors at rest: one {@link Safetensors} file or a {@link Checkpoint} of several. Thread-safe. */
public interface TensorSource {
    /** What was opened; begins every message. */
    Path file();

    /** The names, in the order of the file; unmodifiable. */
    Set<String> names();

    /** Whether there is a tensor of this name. */
    default boolean contains(String name) {
        return names().contains(name);
    }

    /**
     * The tensor over the file's own bytes: nothing is read until it is used, nothing is copied until it is converted.
     *
     * <p>Each call gives a new tensor, which keeps what it converts (see {@link Tensor#floats}): ask once, hold on to
     * it.
     *
     * @throws SafetensorsException if there is no such tensor, or {@link DType} or {@link Shape} cannot express its
     *     type or shape
     */
    Tensor get(String name) throws SafetensorsException;

    /**
     * Element type of a tensor, as stored.
     *
     * @throws SafetensorsException if there is no such tensor or {@link DType} lacks its type
     */
    DType dtype(String name) throws SafetensorsException;

    /**
     * Shape of a tensor.
     *
     * @throws SafetensorsException if there is no such tensor or one of its sizes exceeds an {@code int}
     */
    Shape shape(String name) throws SafetensorsException;

    /** Free text that came with the tensors, such as {@code format = pt}; unmodifiable, empty if there is none. */
    Map<String, String> metadata();
}
