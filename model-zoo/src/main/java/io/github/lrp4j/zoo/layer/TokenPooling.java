package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import java.util.List;

/**
 * {@code [N, T, D] -> [N, D]}: the one vector that stands for the sequence.
 *
 * @param form which one
 */
public record TokenPooling(Form form) implements Layer {
    /** How a sequence becomes a vector. */
    public enum Form {
        /** The first token. */
        CLASS_TOKEN,
        /** The mean over all tokens but the first, which is the class token. */
        MEAN_OF_OTHERS,
        /** The mean over all tokens. */
        MEAN
    }

    @Override
    public Value forward(Value x, Pass pass) {
        return switch (form) {
            case CLASS_TOKEN -> x.select(1, 0);
            case MEAN_OF_OTHERS -> x.slice(1, 1, x.shape().size(1)).mean(List.of(1), false);
            case MEAN -> x.mean(List.of(1), false);
        };
    }
}
