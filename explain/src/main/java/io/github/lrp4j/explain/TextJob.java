package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** A text on its way to being explained: its windows, what the model said, and the relevance that has arrived. */
final class TextJob {
    private final TextInput input;
    private final Encoding whole;
    private final List<Encoding> windows;
    private final List<int[]> numbers;
    private Reader.Reading reading;
    private double[][] tokens;

    TextJob(TextInput input, Encoding whole, List<Encoding> windows) {
        this.input = input;
        this.whole = whole;
        this.windows = windows;
        this.numbers = numbers(whole, windows);
    }

    private static List<int[]> numbers(Encoding whole, List<Encoding> windows) {
        // Windows hold the very tokens of the whole.
        Map<Token, Integer> known = new IdentityHashMap<>();
        for (int i = 0; i < whole.length(); i++) {
            known.put(whole.tokens().get(i), i);
        }
        return windows.stream().map(window -> window.tokens().stream().mapToInt(known::get).toArray()).toList();
    }

    /** For each token of each window, its number in the whole. */
    List<int[]> numbers() {
        return numbers;
    }

    TextInput input() {
        return input;
    }

    Encoding whole() {
        return whole;
    }

    List<Encoding> windows() {
        return windows;
    }

    void said(Reader.Reading said) {
        reading = said;
        tokens = new double[said.aims().size()][whole.length()];
    }

    Reader.Reading reading() {
        return reading;
    }

    /** Relevance of the token at a place of a window arrives. */
    void arrives(int aim, int window, int place, double relevance) {
        tokens[aim][numbers.get(window)[place]] += relevance;
    }

    /** All parts of the explanation. */
    List<TextPart> parts() {
        List<TextPart> parts = new ArrayList<>();
        for (int k = 0; k < tokens.length; k++) {
            Reader.Aim aim = reading.aims().get(k);
            parts.add(part(aim.subject(), aim.output(), aim.seed(), tokens[k], List.of()));
        }
        return parts;
    }

    /** One part of an explanation of this text. */
    TextPart part(String subject, double output, double seed, double[] relevance, List<Double> written) {
        List<TextRelevance> words = new ArrayList<>();
        // A text that the encoding does not have was not read with this one: nothing of it is explained.
        int absent = input.texts().size() - whole.texts().size();
        for (int s = 0; s < input.texts().size(); s++) {
            words.add(s < absent
                    ? new TextRelevance(input.texts().get(s), List.of(), 0)
                    : TextRelevance.of(whole, s - absent, relevance));
        }
        return new TextPart(subject, output, seed, DoubleStream.of(relevance).boxed().toList(), words, written);
    }
}
