package io.github.lrp4j.lrp;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The values that a rule reads.
 *
 * @param operands positions of the operands
 * @param output whether it reads the outputs
 */
public record Needs(List<Integer> operands, boolean output) {
    /** Shapes and relevance only. */
    public static final Needs NOTHING = new Needs(List.of(), false);

    /** Copies. */
    public Needs {
        operands = List.copyOf(operands);
    }

    /** All operands of the site. */
    public static Needs operands(Site site) {
        return new Needs(IntStream.range(0, site.node().operands().size()).boxed().toList(), false);
    }

    /** All operands of the site and its outputs. */
    public static Needs everything(Site site) {
        return new Needs(operands(site).operands(), true);
    }

    /** What the op's own adjoint reads. */
    public static Needs adjoint(Site site) {
        boolean[] wanted = new boolean[site.node().operands().size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = site.receives(i);
        }
        var keeps = site.node().op().keeps(wanted);
        return new Needs(keeps.operands(), keeps.outputs());
    }
}
