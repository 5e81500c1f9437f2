package io.github.lrp4j.cli.minilm;

import java.util.List;

/**
 * A sentence about nothing in particular, with one word that makes it similar to a query.
 *
 * @param before the sentence up to the word
 * @param word the word
 * @param after the rest
 * @param query what only this word has to do with; it does not contain the word
 */
record PlantedWord(String before, String word, String after, String query) {
    static final List<PlantedWord> ALL = List.of(
            new PlantedWord("Last Tuesday my neighbour showed me the", "violin", "after lunch.",
                    "playing a musical instrument"),
            new PlantedWord("There was a", "shark", "near the place where we stayed.", "dangerous fish in the ocean"),
            new PlantedWord("They asked about the", "mortgage", "before going home.", "borrowing money from a bank"),
            new PlantedWord("She put the", "telescope", "on the table and left.", "looking at stars and planets"),
            new PlantedWord("He mentioned a", "vaccine", "in the second part of the talk.",
                    "protection against an infectious disease"),
            new PlantedWord("We saw a", "castle", "on the other side of the road.", "medieval fortress of a king"),
            new PlantedWord("It took them an hour to find the", "bakery", "in that street.", "fresh bread and cakes"),
            new PlantedWord("Someone left a", "puppy", "in front of the door.", "young dog"),
            new PlantedWord("The first thing on the list was", "football", "for some reason.",
                    "a team sport with a ball"),
            new PlantedWord("My brother wrote about the", "volcano", "in his last letter.",
                    "lava eruption from a mountain"),
            new PlantedWord("In the end the", "judge", "said nothing at all.", "court of law"),
            new PlantedWord("Yesterday I heard that the", "submarine", "was late again.", "a vessel under water"));

    String sentence() {
        return before + " " + word + " " + after;
    }
}
