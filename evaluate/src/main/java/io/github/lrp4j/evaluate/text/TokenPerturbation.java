package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.PictureCurves;
import io.github.lrp4j.evaluate.perturbation.Score;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.SpecialToken;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code x_k = x without the first k / K of its tokens in an order}, and the score of each: MoRF and LeRF curves of texts, whose
 * measures are comprehensiveness and sufficiency as of pictures (DeYoung et al. 2020, arXiv 1911.03429, section 4.1). Special
 * tokens stay.
 *
 * @param mask what takes the place of a token; nothing to delete it
 * @param steps K: after step k, {@code round(k n / K)} of the n tokens are gone
 * @param batch how many variants of a text are computed together
 */
public record TokenPerturbation(Optional<SpecialToken> mask, int steps, int batch) {
    /** Checks. */
    public TokenPerturbation {
        if (steps < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "token perturbation: " + steps + " steps and batches of " + batch + " must be positive");
        }
    }

    /**
     * The curves of one text.
     *
     * @param text its tokens and their relevance
     * @param score what is read of the variants
     * @param key what tells it from others
     * @throws IllegalArgumentException if tokens are to be deleted and the score needs their places
     */
    public PictureCurves curves(TokenRelevance text, TokenScore score, long key) {
        if (mask.isEmpty() && score.needsPlaces()) {
            throw new IllegalArgumentException(
                    "token perturbation: the score is of places in the text; mask tokens instead of deleting them");
        }
        int[] units = IntStream.range(0, text.encoding().length())
                .filter(t -> !text.encoding().tokens().get(t).isSpecial()).toArray();
        double[] relevance = text.relevance();
        double[] ofUnits = IntStream.of(units).mapToDouble(t -> relevance[t]).toArray();
        Map<Order, Map<Score, List<Double>>> curves = new EnumMap<>(Order.class);
        for (Order order : Order.values()) {
            int[] ranked = IntStream.of(order.of(ofUnits)).map(unit -> units[unit]).toArray();
            curves.put(order, curve(text.encoding(), ranked, score));
        }
        return new PictureCurves(key, 0, -1, curves);
    }

    private Map<Score, List<Double>> curve(Encoding text, int[] ranked, TokenScore score) {
        Map<Score, List<Double>> curve = new EnumMap<>(Score.class);
        for (int from = 0; from <= steps; from += batch) {
            List<Encoding> variants = IntStream.rangeClosed(from, Math.min(steps, from + batch - 1))
                    .mapToObj(
                            k -> without(text, ranked, Math.toIntExact(Math.round((double) k * ranked.length / steps))))
                    .toList();
            for (Map<Score, Double> scores : score.of(variants)) {
                scores.forEach((kind, value) -> curve.computeIfAbsent(kind, _ -> new ArrayList<>()).add(value));
            }
        }
        return curve;
    }

    private Encoding without(Encoding text, int[] ranked, int count) {
        Set<Integer> gone = new HashSet<>();
        for (int i = 0; i < count; i++) {
            gone.add(ranked[i]);
        }
        List<Token> tokens = new ArrayList<>();
        for (int t = 0; t < text.length(); t++) {
            Token token = text.tokens().get(t);
            if (!gone.contains(t)) {
                tokens.add(token);
            } else if (mask.isPresent()) {
                tokens.add(new Token(mask.get().id(), mask.get().piece(), token.span(), token.typeId(), token.word(),
                        token.sequence(), token.isSpecial(), token.isAttended()));
            }
        }
        return new Encoding(tokens, text.texts());
    }
}
