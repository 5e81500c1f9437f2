package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Ways in which a graph of tiny tensors grows to any number of nodes. */
enum Growth {
    /** {@code x -> tanh x}: one consumer per value, everything at hand. */
    CHAIN {
        @Override
        Value grow(Tape tape, int nodes) {
            Value x = input(tape);
            for (int i = 1; i < nodes; i++) {
                x = x.tanh();
            }
            return x;
        }
    },
    /** {@code x -> x + 0.1 tanh x}: sums that miss their operands, a Pre-Promise at every block. */
    RESIDUAL {
        @Override
        Value grow(Tape tape, int nodes) {
            Value x = input(tape);
            for (int i = 1; i < nodes; i += 3) {
                x = x.add(x.tanh().scale(0.1));
            }
            return x;
        }
    },
    /** One value with a use in every other node, summed up in a tree. */
    FAN_OUT {
        @Override
        Value grow(Tape tape, int nodes) {
            Value x = input(tape).neg();
            List<Value> level = new ArrayList<>();
            for (int i = 1; i < nodes; i += 3) {
                level.add(x.scale(1 + i % 7));
                level.add(x);
            }
            while (level.size() > 1) {
                List<Value> next = new ArrayList<>(level.size() / 2 + 1);
                for (int i = 0; i + 1 < level.size(); i += 2) {
                    next.add(level.get(i).add(level.get(i + 1)));
                }
                if (level.size() % 2 == 1) {
                    next.add(level.getLast());
                }
                level = next;
            }
            return level.get(0);
        }
    },
    /** Sums, activations and products of values drawn from anywhere below. */
    RANDOM {
        @Override
        Value grow(Tape tape, int nodes) {
            SplittableRandom random = new SplittableRandom(1);
            List<Value> values = new ArrayList<>(nodes);
            values.add(input(tape));
            for (int i = 1; i < nodes; i++) {
                // The last value is always read, so that nothing is dead.
                Value last = values.getLast();
                Value other = values.get(random.nextInt(values.size()));
                values.add(switch (random.nextInt(4)) {
                    case 0 -> last.add(other, 0.1);
                    case 1 -> last.tanh();
                    case 2 -> last.scale(0.9);
                    default -> last.mul(other);
                });
            }
            return values.getLast();
        }
    };

    /** A graph of about that many nodes; its output has as many cells as its input. */
    abstract Value grow(Tape tape, int nodes);

    private static Value input(Tape tape) {
        return tape.input("x", Tensor.of(new double[] {0.5, -0.25, 0.75, 1}, 1, 4));
    }
}
