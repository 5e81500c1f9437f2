package io.github.lrp4j.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import io.github.lrp4j.zoo.text.GoldenText;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules as users get them, on every language model of the reference data: relevance flows through activations alone. */
@Tag("golden")
class LanguagePresetsTest {
    static Stream<GoldenCase> cases() {
        return GoldenCases.list("language")
                .filter(golden -> GoldenText.FAMILIES.contains(golden.json().path("family").asText()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noMatrixTakesRelevance(GoldenCase golden) {
        Map<String, RuleTable> presets = Map.of("DynamicLRP", Presets.dynamicLrp(), "AttnLRP", Presets.attnLrp(),
                "conservative propagation", Presets.conservativePropagation());
        for (String form : GoldenText.FORMS.keySet()) {
            GoldenText.Run run = GoldenText.of(golden, DType.F64)
                    .run(new Tape(new ReferenceKernels()), "b1", GoldenText.pass(form));
            Value output = run.outputs().values().iterator().next();
            presets.forEach((name, rules) -> {
                Relevance relevance = Lrp.with(rules).explain(output, Seed.top1());
                Set<String> matrices = matrices(relevance.graph());
                assertThat(relevance.ledger().imbalance()).as(name).isLessThan(1e-12);
                assertThat(relevance.ledger().endings().stream().filter(ending -> ending.kind() == Ending.Kind.WEIGHT
                        && matrices.contains(ending.name()) && ending.amount() != 0)).as(name).isEmpty();
            });
        }
    }

    private static Set<String> matrices(Graph graph) {
        Set<String> matrices = graph.nodes().stream()
                .filter(node -> node.op() instanceof Leaf.Parameter && node.outputShape(0).rank() == 2)
                .map(node -> node.op().name()).collect(Collectors.toSet());
        assertThat(matrices).isNotEmpty();
        return matrices;
    }
}
