package io.github.lrp4j.explain;

/** Why a model said what it said: about a picture or a text. */
public sealed interface Explanation permits ImageExplanation, TextExplanation {
    /** What the relevance of all explanations of the same run adds up to. */
    Conservation conservation();

    /** How long it took, together with what was computed in the same run. */
    Timings timings();
}
