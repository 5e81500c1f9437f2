package io.github.lrp4j.zoo.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import io.github.lrp4j.tensor.testing.TensorAssert;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs of the reference models of text and gradients to what they look up, in both forms of attention. */
@Tag("golden")
class GoldenTextTest {
    private static final Kernels FAST = Backends.select().kernels();

    static Stream<GoldenCase> cases() {
        return GoldenCases.list("language")
                .filter(golden -> GoldenText.FAMILIES.contains(golden.json().path("family").asText()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat64(GoldenCase golden) {
        check(golden, new ReferenceKernels(), DType.F64, 1e-10);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat32(GoldenCase golden) {
        check(golden, FAST, DType.F32, 5e-5);
    }

    private static void check(GoldenCase golden, Kernels kernels, DType dtype, double tolerance) {
        GoldenText model = GoldenText.of(golden, dtype);
        for (String form : GoldenText.FORMS.keySet()) {
            for (String set : List.of("b1", "b2")) {
                GoldenText.Run run = model.run(new Tape(kernels), set, GoldenText.pass(form));
                String prefix = form + "." + set + ".";
                run.outputs().forEach((output, value) -> {
                    close(golden, prefix + "out." + output, value.tensor(), tolerance);
                    // Rules tell activations from weights by this.
                    assertThat(value.node().isActivation()).isTrue();
                });
                golden.json().get("targets").properties().stream().filter(target -> target.getValue().has(set))
                        .forEach(target -> gradients(golden, prefix + target.getKey() + ".grad.",
                                target.getValue().get(set), run, dtype, tolerance));
            }
        }
    }

    private static void gradients(GoldenCase golden, String prefix, JsonNode seeded, GoldenText.Run run, DType dtype,
            double tolerance) {
        List<Value> outputs = new ArrayList<>();
        List<Tensor> seeds = new ArrayList<>();
        seeded.properties().forEach(seed -> {
            outputs.add(run.outputs().get(seed.getKey()));
            seeds.add(golden.tensor(seed.getValue().asText(), dtype));
        });
        Gradients gradients = Gradients.vjp(outputs.toArray(Value[]::new), seeds.toArray(Tensor[]::new),
                run.leaves().values().toArray(Value[]::new));
        run.leaves().forEach((leaf, value) -> close(golden, prefix + leaf + ".out", gradients.of(value), tolerance));
        assertThat(golden.tensorNames().stream().filter(name -> name.startsWith(prefix))).hasSize(run.leaves().size());
    }

    private static void close(GoldenCase golden, String name, Tensor got, double tolerance) {
        TensorAssert.assertCloseOfMax(got, golden.tensor(name), tolerance);
    }

    static Stream<GoldenCase> generations() {
        return cases().filter(golden -> golden.json().has("greedy"));
    }

    @ParameterizedTest
    @MethodSource("generations")
    void greedyTokensAndTheirLogits(GoldenCase golden) {
        List<Tensor> steps = new ArrayList<>();
        long[] sequence = golden.tensor("greedy.b1.sequence").toLongArray();
        Tensor logits = golden.tensor("greedy.b1.step_logits");
        T5Generator generator = new T5Generator(GoldenText.t5(golden, DType.F64), new ReferenceKernels());
        List<Integer> tokens = generator.greedy(GoldenText.text(golden, "b1"), sequence.length - 1, false, steps::add)
                .tokens();
        assertThat(tokens.stream().mapToLong(Integer::longValue).toArray())
                .isEqualTo(Arrays.copyOfRange(sequence, 1, sequence.length));
        for (int step = 0; step < steps.size(); step++) {
            Tensor want = logits.rank() == 3 ? logits.select(1, step) : logits.slice(0, step, step + 1);
            TensorAssert.assertCloseOfMax(steps.get(step), want, 1e-10);
        }
    }
}
