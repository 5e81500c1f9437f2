package io.github.lrp4j.autograd;

import java.util.List;

/**
 * What a node keeps of an application: the only activations that a graph holds by default.
 *
 * @param operands positions of the operands that are kept
 * @param outputs whether the outputs are kept
 */
public record Keeps(List<Integer> operands, boolean outputs) {
    /** Shapes only. */
    public static final Keeps NOTHING = new Keeps(List.of(), false);
    /** The outputs. */
    public static final Keeps OUTPUTS = new Keeps(List.of(), true);

    /** These operands. */
    public static Keeps operands(Integer... positions) {
        return new Keeps(List.of(positions), false);
    }
}
