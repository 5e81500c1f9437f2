package io.github.lrp4j.explain;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.List;
import java.util.Optional;

/**
 * Why a model said what it said of a text.
 *
 * @param input what it read
 * @param encoding the tokens of it, all of them where it was read window by window
 * @param windows number of windows in which it was read
 * @param answer what the model said
 * @param parts why, for every class, word or answer in question, the most likely first; of a text that the model wrote, all
 *     of it and then each of its tokens
 * @param conservation where the relevance went, of all parts and of all texts that were explained in one run
 * @param ledger the same node by node, of the first part; empty where several runs or several texts share the work
 * @param warning where relevance first stopped being finite, and why, if it did
 * @param plan which rule hit what, and the Promises
 * @param timings how long it took, of all texts that were explained in one run
 */
public record TextExplanation(TextInput input, Encoding encoding, int windows, Answer answer, List<TextPart> parts,
        Conservation conservation, Optional<ConservationLedger> ledger, Optional<String> warning,
        Optional<RelevancePlan> plan, Timings timings) implements Explanation {
    /** Copies. */
    public TextExplanation {
        parts = List.copyOf(parts);
    }

    /** Why the most likely class, or the whole answer; the first of the parts. */
    public TextPart why() {
        if (parts.isEmpty()) {
            throw new IllegalStateException("explanation: the model said nothing that could be explained");
        }
        return parts.getFirst();
    }
}
