/**
 * The safetensors file format: {@code file = length (8 bytes, little-endian) | JSON header (length bytes) | data}.
 *
 * <p>The header is an object {@code {"__metadata__": {string: string}, name: {"dtype": string, "shape": [int],
 * "data_offsets": [begin, end]}, ...}}; offsets count from the start of the data. Numbers are little-endian and
 * row-major.
 *
 * <p>Start at {@link io.github.lrp4j.tensor.safetensors.Checkpoint#open} for a model (one file or several),
 * {@link io.github.lrp4j.tensor.safetensors.Safetensors#open} for one file, and
 * {@link io.github.lrp4j.tensor.safetensors.SafetensorsWriter#write} to save. Every fault ends in a
 * {@link io.github.lrp4j.tensor.safetensors.SafetensorsException}.
 *
 * <p>A file is a stranger's input. It is refused as a whole unless its header is one object of at most 100 MB of valid
 * UTF-8 JSON and its tensors cover the data exactly once, without overlap, hole or remainder, each with the size that
 * its type and shape say; these are the rules of the reference implementation. Stricter than that one, keys must not
 * repeat, an entry must not have fields other than the three, its shape must not have more than 64 dimensions and
 * nothing may precede the opening brace. Laxer, a type that the format does not know yet spoils only its own tensor.
 * Tensors need not be aligned. No memory is reserved because a header says so.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">Safetensors documentation</a>
 */
package io.github.lrp4j.tensor.safetensors;
