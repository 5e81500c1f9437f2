package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TextPart;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * The relevance of a text as {@code relevance.json}, or as a line of {@code explanations.jsonl}. Places are counted in UTF-16
 * code units, as Java and JavaScript count characters.
 *
 * @param id what the user calls the text; null where that is nothing
 * @param text the text, or the question
 * @param context the context of the question; null where there is none
 * @param answer what the model said, in words
 * @param said the same in numbers
 * @param windows number of windows in which the text was read
 * @param parts why, part by part
 */
record TextDocument(Object id, String text, String context, String answer, Answer said, int windows,
        List<Part> parts) {
    /**
     * Why one thing that the model said.
     *
     * @param subject what
     * @param output the logit, or the sum of logits
     * @param seed relevance that started there
     * @param words relevance of words, 0 in {@code of} for the text and 1 for the context
     * @param tokens relevance of tokens
     * @param written relevance of what the model wrote before
     */
    record Part(String subject, double output, double seed, List<Word> words, List<Piece> tokens,
            List<Double> written) {
    }

    /** A word of a text. */
    record Word(int of, String word, int start, int end, double relevance) {
    }

    /** A token; special ones are of no text, -1. */
    record Piece(int of, String token, int id, int start, int end, double relevance) {
    }

    static TextDocument of(Object id, TextExplanation e) {
        return new TextDocument(id, e.input().first(), e.input().second().orElse(null), e.answer().text(), e.answer(),
                e.windows(), e.parts().stream().map(part -> part(e.encoding(), part)).toList());
    }

    private static Part part(Encoding encoding, TextPart part) {
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < part.words().size(); i++) {
            TextRelevance text = part.words().get(i);
            int of = i;
            text.words().forEach(word -> words.add(new Word(of, word.word(), word.span().start(), word.span().end(),
                    word.relevance())));
        }
        int absent = part.words().size() - encoding.texts().size();
        List<Piece> tokens = new ArrayList<>();
        for (int t = 0; t < encoding.length(); t++) {
            Token token = encoding.tokens().get(t);
            int of = token.sequence() == Token.NONE ? Token.NONE : token.sequence() + absent;
            tokens.add(new Piece(of, token.piece(), token.id(), token.span().start(), token.span().end(),
                    part.tokens().get(t)));
        }
        return new Part(part.subject(), part.output(), part.seed(), words, tokens, part.written());
    }
}
