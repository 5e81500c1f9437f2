package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.tokenizer.Span;
import java.util.List;

/** What a model said of a text. */
public sealed interface Answer {
    /** In a few words. */
    String text();

    /**
     * A class of the text.
     *
     * @param ranking all classes, the most likely first
     */
    record Classes(List<Prediction> ranking) implements Answer {
        /** Copies. */
        public Classes {
            ranking = List.copyOf(ranking);
        }

        @Override
        public String text() {
            return ranking.getFirst().label();
        }
    }

    /**
     * A part of the context.
     *
     * @param text its characters
     * @param place where they are in the context
     * @param score logit of its start plus that of its end
     * @param probability softmax of the start times softmax of the end, over the context and the place that stands for no
     *     answer
     * @param noAnswer score of there being no answer, at the first token, which models trained on such questions learn
     */
    record Passage(String text, Span place, double score, double probability, double noAnswer) implements Answer {
    }

    /**
     * Classes of words.
     *
     * @param entities the words, or runs of words, that have a class
     */
    record Entities(List<Entity> entities) implements Answer {
        /** Copies. */
        public Entities {
            entities = List.copyOf(entities);
        }

        @Override
        public String text() {
            return entities.isEmpty()
                    ? "nothing found"
                    : String.join(", ", entities.stream().map(e -> e.text() + " (" + e.label() + ")").toList());
        }
    }

    /**
     * A word, or a run of words, with a class.
     *
     * @param text its characters
     * @param label the class, without the mark of beginnings and insides
     * @param place where it is in the text
     * @param probability softmax, the mean over its words
     */
    record Entity(String text, String label, Span place, double probability) {
    }

    /**
     * Words in the places of masks.
     *
     * @param words per mask, the most likely words first
     */
    record Words(List<List<Prediction>> words) implements Answer {
        /** Copies. */
        public Words {
            words = words.stream().map(List::copyOf).toList();
        }

        @Override
        public String text() {
            return String.join(", ", words.stream().map(mask -> mask.getFirst().label().strip()).toList());
        }
    }

    /**
     * A text that the model wrote.
     *
     * @param text the text
     * @param tokens its tokens in order, each as the text that it is by itself; the one that ends the answer too
     * @param score mean logarithmic probability of a token
     */
    record Generated(String text, List<String> tokens, double score) implements Answer {
        /** Copies. */
        public Generated {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * How alike two texts are.
     *
     * @param cosine of the angle between their embeddings
     */
    record Similarity(double cosine) implements Answer {
        @Override
        public String text() {
            return String.format(java.util.Locale.ROOT, "similarity %.3f", cosine);
        }
    }
}
