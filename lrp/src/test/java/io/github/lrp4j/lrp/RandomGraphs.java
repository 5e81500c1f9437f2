package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.Accumulate;
import io.github.lrp4j.autograd.expr.Extrema;
import io.github.lrp4j.autograd.expr.Ordered;
import io.github.lrp4j.autograd.expr.Rearrange;
import io.github.lrp4j.autograd.expr.Scan;
import io.github.lrp4j.autograd.expr.WeightNorm;
import io.github.lrp4j.autograd.op.IndexAdd;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded random graphs over all families: residual diamonds, fan-out, nested additions, shared weights, cat and split,
 * outputs that nobody uses, dead branches, constants, attention. The same seed records the same graph on any tape.
 *
 * <p>Every value in the pool has shape {@code [2, 4, 3]}; a step takes values from the pool and adds its result to it.
 */
final class RandomGraphs {
    private static final Shape SHAPE = Shape.of(2, 4, 3);
    private static final int KINDS = 52;

    private final Tape tape;
    private final Random random;
    private final List<Value> pool = new ArrayList<>();
    private final Map<String, Value> shared = new HashMap<>();
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
        Value weight = graph.parameter(12, 3);
        graph.pool.addAll(graph.shared.values());
        graph.pool.add(output.reshape(2, 12).matmul(weight));
        return graph.pool;
    }

    private Value step(int kind) {
        if (kind < 20) {
            return arithmetic(kind);
        }
        return kind < 38 ? layer(kind) : movement(kind);
    }

    private Value arithmetic(int kind) {
        return switch (kind) {
            case 0, 1, 2, 3, 4 -> any().add(any());
            case 5 -> any().sub(any());
            case 6 -> any().mul(any().tanh());
            case 7 -> any().div(any().abs().shift(1));
            case 8 -> any().relu();
            case 9 -> any().tanh().neg();
            case 10 -> any().gelu().scale(0.5 + random.nextDouble());
            case 11 -> any().silu().leakyRelu(0.1);
            case 12 -> any().add(any().mean(List.of(1), true));
            case 13 -> any().mul(any().sum(List.of(2), true).sigmoid());
            case 14 -> Scan.cumulativeSum(any(), 2).scale(0.3);
            case 15 -> any().add(any().softmax(2));
            case 16 -> any().logSoftmax(1).scale(0.2);
            case 17 -> Extrema.maximum(any(), any().clamp(-0.5, 2));
            case 18 -> any().sub(any().max(2, true));
            default -> {
                Value same = any();
                yield same.add(same.scale(-0.25));
            }
        };
    }

    private Value layer(int kind) {
        return switch (kind) {
            case 20 -> any().matmul(parameter(3, 3));
            case 21, 22 -> any().linear(parameter(3, 3), parameter(3));
            case 23 -> any().conv(parameter(4, 4, 3), parameter(4), ConvSpec.of(1, 1, 1));
            case 24 -> any().conv(parameter(4, 1, 3), null, new ConvSpec(List.of(1), List.of(1), List.of(1), 4));
            case 25 -> any().convTranspose(parameter(4, 4, 3), parameter(4), ConvSpec.of(1, 1, 1), List.of(0));
            case 26 -> any().maxPool(PoolSpec.of(1, 3, 1, 1));
            case 27 -> any().avgPool(PoolSpec.of(1, 3, 1, 1));
            case 28 -> any().batchNorm(normal(Shape.of(4)), Tensor.full(1.5, DType.F64, Shape.of(4)), parameter(4),
                    parameter(4), 1e-5);
            case 29 -> any().layerNorm(1, parameter(3), parameter(3), 1e-1).sub(any());
            case 30 -> any().rmsNorm(1, parameter(3), 1e-1).add(any());
            case 31 -> any().groupNorm(2, parameter(4), parameter(4), 1e-1);
            case 32 -> any().add(parameter(5, 3).embedding(positions(5, 2, 4)));
            case 33 -> any().linear(WeightNorm.of(parameter(3, 3), parameter(3, 1), 0), null);
            case 34 -> any().dropout(0.3, random);
            case 35 -> attention(any());
            case 36 -> {
                Value x = any();
                yield x.add(attention(x.layerNorm(1, null, null, 1e-1)));
            }
            default -> {
                Value x = any();
                yield x.add(x.rmsNorm(1, null, 1e-1).linear(parameter(5, 3), parameter(5)).gelu()
                        .linear(parameter(3, 5), parameter(3)));
            }
        };
    }

    /** One head, written out. */
    private Value attention(Value x) {
        Value scores = x.matmul(parameter(3, 3)).matmul(x.transpose(1, 2)).scale(0.5);
        if (random.nextBoolean()) {
            scores = scores.maskedFill(tape.constant(TestTensors.mask(1, Shape.of(4, 4))), -9);
        }
        return scores.softmax(2).matmul(x.matmul(parameter(3, 3)));
    }

    private Value movement(int kind) {
        return switch (kind) {
            case 38 -> any().permute(2, 0, 1).neg().permute(1, 2, 0);
            case 39 -> Value.cat(1, any().slice(1, 0, 2), any().slice(1, 2, 4)).reshape(4, 6).reshape(2, 4, 3);
            case 40 -> {
                List<Value> parts = any().split(2, 1, 2);
                yield Value.cat(2, parts.get(1), parts.get(0).add(any().slice(2, 0, 1)));
            }
            case 41 -> any().split(1, 1, 3).get(1).pad(List.of(0, 0, 1), List.of(0, 1, 0), 0.25).slice(2, 0, 3);
            case 42 -> any().add(tape.constant(normal(SHAPE))).select(0, 1).expand(SHAPE).add(any());
            case 43 -> any().indexSelect(1, tape.constant(Tensor.of(new long[] {3, 0, 0, 2}, 4)));
            case 44 -> tape.apply(new IndexAdd(1), any(), tape.constant(Tensor.of(new long[] {1, 1}, 2)),
                    any().slice(1, 1, 3));
            case 45 -> any().maskedFill(mask(), 0.5);
            case 46 -> {
                List<Value> parts = any().unbind(1);
                yield Value.stack(1, parts.get(2), parts.get(0), any().select(1, 1), parts.get(2));
            }
            case 47 -> Rearrange.flip(Rearrange.roll(any(), 1, 2), 2);
            case 48 -> mask().where(any(), any());
            case 49 -> any().gather(2, positions(3, 2, 4, 3));
            case 50 -> Accumulate.scatterAdd(any(), 1, positions(4, 2, 2, 3), any().slice(1, 0, 2));
            default -> Rearrange.repeatInterleave(Ordered.topK(any(), 2, 1, true).values(), 2, 1);
        };
    }

    private Value mask() {
        return tape.constant(TestTensors.mask(random.nextInt(9), SHAPE));
    }

    /** Whole numbers below {@code bound}. */
    private Value positions(int bound, int... sizes) {
        Shape shape = Shape.of(sizes);
        return tape.constant(Tensor.of(random.longs(shape.elements(), 0, bound).toArray(), shape));
    }

    /** Recent values are likelier, so that graphs grow deep; the same value may be drawn twice. */
    private Value any() {
        int reach = Math.min(pool.size(), 1 + random.nextInt(6));
        return pool.get(pool.size() - 1 - random.nextInt(reach));
    }

    /** A new weight, or, one time in four, the one of the same shape that was drawn before (shared weights). */
    private Value parameter(int... sizes) {
        int id = random.nextInt(4) == 0 && parameters > 0 ? random.nextInt(parameters) : parameters++;
        Shape shape = Shape.of(sizes);
        String name = "w" + id + shape;
        return shared.computeIfAbsent(name, key -> tape.parameter(name, normal(new Random(name.hashCode()), shape)));
    }

    private Tensor normal(Shape shape) {
        return normal(random, shape);
    }

    private static Tensor normal(Random random, Shape shape) {
        return Tensor.of(random.doubles(shape.elements(), -1, 1).toArray(), shape);
    }
}
