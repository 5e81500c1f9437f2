package io.github.lrp4j.explain;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.List;

/** Reads what a model said of a text off its output, and where relevance must start to explain it. */
interface Reader {
    /**
     * A text that was read.
     *
     * @param input the text
     * @param whole all of its tokens
     * @param windows the tokens of each window
     * @param numbers for each token of each window, its number in the whole
     * @param outputs what the model gave for each window: {@code [C]}, or {@code [T, C]} with a row per token and, behind
     *     them, rows of padding
     */
    record Sight(TextInput input, Encoding whole, List<Encoding> windows, List<int[]> numbers,
            List<Tensor> outputs) {
        /** Row {@code t} of the output of a window. */
        double[] row(int window, int t) {
            return outputs.get(window).select(0, t).toDoubleArray();
        }
    }

    /**
     * What the model said, and what of it is to be explained.
     *
     * @param answer what the model said
     * @param aims what is to be explained
     */
    record Reading(Answer answer, List<Aim> aims) {
    }

    /**
     * One thing to explain.
     *
     * @param subject what it is
     * @param output what the model gave for it
     * @param cells where relevance starts
     */
    record Aim(String subject, double output, List<Cell> cells) {
        /** Relevance that starts. */
        double seed() {
            return cells.stream().mapToDouble(Cell::amount).sum();
        }
    }

    /**
     * A cell of the output where relevance starts.
     *
     * @param window of which window
     * @param at place in the row of the output, counted through
     * @param amount how much
     */
    record Cell(int window, int at, double amount) {
    }

    /** What the model said of a text. */
    Reading read(Sight sight);
}
