package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Recurrent cells (LSTM: Hochreiter and Schmidhuber 1997; GRU: Cho et al., arXiv 1406.1078) and the sequences that they
 * read, written out in products, sums and activations. Gates lie as in PyTorch.
 *
 * <p>Sizes: batch N, time T, inputs I, hidden cells H.
 */
public final class Recurrent {
    private Recurrent() {
    }

    /**
     * Weights of a cell with g gates: 4 for LSTM (input, forget, candidate, output), 3 for GRU (reset, update, candidate).
     *
     * @param ofInput {@code [g H, I]}
     * @param ofHidden {@code [g H, H]}
     * @param inputBias {@code [g H]}, or null
     * @param hiddenBias {@code [g H]}, or null
     */
    public record Weights(Value ofInput, Value ofHidden, Value inputBias, Value hiddenBias) {
    }

    /**
     * What a cell hands on.
     *
     * @param hidden {@code [N, H]}
     * @param memory {@code [N, H]}; null for a GRU
     */
    public record State(Value hidden, Value memory) {
    }

    /**
     * A sequence read to its end.
     *
     * @param hidden state after each step, {@code [N, T, H]}
     * @param last state after the last step
     */
    public record Sequence(Value hidden, State last) {
    }

    /**
     * {@code c' = sigmoid(f) c + sigmoid(i) tanh(g)}, {@code h' = sigmoid(o) tanh(c')} with
     * {@code (i, f, g, o) = W x + b + U h + d}; x {@code [N, I]}.
     */
    public static State lstmCell(Value x, State before, Weights weights) {
        return lstmStep(x.linear(weights.ofInput(), weights.inputBias()), before, weights);
    }

    private static State lstmStep(Value projected, State before, Weights weights) {
        int width = before.hidden().shape().size(-1);
        List<Value> gates = projected.add(before.hidden().linear(weights.ofHidden(), weights.hiddenBias())).split(-1,
                width, width, width, width);
        Value memory = gates.get(1).sigmoid().mul(before.memory())
                .add(gates.get(0).sigmoid().mul(gates.get(2).tanh()));
        return new State(gates.get(3).sigmoid().mul(memory.tanh()), memory);
    }

    /**
     * {@code h' = (1 - z) n + z h} with {@code r = sigmoid(W_r x + b_r + U_r h + d_r)}, z alike, and
     * {@code n = tanh(W_n x + b_n + r (U_n h + d_n))}; x {@code [N, I]}.
     */
    public static State gruCell(Value x, State before, Weights weights) {
        return gruStep(x.linear(weights.ofInput(), weights.inputBias()), before, weights);
    }

    private static State gruStep(Value projected, State before, Weights weights) {
        Value h = before.hidden();
        int width = h.shape().size(-1);
        List<Value> input = projected.split(-1, width, width, width);
        List<Value> hidden = h.linear(weights.ofHidden(), weights.hiddenBias()).split(-1, width, width, width);
        Value reset = input.get(0).add(hidden.get(0)).sigmoid();
        Value update = input.get(1).add(hidden.get(1)).sigmoid();
        Value candidate = input.get(2).add(reset.mul(hidden.get(2))).tanh();
        return new State(update.neg().shift(1).mul(candidate).add(update.mul(h)), null);
    }

    /** An LSTM over x {@code [N, T, I]}, T at least 1. */
    public static Sequence lstm(Value x, State start, Weights weights) {
        return sequence(x, start, weights, Recurrent::lstmStep);
    }

    /** A GRU over x {@code [N, T, I]}, T at least 1. */
    public static Sequence gru(Value x, State start, Weights weights) {
        return sequence(x, start, weights, Recurrent::gruStep);
    }

    private interface Step {
        State after(Value projected, State before, Weights weights);
    }

    private static Sequence sequence(Value x, State start, Weights weights, Step step) {
        if (x.shape().rank() != 3 || x.shape().size(1) == 0) {
            throw new IllegalArgumentException("recurrent: input must be [N, T, I] with steps, got " + x.shape());
        }
        List<Value> hidden = new ArrayList<>();
        State state = start;
        // The inputs of all steps meet their weights at once.
        for (Value projected : x.linear(weights.ofInput(), weights.inputBias()).unbind(1)) {
            state = step.after(projected, state, weights);
            hidden.add(state.hidden());
        }
        return new Sequence(Value.stack(1, hidden.toArray(Value[]::new)), state);
    }
}
