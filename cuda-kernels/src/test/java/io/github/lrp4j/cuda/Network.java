package io.github.lrp4j.cuda;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small networks of the kinds that people explain. Weights are random, made once per instance, and durable. */
final class Network {
    /** What is built. */
    enum Kind {
        /** Convolutions (one strided, one depthwise), batch norm, both poolings, a residual block. */
        CONVOLUTIONAL,
        /** Embeddings, attention written out and fused, layer norm, GELU. */
        TRANSFORMER,
        /** Rows that are gathered, scattered, padded, joined and chosen by mask and maximum. */
        SELECTING
    }

    /**
     * One forward pass.
     *
     * @param logits {@code [N, classes]}
     * @param watched the input and some values on the way
     */
    record Pass(Value logits, List<Value> watched) {
    }

    static final int SAMPLES = 2;
    static final int CLASSES = 5;
    private static final int CHANNELS = 6;
    private static final int WIDTH = 8;
    private static final int TOKENS = 5;
    /** Rows that are picked, gathered, and there in all with every other one and a row of zeros before. */
    private static final int PICKED = 4;
    private static final int GATHERED = 3;
    private static final int JOINED = PICKED + GATHERED + (TOKENS + 1) / 2 + 1;
    private static final double EPS = 1e-5;

    private final Kind kind;
    private final DType dtype;
    private final Map<String, Tensor> weights = new HashMap<>();

    Network(Kind kind, DType dtype) {
        this.kind = kind;
        this.dtype = dtype;
    }

    /** The input that the passes of these tests read, of which nothing is kept on a device for good. */
    Tensor input(long seed) {
        return switch (kind) {
            case CONVOLUTIONAL -> TestTensors.normal(seed, dtype, Shape.of(SAMPLES, 3, 9, 9));
            case TRANSFORMER -> TestTensors.integers(seed, 0, 11, Shape.of(SAMPLES, TOKENS));
            case SELECTING -> TestTensors.normal(seed, dtype, Shape.of(SAMPLES, TOKENS, WIDTH));
        };
    }

    /** Sizes of the constants that a pass brings along, in the order of their use. */
    List<Long> constants() {
        return kind == Kind.SELECTING
                ? List.of((long) PICKED, (long) SAMPLES * GATHERED * WIDTH, (long) SAMPLES * JOINED * WIDTH)
                : List.of();
    }

    /** Runs the network. */
    Pass on(Kernels kernels, Tensor input) {
        Tape tape = new Tape(kernels);
        return switch (kind) {
            case CONVOLUTIONAL -> convolutional(tape, tape.input("pixels", input));
            case TRANSFORMER -> transformer(tape, tape.constant(input));
            case SELECTING -> selecting(tape, tape.input("rows", input));
        };
    }

    private Pass convolutional(Tape tape, Value pixels) {
        Value stem = conv(pixels, "stem", CHANNELS, 3, new ConvSpec(List.of(2, 2), List.of(1, 1), List.of(1, 1), 1));
        Value x = stem.batchNorm(weight("mean", 0.3, CHANNELS), spread("variance", CHANNELS),
                parameter(tape, "bn.weight", spread("bn.weight", CHANNELS)), parameter(tape, "bn.bias", 0.2, CHANNELS),
                EPS).relu();
        Value wide = x.maxPool(PoolSpec.of(2, 3, 1, 1));
        Value deep;
        try (Scope _ = tape.scope("block")) {
            Value own = conv(wide, "depthwise", CHANNELS, 1, new ConvSpec(List.of(1, 1), List.of(1, 1), List.of(1, 1),
                    CHANNELS)).relu();
            deep = conv(own, "pointwise", CHANNELS, CHANNELS, ConvSpec.of(2, 1, 1)).add(wide).relu();
        }
        Value pooled = deep.avgPool(PoolSpec.of(2, 2, 2, 0)).adaptiveAvgPool(1, 1).flatten(1);
        return new Pass(linear(pooled, "head", CLASSES), List.of(pixels, stem, wide, deep));
    }

    private Pass transformer(Tape tape, Value ids) {
        Value table = parameter(tape, "tokens", 1, 11, WIDTH);
        Value embedded = table.embedding(ids);
        Value x = norm(embedded.add(parameter(tape, "positions", 0.5, TOKENS, WIDTH)), "first");
        Value attended = attention(x, "written", false);
        Value y = norm(x.add(attended), "second");
        Value z = y.add(linear(linear(y, "up", 2 * WIDTH).gelu(), "down", WIDTH));
        Value last = z.add(attention(norm(z, "third"), "fused", true));
        return new Pass(linear(last.select(1, 0).tanh(), "head", CLASSES), List.of(embedded, table, attended, z));
    }

    private Value attention(Value x, String name, boolean fused) {
        List<Value> heads = new ArrayList<>();
        for (String part : List.of("query", "key", "value")) {
            heads.add(linear(x, name + "." + part, WIDTH).reshape(SAMPLES, TOKENS, 2, WIDTH / 2).transpose(1, 2));
        }
        double scale = 1 / Math.sqrt(WIDTH / 2.0);
        Value mixed = fused
                ? heads.get(0).scaledDotProductAttention(heads.get(1), heads.get(2), null,
                        new AttentionSpec(scale, false, false))
                : heads.get(0).matmul(heads.get(1).transpose(-2, -1)).scale(scale).softmax(-1).matmul(heads.get(2));
        return linear(mixed.transpose(1, 2).reshape(SAMPLES, TOKENS, WIDTH), name + ".output", WIDTH);
    }

    private Pass selecting(Tape tape, Value rows) {
        Value h = linear(rows, "in", WIDTH).silu();
        Value picked = h.indexSelect(1, tape.constant(Tensor.of(new long[] {4, 0, 0, 2}, PICKED)));
        Tensor places = TestTensors.integers(70, 0, TOKENS, Shape.of(SAMPLES, GATHERED, WIDTH));
        Value gathered = h.gather(1, tape.constant(places));
        Value joined = Value.cat(1, picked, gathered, h.slice(1, 0, TOKENS, 2));
        Value padded = joined.pad(List.of(0, 1, 0), List.of(0, 0, 0), 0);
        Value masked = padded.maskedFill(tape.constant(TestTensors.mask(71, padded.shape())), 0.25);
        Value best = masked.max(1, false);
        Value mean = masked.mul(masked.sigmoid()).mean(List.of(1), false);
        return new Pass(linear(Value.cat(1, best, mean), "head", CLASSES), List.of(rows, h, joined, masked));
    }

    // ---- layers -------------------------------------------------------------------------------------------------

    private Value conv(Value x, String name, int out, int in, ConvSpec spec) {
        return x.conv(parameter(x.tape(), name + ".weight", 0.4, out, in, 3, 3),
                parameter(x.tape(), name + ".bias", 0.1, out), spec);
    }

    private Value linear(Value x, String name, int out) {
        return x.linear(parameter(x.tape(), name + ".weight", 0.5, out, x.shape().size(-1)),
                parameter(x.tape(), name + ".bias", 0.1, out));
    }

    private Value norm(Value x, String name) {
        return x.layerNorm(1, parameter(x.tape(), name + ".weight", spread(name + ".weight", WIDTH)),
                parameter(x.tape(), name + ".bias", 0.1, WIDTH), EPS);
    }

    // ---- weights ------------------------------------------------------------------------------------------------

    private Value parameter(Tape tape, String name, double deviation, int... sizes) {
        return parameter(tape, name, weight(name, deviation, sizes));
    }

    private static Value parameter(Tape tape, String name, Tensor value) {
        return tape.parameter(name, value);
    }

    private synchronized Tensor weight(String name, double deviation, int... sizes) {
        return weights.computeIfAbsent(name, _ -> scaled(name, deviation, Shape.of(sizes)));
    }

    private Tensor scaled(String name, double deviation, Shape shape) {
        double[] numbers = TestTensors.normal(name.hashCode(), DType.F64, shape).toDoubleArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= deviation;
        }
        return Tensor.of(numbers, dtype, shape).durable();
    }

    private synchronized Tensor spread(String name, int size) {
        return weights.computeIfAbsent(name,
                _ -> TestTensors.uniform(name.hashCode(), 0.5, 1.5, dtype, Shape.of(size)).durable());
    }

    @Override
    public String toString() {
        return kind + " " + dtype;
    }
}
