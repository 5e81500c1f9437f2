package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.Span;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.List;

/**
 * Reads an answer out of a context: {@code argmax start[s] + end[e]} over {@code s <= e < s + longest} in all windows
 * (Devlin et al., arXiv 1810.04805, section 4.2).
 *
 * @param longest most tokens of an answer
 */
record PassageReader(int longest) implements Reader {
    /** Start and end of an answer in one window. */
    private record Candidate(int window, int start, int end, double score) {
    }

    /** Logits of one window's starts and ends, by token. */
    private record Ends(double[] starts, double[] ends) {
        static Ends of(Sight sight, int window) {
            int length = sight.windows().get(window).length();
            double[] values = sight.outputs().get(window).toDoubleArray();
            double[] starts = new double[length];
            double[] ends = new double[length];
            for (int t = 0; t < length; t++) {
                starts[t] = values[2 * t];
                ends[t] = values[2 * t + 1];
            }
            return new Ends(starts, ends);
        }
    }

    @Override
    public Reading read(Sight sight) {
        Candidate best = null;
        double noAnswer = Double.POSITIVE_INFINITY;
        for (int w = 0; w < sight.windows().size(); w++) {
            Ends ends = Ends.of(sight, w);
            Candidate inWindow = best(ends, sight.windows().get(w), w);
            if (inWindow != null && (best == null || inWindow.score() > best.score())) {
                best = inWindow;
            }
            // The whole has no answer only where no window has one.
            noAnswer = Math.min(noAnswer, ends.starts()[0] + ends.ends()[0]);
        }
        if (best == null) {
            throw new IllegalArgumentException("question answering: the context has no words to answer with");
        }
        Encoding window = sight.windows().get(best.window());
        Span place = window.tokens().get(best.start()).span().and(window.tokens().get(best.end()).span())
                .trimmed(context(sight));
        String text = place.of(context(sight));
        Answer.Passage passage = new Answer.Passage(text, place, best.score(), probability(sight, best), noAnswer);
        return new Reading(passage, List.of(new Aim(text, best.score(), List.of(
                new Cell(best.window(), 2 * best.start(), 1), new Cell(best.window(), 2 * best.end() + 1, 1)))));
    }

    private static String context(Sight sight) {
        return sight.whole().texts().getLast();
    }

    /** Whether an answer may begin or end with a token: one of the context that is not white space alone. */
    private static boolean isOfContext(Encoding window, Token token) {
        int context = window.texts().size() - 1;
        return token.sequence() == context && !token.span().trimmed(window.texts().get(context)).isEmpty();
    }

    private Candidate best(Ends ends, Encoding window, int number) {
        Candidate best = null;
        for (int s = 0; s < window.length(); s++) {
            if (isOfContext(window, window.tokens().get(s))) {
                for (int e = s; e < Math.min(s + longest, window.length()); e++) {
                    double score = ends.starts()[s] + ends.ends()[e];
                    if (isOfContext(window, window.tokens().get(e)) && (best == null || score > best.score())) {
                        best = new Candidate(number, s, e, score);
                    }
                }
            }
        }
        return best;
    }

    private static double probability(Sight sight, Candidate best) {
        Encoding window = sight.windows().get(best.window());
        Ends ends = Ends.of(sight, best.window());
        double[] starts = ends.starts();
        double[] stops = ends.ends();
        for (int t = 1; t < window.length(); t++) {
            if (!isOfContext(window, window.tokens().get(t))) {
                starts[t] = Double.NEGATIVE_INFINITY;
                stops[t] = Double.NEGATIVE_INFINITY;
            }
        }
        return Prediction.softmax(starts)[best.start()] * Prediction.softmax(stops)[best.end()];
    }
}
