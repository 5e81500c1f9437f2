package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.published.PublishedModel.Scores;
import io.github.lrp4j.zoo.tokenizer.Span;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the classes of words: that of a word is that of its first token, and words in a row whose classes begin with
 * {@code B-} and go on with {@code I-} are one entity. {@code O} is no class.
 *
 * @param classes names of the classes
 */
record EntityReader(List<String> classes) implements Reader {
    private static final String NONE = "O";

    /** A word and where its first token is best seen. */
    private record Word(Span span, int window, int token, Prediction said) {
        String label() {
            return said.label().matches("[BI]-.+") ? said.label().substring(2) : said.label();
        }

        boolean goesOn() {
            return said.label().startsWith("I-");
        }
    }

    @Override
    public Reading read(Sight sight) {
        List<List<Word>> entities = new ArrayList<>();
        Word before = null;
        for (Word word : words(sight)) {
            if (!word.said().label().equals(NONE)) {
                if (before != null && word.goesOn() && before.label().equals(word.label())) {
                    entities.getLast().add(word);
                } else {
                    entities.add(new ArrayList<>(List.of(word)));
                }
                before = word;
            } else {
                before = null;
            }
        }
        String text = sight.input().first();
        List<Answer.Entity> found = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        for (List<Word> entity : entities) {
            Span place = entity.getFirst().span().and(entity.getLast().span()).trimmed(text);
            String label = entity.getFirst().label();
            found.add(new Answer.Entity(place.of(text), label, place,
                    entity.stream().mapToDouble(word -> word.said().probability()).average().orElse(0)));
            aims.add(new Aim(place.of(text) + " (" + label + ")",
                    entity.stream().mapToDouble(word -> word.said().logit()).sum(),
                    entity.stream().map(word -> new Cell(word.window(),
                            word.token() * classes.size() + word.said().index(), 1)).toList()));
        }
        return new Reading(new Answer.Entities(found), aims);
    }

    private List<Word> words(Sight sight) {
        List<Word> words = new ArrayList<>();
        int[][] places = places(sight);
        List<Token> tokens = sight.whole().tokens();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.sequence() != 0) {
                continue;
            }
            Token last = i == 0 ? null : tokens.get(i - 1);
            if (last != null && last.sequence() == 0 && last.word() == token.word()
                    && last.span().end() >= token.span().start()) {
                Word word = words.removeLast();
                words.add(new Word(word.span().and(token.span()), word.window(), word.token(), word.said()));
            } else {
                Prediction said = Prediction.ranked(classes, sight.row(places[i][0], places[i][1]), Scores.SOFTMAX)
                        .getFirst();
                words.add(new Word(token.span(), places[i][0], places[i][1], said));
            }
        }
        // A blank may be the first token of a word, and speaks for it then; by itself it is none.
        words.removeIf(word -> word.span().trimmed(sight.input().first()).isEmpty());
        return words;
    }

    /** For each token, the window with most tokens around it, and its place there. */
    private static int[][] places(Sight sight) {
        int[][] places = new int[sight.whole().length()][];
        int[] around = new int[places.length];
        for (int w = 0; w < sight.windows().size(); w++) {
            int[] numbers = sight.numbers().get(w);
            for (int t = 0; t < numbers.length; t++) {
                int margin = Math.min(t, numbers.length - 1 - t);
                if (places[numbers[t]] == null || margin > around[numbers[t]]) {
                    places[numbers[t]] = new int[] {w, t};
                    around[numbers[t]] = margin;
                }
            }
        }
        return places;
    }
}
