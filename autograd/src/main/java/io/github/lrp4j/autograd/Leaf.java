package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/** A value that no op computed: relevance ends here. */
public sealed interface Leaf extends Op {
    /** Whether gradients and relevance are followed to this leaf. */
    boolean isLive();

    /** Something to explain: an image, token embeddings. Live where its type is floating. */
    record Input(String name) implements Leaf {
        @Override
        public boolean isLive() {
            return true;
        }
    }

    /** A trained weight; its name is its key in the weight file. */
    record Parameter(String name) implements Leaf {
        @Override
        public boolean isLive() {
            return true;
        }
    }

    /** A mask, a table, a running statistic: takes neither gradient nor relevance. */
    record Constant() implements Leaf {
        @Override
        public String name() {
            return "constant";
        }

        @Override
        public boolean isLive() {
            return false;
        }
    }

    @Override
    default Outputs forward(Kernels kernels, List<Tensor> operands) {
        throw new IllegalStateException("leaf " + name() + " is not computed");
    }

    @Override
    default Keeps keeps(boolean[] wanted) {
        return Keeps.OUTPUTS;
    }

    @Override
    default Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[0];
    }
}
