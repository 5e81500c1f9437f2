package io.github.lrp4j.lrp.golden;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.testing.GoldenCase;

/** A rule case of the reference data on any kernels: the relevance of a single op under a single rule. */
public final class GoldenRuleCheck {
    private GoldenRuleCheck() {
    }

    /**
     * Explains the case, by each way that its op can be said.
     *
     * @param kernels where
     * @param dtype in which type
     * @throws AssertionError if a relevance differs
     */
    public static void check(GoldenCase golden, Kernels kernels, DType dtype) {
        RuleCaseGraph graph = new RuleCaseGraph(new Tape(kernels), golden, dtype);
        RuleTable table = RuleCaseTable.of(golden, graph.cellsPerOutput());
        compare(golden, graph, graph.output(), table, dtype);
        graph.alternative().ifPresent(output -> compare(golden, graph, output, table, dtype));
    }

    private static void compare(GoldenCase golden, RuleCaseGraph graph, Value output, RuleTable table, DType dtype) {
        Relevance relevance = Lrp.with(table).explain(output, Seed.of(golden.tensor("relevance_out", dtype)));
        for (String name : golden.names("relevances")) {
            golden.assertMatches(name, relevance.of(graph.input(name.substring("relevance.".length()))), dtype);
        }
    }
}
