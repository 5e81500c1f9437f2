package io.github.lrp4j.zoo;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.layer.Sequential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code logits = layers(pictures)}: a classifier that is a tree of {@linkplain io.github.lrp4j.zoo.layer layers}. */
public final class Network implements Model {
    private final String name;
    private final ModelFacts facts;
    private final Sequential layers;
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> buffers;

    /** A network. */
    public Network(String name, ModelFacts facts, Sequential layers) {
        this.name = name;
        this.facts = facts;
        this.layers = layers;
        Map<String, Tensor> trained = new LinkedHashMap<>();
        layers.collectParameters(trained);
        parameters = Collections.unmodifiableMap(trained);
        Map<String, Tensor> kept = new LinkedHashMap<>();
        layers.collectBuffers(kept);
        buffers = Collections.unmodifiableMap(kept);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ModelFacts facts() {
        return facts;
    }

    /** The modules. */
    public Sequential layers() {
        return layers;
    }

    @Override
    public Value forward(Tape tape, Value input) {
        return forward(tape, input, Pass.evaluation());
    }

    /** Records the network; {@code pass} says whether it trains. */
    public Value forward(Tape tape, Value input, Pass pass) {
        int channels = facts.preprocessing().channels();
        if (input.tape() != tape) {
            throw new IllegalArgumentException(name + ": the input belongs to another tape");
        }
        if (input.shape().rank() != 4 || input.shape().size(1) != channels) {
            throw new IllegalArgumentException(
                    name + ": the input must be [N, " + channels + ", height, width], got " + input.shape());
        }
        return layers.forward(input, pass);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return parameters;
    }

    /** What is stored with the weights but not trained, by key: running statistics. */
    public Map<String, Tensor> buffers() {
        return buffers;
    }

    /** This network with those weights and buffers replaced that {@code state} has. */
    public Network with(Map<String, Tensor> state) {
        return withLayers(layers.with(state));
    }

    /** This network with all weights and buffers as {@code dtype}: F64 to compute in float64 throughout. */
    public Network to(DType dtype) {
        Map<String, Tensor> converted = new LinkedHashMap<>();
        state().forEach((key, tensor) -> converted.put(key, tensor.to(dtype).durable()));
        return with(converted);
    }

    /** Weights and buffers, by key. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(parameters);
        state.putAll(buffers);
        return state;
    }

    /** This network with other modules. */
    public Network withLayers(Sequential others) {
        return new Network(name, facts, others);
    }

    /** This network under another name with other facts. */
    public Network withFacts(String otherName, ModelFacts otherFacts) {
        return new Network(otherName, otherFacts, layers);
    }

    /**
     * Writes weights and buffers to a safetensors file, and the facts and {@code notes} to its metadata.
     *
     * @param notes further metadata
     */
    public void save(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(facts.toMetadata());
        metadata.putAll(notes);
        SafetensorsWriter.write(file, state(), metadata);
    }

    /** Name, number of parameters and classes. */
    @Override
    public String toString() {
        long count = parameters.values().stream().mapToLong(Tensor::elements).sum();
        return name + " (" + count + " parameters, " + facts.classes().size() + " classes)";
    }
}
