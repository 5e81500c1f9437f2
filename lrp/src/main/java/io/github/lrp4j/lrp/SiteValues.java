package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** The values that a rule sees at one node: the recorded ones, or those of a layer that its neighbours were merged into. */
interface SiteValues {
    /** Value of operand {@code i}. */
    Tensor operand(int i);

    /** Value of output {@code o}. */
    Tensor output(int o);

    /** Indices, masks and statistics of the recorded application. */
    List<Tensor> extras();

    /** What is added to the output and counts in the denominator, shaped to broadcast against it. */
    Optional<Tensor> bias();

    /**
     * The recorded values.
     *
     * @param values of the graph
     * @param index of the node
     */
    record Recorded(RecordedValues values, int index) implements SiteValues {
        @Override
        public Tensor operand(int i) {
            return values.operand(index, i);
        }

        @Override
        public Tensor output(int o) {
            return values.output(index, o);
        }

        @Override
        public List<Tensor> extras() {
            return values.extras(index);
        }

        @Override
        public Optional<Tensor> bias() {
            return Optional.empty();
        }
    }
}
