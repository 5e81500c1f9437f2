package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.tensor.Tensor;

/** The relevance of a recorded pass as values of its tape. */
final class RelevanceValues {
    private final Value[][] values;

    private RelevanceValues(Value[][] values) {
        this.values = values;
    }

    /**
     * The values of what a pass kept, which becomes plain numbers.
     *
     * @param kept per node, per output; null for nothing
     */
    static RelevanceValues of(Recording recording, Tensor[][] kept) {
        Value[][] values = new Value[kept.length][];
        for (int n = 0; n < kept.length; n++) {
            if (kept[n] == null) {
                continue;
            }
            values[n] = new Value[kept[n].length];
            Tensor[] numbers = new Tensor[kept[n].length];
            for (int o = 0; o < numbers.length; o++) {
                if (kept[n][o] != null) {
                    values[n][o] = recording.valueOf(kept[n][o]);
                    numbers[o] = values[n][o].tensor();
                }
            }
            kept[n] = numbers;
        }
        return new RelevanceValues(values);
    }

    /** Relevance of output {@code o} of the node at {@code index}; null where nothing arrived. */
    Value of(int index, int o) {
        return values[index] == null ? null : values[index][o];
    }
}
