package io.github.lrp4j.explain;

import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.kernels.Kernels;

/**
 * How to explain.
 *
 * @param method the rules
 * @param kernels what computes
 * @param listener who is told how far it is
 * @param window most tokens that are read at once; 0 for as many as the model can
 * @param stride how many tokens neighbouring windows share; negative for a quarter of a window, at most 128
 * @param batch how many pictures, or windows of texts, are computed together
 * @param answerTokens most tokens of a text that a model writes
 * @param beams number of hypotheses that are followed while it writes
 */
record Settings(Method method, Kernels kernels, ExplainListener listener, int window, int stride, int batch,
        int answerTokens, int beams) {
    /**
     * Rules and how to read what they give.
     *
     * @param rules the rules
     * @param decomposes whether relevance is distributed; if not, nobody asks where it went
     * @param timesInput whether what they give is multiplied by the input
     */
    record Method(RuleTable rules, boolean decomposes, boolean timesInput) {
    }

    /** Checks. */
    Settings {
        if (window < 0 || batch < 1 || answerTokens < 1 || beams < 1) {
            throw new IllegalArgumentException("explainer: window " + window + " must not be negative, batch " + batch
                    + ", tokens of an answer " + answerTokens + " and beams " + beams + " must be positive");
        }
    }

    Settings withMethod(Method other) {
        return new Settings(other, kernels, listener, window, stride, batch, answerTokens, beams);
    }

    Settings withKernels(Kernels other) {
        return new Settings(method, other, listener, window, stride, batch, answerTokens, beams);
    }

    Settings withListener(ExplainListener other) {
        return new Settings(method, kernels, other, window, stride, batch, answerTokens, beams);
    }

    Settings withWindows(int tokens, int shared) {
        return new Settings(method, kernels, listener, tokens, shared, batch, answerTokens, beams);
    }

    Settings withBatch(int size) {
        return new Settings(method, kernels, listener, window, stride, size, answerTokens, beams);
    }

    Settings withAnswers(int tokens, int followed) {
        return new Settings(method, kernels, listener, window, stride, batch, tokens, followed);
    }
}
