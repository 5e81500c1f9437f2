package io.github.lrp4j.evaluate.baseline;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code x' = c}: cells that were chosen before, such as the vectors of a text whose words are masked.
 *
 * @param name what tables and files call it
 * @param cells c, of the shape of the inputs
 */
public record Fixed(String name, Tensor cells) implements Baseline {
    /** @throws IllegalArgumentException if the inputs are of another shape */
    @Override
    public Tensor of(Batch batch) {
        if (!cells.shape().equals(batch.inputs().shape())) {
            throw new IllegalArgumentException("baseline " + name + ": cells " + cells.shape() + " of inputs "
                    + batch.inputs().shape() + "; give cells of the shape of the inputs");
        }
        return cells;
    }
}
