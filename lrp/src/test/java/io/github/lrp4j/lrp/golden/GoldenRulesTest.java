package io.github.lrp4j.lrp.golden;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Relevance of single ops under single rules equals the reference data, which the field's own implementations computed. */
@Tag("golden")
class GoldenRulesTest {
    private static final Kernels FAST = Backends.select().kernels();

    static Stream<GoldenCase> cases() {
        return GoldenCases.list("rules");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat64(GoldenCase golden) {
        check(golden, new ReferenceKernels(), DType.F64);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat32(GoldenCase golden) {
        check(golden, FAST, DType.F32);
    }

    private static void check(GoldenCase golden, Kernels kernels, DType dtype) {
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
