package io.github.lrp4j.tensor.safetensors;

import java.util.Map;

/**
 * The header of one file, checked against the file's length.
 *
 * @param tensors what it says of each tensor, in its order
 * @param metadata its {@code __metadata__}, in its order; empty if it has none
 * @param dataStart first byte of the data in the file
 */
record Header(Map<String, TensorEntry> tensors, Map<String, String> metadata, long dataStart) {
    /** The longest header that is read or written. */
    static final int MAX_BYTES = 100_000_000;
    /** Bytes of the header length before the header. */
    static final int LENGTH_BYTES = Long.BYTES;
    /** The one key that is not a tensor. */
    static final String METADATA = "__metadata__";
}
