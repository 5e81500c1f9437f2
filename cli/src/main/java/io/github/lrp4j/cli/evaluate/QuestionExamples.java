package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.zoo.data.SquadQuestion;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Questions of the page: their words, coloured by what the journal has of them. */
final class QuestionExamples {
    private final Map<Long, Map<String, List<Double>>> relevance = new LinkedHashMap<>();
    private final Map<Long, String> answers = new LinkedHashMap<>();

    /** Reads the relevance that a journal has. */
    QuestionExamples(Journal journal) {
        journal.read(json -> {
            if (QuestionLine.is(json)) {
                QuestionLine line = QuestionLine.ofJson(json);
                if (!line.relevance().isEmpty()) {
                    relevance.computeIfAbsent(line.key(), _ -> new LinkedHashMap<>()).put(line.method(),
                            line.relevance());
                    answers.put(line.key(), line.answer());
                }
            }
        });
    }

    /** These questions, with their context. */
    List<Example> of(List<QuestionRun.Numbered> questions, Tokenizer tokenizer) {
        List<Example> examples = new ArrayList<>();
        for (QuestionRun.Numbered one : questions) {
            SquadQuestion question = one.question();
            Encoding encoding = tokenizer.encode(question.question(), question.context(), true);
            Map<String, List<TextRelevance>> maps = new LinkedHashMap<>();
            relevance.getOrDefault(one.key(), Map.of())
                    .forEach((method, tokens) -> maps.put(method, words(encoding, tokens)));
            examples.add(Example.ofTexts(question.id(), "answered \"" + answers.getOrDefault(one.key(), "")
                    + "\", right is \"" + String.join("\" or \"", question.texts().stream().distinct().toList()) + "\"",
                    maps));
        }
        return examples;
    }

    private static List<TextRelevance> words(Encoding encoding, List<Double> tokens) {
        double[] values = tokens.stream().mapToDouble(Double::doubleValue).toArray();
        return IntStream.range(0, encoding.texts().size())
                .mapToObj(text -> TextRelevance.of(encoding, text, values)).toList();
    }
}
