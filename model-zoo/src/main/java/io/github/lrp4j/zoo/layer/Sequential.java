package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code y = f_n(... f_1(x))}: layers one after another, each under its name.
 *
 * @param children the layers in order
 */
public record Sequential(List<Child> children) implements Layer {
    /**
     * A layer and its name.
     *
     * @param name scope of the layer within its parent; empty for none
     * @param layer the layer
     */
    public record Child(String name, Layer layer) {
        Value forward(Value x, Pass pass) {
            if (name.isEmpty()) {
                return layer.forward(x, pass);
            }
            Tape tape = x.tape();
            try (Scope _ = tape.scope(name)) {
                Value y = layer.forward(x, pass);
                pass.output(tape.scope(), y);
                return y;
            }
        }
    }

    /** Copies. */
    public Sequential {
        children = List.copyOf(children);
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Value y = x;
        for (Child child : children) {
            y = child.forward(y, pass);
        }
        return y;
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        children.forEach(child -> child.layer().collectParameters(parameters));
    }

    @Override
    public void collectBuffers(Map<String, Tensor> buffers) {
        children.forEach(child -> child.layer().collectBuffers(buffers));
    }

    @Override
    public Sequential with(Map<String, Tensor> state) {
        return new Sequential(children.stream().map(c -> new Child(c.name(), c.layer().with(state))).toList());
    }

    /** Collects children in order. */
    public static final class Builder {
        private final List<Child> children = new ArrayList<>();

        /** Appends a layer under its name. */
        public Builder add(String name, Layer layer) {
            children.add(new Child(name, layer));
            return this;
        }

        /** Appends a layer under the next number: 0, 1, 2 ... */
        public Builder add(Layer layer) {
            return add(Integer.toString(children.size()), layer);
        }

        /** How many layers there are so far: the next number. */
        public int size() {
            return children.size();
        }

        /** The layers. */
        public Sequential build() {
            return new Sequential(children);
        }
    }
}
