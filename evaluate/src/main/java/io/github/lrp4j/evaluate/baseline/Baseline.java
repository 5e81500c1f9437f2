package io.github.lrp4j.evaluate.baseline;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;

/** {@code x' = b(x)}: what each cell of an input is replaced by where its content shall be missing. */
public interface Baseline {
    /** What tables and files call it: {@code blur-7-2.5}. */
    String name();

    /**
     * The replacements.
     *
     * @return of the shape and type of the inputs
     */
    Tensor of(Batch batch);
}
