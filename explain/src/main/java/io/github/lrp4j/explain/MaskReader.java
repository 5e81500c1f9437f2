package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.tokenizer.SpecialToken;
import io.github.lrp4j.zoo.tokenizer.Token;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads the words that a model puts in the places of masks.
 *
 * @param tokenizer turns numbers into words
 * @param mask the token that stands for a word to guess
 * @param count how many words are in question at each mask
 */
record MaskReader(Tokenizer tokenizer, SpecialToken mask, int count) implements Reader {
    private static final int LISTED = 5;

    @Override
    public Reading read(Sight sight) {
        if (sight.windows().size() > 1) {
            throw new IllegalArgumentException("masked language model: a text of " + sight.whole().length()
                    + " tokens does not fit into one window; shorten it around the mask");
        }
        List<List<Prediction>> words = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        List<Token> tokens = sight.whole().tokens();
        for (int t = 0; t < tokens.size(); t++) {
            if (tokens.get(t).id() == mask.id()) {
                double[] logits = sight.row(0, t);
                List<Prediction> best = best(logits);
                words.add(best.subList(0, Math.min(best.size(), Math.max(LISTED, count))));
                for (Prediction word : best.subList(0, Math.min(best.size(), count))) {
                    aims.add(new Aim(word.label().strip(), word.logit(),
                            List.of(new Cell(0, t * logits.length + word.index(), 1))));
                }
            }
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("masked language model: the text has no " + mask.piece()
                    + ": put one where a word is to be guessed");
        }
        return new Reading(new Answer.Words(words), aims);
    }

    private List<Prediction> best(double[] logits) {
        double[] probabilities = Prediction.softmax(logits);
        return IntStream.range(0, logits.length).boxed()
                .sorted((a, b) -> Double.compare(logits[b], logits[a])).limit(Math.max(LISTED, count))
                .map(i -> new Prediction(i, tokenizer.decode(new int[] {i}, false), logits[i], probabilities[i]))
                .toList();
    }
}
