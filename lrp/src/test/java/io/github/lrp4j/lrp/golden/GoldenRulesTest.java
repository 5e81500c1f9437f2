package io.github.lrp4j.lrp.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Relevance of single ops under single rules equals the reference data, which the field's own implementations computed. */
@Tag("golden")
class GoldenRulesTest {
    /** Ops of the reference data that do not exist yet; every other op must. */
    private static final Set<String> MISSING_OPS = Set.of("scaled_dot_product_attention");

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
        Optional<Value> output = graph.output();
        assertThat(output.isEmpty()).as("op %s is missing", golden.op()).isEqualTo(MISSING_OPS.contains(golden.op()));
        assumeTrue(output.isPresent(), "no op " + golden.op() + " yet");
        RuleTable table = RuleCaseTable.of(golden, graph.cellsPerOutput());
        Relevance relevance = Lrp.with(table).explain(output.get(), Seed.of(golden.tensor("relevance_out", dtype)));
        for (String name : golden.names("relevances")) {
            golden.assertMatches(name, relevance.of(graph.input(name.substring("relevance.".length()))), dtype);
        }
    }
}
