package io.github.lrp4j.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.zoo.text.GoldenText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Relevance of the tokens under the corrected rules of the reference data, for every model, form of attention, batch and
 * configuration.
 */
@Tag("golden")
class GoldenLanguageTest {
    static Stream<Arguments> runs() {
        return GoldenCases.list("language")
                .filter(golden -> GoldenText.FAMILIES.contains(golden.json().path("family").asText()))
                .flatMap(golden -> GoldenText.FORMS.keySet().stream().sorted().flatMap(form -> {
                    List<Arguments> runs = new ArrayList<>();
                    golden.json().get("implementations").get(form).get("lrp")
                            .forEach(run -> runs.add(Arguments.of(golden, form, run.get("set").asText(),
                                    run.get("target").asText(), run.get("config").asText(), run)));
                    return runs.stream();
                }));
    }

    @ParameterizedTest(name = "{0} {1} {2} {3} {4}")
    @MethodSource("runs")
    void inFloat64(GoldenCase golden, String form, String set, String target, String config, JsonNode run) {
        check(golden, form, set, target, config, run, new ReferenceKernels(), DType.F64);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3} {4}")
    @MethodSource("runs")
    void inFloat32(GoldenCase golden, String form, String set, String target, String config, JsonNode run) {
        check(golden, form, set, target, config, run, Backends.select().kernels(), DType.F32);
    }

    private static void check(GoldenCase golden, String form, String set, String target, String config, JsonNode run,
            Kernels kernels, DType dtype) {
        GoldenText.Run forward = GoldenText.of(golden, dtype).run(new Tape(kernels), set, GoldenText.pass(form));
        List<Start> starts = new ArrayList<>();
        golden.json().get("targets").get(target).get(set).properties().forEach(seed -> starts.add(Start.at(
                forward.outputs().get(seed.getKey()), Seed.of(golden.tensor(seed.getValue().asText(), dtype)))));

        Relevance relevance = Lrp.with(LanguageRules.corrected(config)).explain(starts,
                forward.leaves().values().toArray(Value[]::new));

        String prefix = form + "." + set + "." + target + ".lrp.corrected." + config + ".";
        double tolerance =
                run.get("tolerance").get(dtype == DType.F64 ? "f64_rel_to_max" : "f32_rel_to_max").asDouble();
        forward.leaves().forEach((leaf, value) -> TensorAssert.assertCloseOfMax(perToken(kernels, relevance.of(value)),
                golden.tensor(prefix + GoldenText.relevanceName(leaf)), tolerance));
        assertThat(golden.tensorNames().stream().filter(name -> name.startsWith(prefix)))
                .hasSize(forward.leaves().size());
        assertThat(relevance.ledger().imbalance()).isLessThan(dtype == DType.F64 ? 1e-12 : 1e-5);
    }

    /** Relevance of looked-up vectors, summed over their numbers. */
    private static Tensor perToken(Kernels kernels, Tensor relevance) {
        return kernels.reduce(Reduction.SUM, relevance, List.of(relevance.rank() - 1), false);
    }
}
