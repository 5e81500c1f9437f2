package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.Rearrange;
import io.github.lrp4j.autograd.expr.Scan;
import io.github.lrp4j.autograd.op.IndexAdd;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Seeded random graphs over all families: residual diamonds, fan-out, nested additions, shared weights, cat and split,
 * dead branches. The same seed records the same graph on any tape.
 *
 * <p>Every value in the pool has shape {@code [2, 4, 6]}; a step takes values from the pool and adds its result to it.
 */
final class RandomGraphs {
    private static final Shape SHAPE = Shape.of(2, 4, 6);
    private static final int KINDS = 30;

    private final Tape tape;
    private final Random random;
    private final List<Value> pool = new ArrayList<>();
    private int parameters;

    private RandomGraphs(Tape tape, long seed) {
        this.tape = tape;
        this.random = new Random(seed);
    }

    /** A graph of about {@code steps} steps; its output reads the latest values of the pool. */
    static Value record(Tape tape, long seed, int steps) {
        return recordAll(tape, seed, steps).getLast();
    }

    /** All values between, whether the output depends on them or not, and the output last. */
    static List<Value> recordAll(Tape tape, long seed, int steps) {
        RandomGraphs graph = new RandomGraphs(tape, seed);
        graph.pool.add(tape.input("x", graph.normal(SHAPE)));
        graph.pool.add(tape.input("y", graph.normal(SHAPE)));
        for (int s = 0; s < steps; s++) {
            graph.pool.add(graph.step(graph.random.nextInt(KINDS)));
        }
        // Not all of the pool: what is left out is a dead branch.
        Value output = graph.pool.getLast();
        for (int i = 0; i < 2; i++) {
            output = output.add(graph.any());
        }
        Value weight = graph.parameter(24, 3);
        graph.pool.addAll(graph.shared.values());
        graph.pool.add(output.reshape(2, 24).matmul(weight));
        return graph.pool;
    }

    private Value step(int kind) {
        return switch (kind) {
            case 0, 1, 2 -> any().add(any());
            case 3 -> any().sub(any());
            case 4 -> any().mul(any());
            case 5 -> any().div(any().abs().shift(1));
            case 6 -> any().relu();
            case 7 -> any().tanh().neg();
            case 8 -> any().gelu().scale(0.5 + random.nextDouble());
            case 9 -> any().matmul(parameter(6, 6));
            case 10 -> any().linear(parameter(6, 6), parameter(6));
            case 11 -> any().conv(parameter(4, 4, 3), parameter(4), ConvSpec.of(1, 1, 1));
            case 12 -> any().maxPool(PoolSpec.of(1, 3, 1, 1));
            case 13 -> any().avgPool(PoolSpec.of(1, 3, 1, 1));
            case 14 -> any().add(any().mean(List.of(1), true));
            case 15 -> any().mul(any().sum(List.of(2), true).sigmoid());
            case 16 -> any().permute(2, 0, 1).neg().permute(1, 2, 0);
            case 17 -> Value.cat(1, any().slice(1, 0, 2), any().slice(1, 2, 4)).reshape(4, 12).reshape(2, 4, 6);
            case 18 -> {
                List<Value> parts = any().split(2, 2, 4);
                yield Value.cat(2, parts.get(1), parts.get(0).add(any().slice(2, 0, 2)));
            }
            case 19 ->
                any().batchNorm(normal(Shape.of(4)), Tensor.full(1.5, io.github.lrp4j.tensor.DType.F64, Shape.of(4)),
                        parameter(4), parameter(4), 1e-5);
            case 20 -> any().add(tape.constant(normal(SHAPE))).select(0, 1).expand(SHAPE).add(any());
            case 21 -> any().add(any().softmax(2));
            case 22 -> any().layerNorm(1, parameter(6), parameter(6), 1e-5).sub(any());
            case 23 -> Scan.cumulativeSum(any(), 2).scale(0.3);
            case 24 -> any().indexSelect(1, tape.constant(Tensor.of(new long[] {3, 0, 0, 2}, 4)));
            case 25 -> tape.apply(new IndexAdd(1), any(), tape.constant(Tensor.of(new long[] {1, 1}, 2)),
                    any().slice(1, 1, 3));
            case 26 -> any().maskedFill(tape.constant(TestTensors.mask(random.nextInt(9), SHAPE)), 0.5);
            case 27 -> {
                List<Value> parts = any().unbind(1);
                yield Value.stack(1, parts.get(2), parts.get(0), any().select(1, 1), parts.get(2));
            }
            case 28 -> Rearrange.flip(Rearrange.roll(any(), 1, 2), 2);
            default -> {
                Value same = any();
                yield same.add(same.scale(-0.25));
            }
        };
    }

    /** Recent values are likelier, so that graphs grow deep; the same value may be drawn twice. */
    private Value any() {
        int reach = Math.min(pool.size(), 1 + random.nextInt(6));
        return pool.get(pool.size() - 1 - random.nextInt(reach));
    }

    /** A new weight, or, one time in four, the one of the same shape that was drawn before (shared weights). */
    private Value parameter(int... sizes) {
        int id = random.nextInt(4) == 0 && parameters > 0 ? random.nextInt(parameters) : parameters++;
        String name = "w" + id + Shape.of(sizes);
        Random own = new Random(name.hashCode());
        return shared.computeIfAbsent(name, key -> tape.parameter(name, normal(own, Shape.of(sizes))));
    }

    private final java.util.Map<String, Value> shared = new java.util.TreeMap<>();

    private Tensor normal(Shape shape) {
        return normal(random, shape);
    }

    private static Tensor normal(Random random, Shape shape) {
        return Tensor.of(random.doubles(shape.elements(), -1, 1).toArray(), shape);
    }
}
