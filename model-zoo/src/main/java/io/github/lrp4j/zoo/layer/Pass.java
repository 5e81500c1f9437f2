package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * One forward pass: whether it trains, how attention is recorded, and who listens to the modules' outputs.
 *
 * <p>In training, dropout drops and batch norm uses the statistics of the batch; the running statistics that follow
 * from them are collected here, since layers do not change. A pass is used once.
 */
public final class Pass {
    private final RandomGenerator random;
    private final BiConsumer<String, Value> listener;
    private final Form attention;
    private final Form norms;
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();

    private Pass(RandomGenerator random, BiConsumer<String, Value> listener, Form attention,
            Form norms) {
        this.random = random;
        this.listener = listener;
        this.attention = attention;
        this.norms = norms;
    }

    /** Inference: dropout passes everything, batch norm uses its running statistics. */
    public static Pass evaluation() {
        return new Pass(null, (path, value) -> {}, Form.FUSED, Form.FUSED);
    }

    /** Training; dropout draws from {@code random}. */
    public static Pass training(RandomGenerator random) {
        return new Pass(random, (path, value) -> {}, Form.FUSED, Form.FUSED);
    }

    /** This pass, telling {@code observer} the path and the output of each module as soon as it is computed. */
    public Pass observedBy(BiConsumer<String, Value> observer) {
        return new Pass(random, observer, attention, norms);
    }

    /** This pass with attention recorded in another form; fused is the default. */
    public Pass withAttention(Form form) {
        return new Pass(random, listener, form, norms);
    }

    /** This pass with RMS norms recorded in another form; fused is the default. */
    public Pass withNorms(Form form) {
        return new Pass(random, listener, attention, form);
    }

    /** How RMS norms are recorded. */
    public Form norms() {
        return norms;
    }

    /** How attention is recorded. */
    public Form attention() {
        return attention;
    }

    /** The source of randomness where this pass trains. */
    public Optional<RandomGenerator> training() {
        return Optional.ofNullable(random);
    }

    /** The running statistics after this pass, by key. */
    public Map<String, Tensor> buffers() {
        return Map.copyOf(buffers);
    }

    void update(String key, Tensor value) {
        buffers.put(key, value);
    }

    /** What a moving average goes on from: its update in this pass if there was one, else {@code stored}. */
    Tensor current(String key, Tensor stored) {
        return buffers.getOrDefault(key, stored);
    }

    void output(String path, Value value) {
        listener.accept(path, value);
    }
}
