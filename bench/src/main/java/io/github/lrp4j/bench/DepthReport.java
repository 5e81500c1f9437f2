package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How far rounding carries the books from the seed while relevance goes down thousands of layers. Prints a table.
 *
 * <p>At a depth of d layers below the output everything that is left of the seed crosses one value, the residual stream.
 * Drift is {@code |seed - stream - booked| / |seed|}, where booked is what parameters and sinks took on the way. Relevance is
 * summed in float64 whatever the type of the network.
 */
public final class DepthReport {
    /** Networks that repeat one block. */
    private enum Network {
        /** {@code x + 0.05 tanh(W x + b)}. */
        RESIDUAL(10_000),
        /** Layer norm, attention, residual, layer norm, two linear layers with GELU, residual. */
        TRANSFORMER(1_000);

        private final int layers;

        Network(int layers) {
            this.layers = layers;
        }
    }

    private final Tape tape;
    private final DType dtype;
    private final List<Value> stream = new ArrayList<>();
    private final Map<String, Tensor> weights = new HashMap<>();

    private DepthReport(DType dtype, Retain retain) {
        this.tape = new Tape(Backend.SIMD.kernels(), retain);
        this.dtype = dtype;
    }

    /** Runs; takes no arguments. */
    public static void main(String[] arguments) {
        System.out.printf(Locale.ROOT, "%-12s %-8s %-8s %9s | %8s %14s %12s%n", "network", "type", "retain", "nodes",
                "depth", "in the stream", "drift");
        for (Network network : Network.values()) {
            for (DType dtype : List.of(DType.F64, DType.F32)) {
                new DepthReport(dtype, Retain.GRADIENT).report(network);
            }
        }
    }

    private void report(Network network) {
        Value end = switch (network) {
            case RESIDUAL -> residual(network.layers);
            case TRANSFORMER -> transformer(network.layers);
        };
        Value logits = end.linear(parameter("head", 3, 4), null);
        Relevance relevance =
                Lrp.with(Presets.dynamicLrp()).explain(logits, Seed.target(1), stream.toArray(Value[]::new));
        for (int depth = 1; depth <= network.layers; depth *= 10) {
            Value value = stream.get(network.layers - depth);
            double left = tape.kernels().total(relevance.of(value));
            double seed = relevance.ledger().seed();
            double drift = Math.abs(seed - left - bookedAbove(relevance, value)) / Math.abs(seed);
            System.out.printf(Locale.ROOT, "%-12s %-8s %-8s %9d | %8d %14.6g %12.2g%n",
                    network.name().toLowerCase(Locale.ROOT), dtype, tape.retain(), relevance.graph().size(), depth,
                    left,
                    drift);
        }
    }

    /** What leaves and sinks took from nodes above a value. */
    private static double bookedAbove(Relevance relevance, Value value) {
        Graph graph = relevance.graph();
        int index = graph.indexOf(value.node());
        double booked = 0;
        for (ConservationLedger.Entry entry : relevance.ledger().entries()) {
            if (entry.index() <= index) {
                continue;
            }
            for (double sink : entry.sinks().values()) {
                booked += sink;
            }
            for (int i = 0; i < entry.out().size(); i++) {
                int producer = graph.producer(entry.index(), i);
                // The first block's stream is the input itself, which takes no part in what was booked above it.
                if (producer >= 0 && producer != index && graph.node(producer).op() instanceof Leaf) {
                    booked += entry.out().get(i);
                }
            }
        }
        return booked;
    }

    private Value residual(int layers) {
        Value x = tape.input("x", normal("x", 1, 4));
        for (int layer = 0; layer < layers; layer++) {
            stream.add(x);
            x = x.add(x.linear(parameter("w", 4, 4), parameter("b", 4)).tanh().scale(0.05));
        }
        return x;
    }

    private Value transformer(int layers) {
        Value x = tape.input("x", normal("x", 1, 3, 4));
        for (int layer = 0; layer < layers; layer++) {
            stream.add(x);
            Value h = norm(x);
            Value scores = h.linear(parameter("query", 4, 4), null)
                    .matmul(h.linear(parameter("key", 4, 4), null).transpose(1, 2)).scale(0.5);
            Value attended = scores.softmax(2).matmul(h.linear(parameter("value", 4, 4), null));
            x = x.add(attended.scale(0.1));
            Value wide = norm(x).linear(parameter("up", 8, 4), parameter("bias", 8)).gelu();
            x = x.add(wide.linear(parameter("down", 4, 8), null).scale(0.1));
        }
        return x.mean(List.of(1), false);
    }

    private Value norm(Value x) {
        return x.layerNorm(1, null, null, 1e-5);
    }

    private Value parameter(String name, int... sizes) {
        return tape.parameter(name, weights.computeIfAbsent(name, key -> normal(key, sizes)));
    }

    private Tensor normal(String name, int... sizes) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        Shape shape = Shape.of(sizes);
        double[] cells = new double[shape.arrayLength()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = random.nextGaussian();
        }
        return Tensor.of(cells, dtype, shape);
    }
}
