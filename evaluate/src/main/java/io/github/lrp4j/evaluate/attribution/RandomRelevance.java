package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R ~ U[0, 1)} in each pixel of pictures {@code [N, C, H, W]}: what every method has to be better than.
 *
 * @param seed of the drawn numbers
 */
public record RandomRelevance(long seed) implements Attribution {
    @Override
    public String name() {
        return "random";
    }

    @Override
    public Tensor of(Batch batch) {
        Shape shape = batch.inputs().shape().with(1, 1);
        double[] values = new double[shape.arrayLength()];
        int size = values.length / batch.size();
        for (int n = 0; n < batch.size(); n++) {
            System.arraycopy(batch.random(n, seed).doubles(size).toArray(), 0, values, n * size, size);
        }
        return Tensor.of(values, batch.inputs().dtype(), shape);
    }
}
