package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/**
 * {@code y = x m / (1 - probability)} with a random mask m in training, {@code y = x} in evaluation (where nothing is
 * recorded).
 *
 * @param probability of a value to be dropped
 */
public record Dropout(double probability) implements Layer {
    /** Checks. */
    public Dropout {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout: probability " + probability + " is not in [0, 1)");
        }
    }

    @Override
    public Value forward(Value x, Pass pass) {
        return probability == 0 ? x : pass.training().map(random -> x.dropout(probability, random)).orElse(x);
    }
}
