package io.github.lrp4j.zoo.text;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.github.lrp4j.zoo.layer.AttentionForm;
import io.github.lrp4j.zoo.layer.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs of the reference encoders and gradients to their embeddings, in both forms of attention. */
@Tag("golden")
class GoldenEncodersTest {
    private static final Map<String, AttentionForm> FORMS =
            Map.of("eager", AttentionForm.EXPLICIT, "sdpa", AttentionForm.FUSED);

    static Stream<GoldenCase> cases() {
        return GoldenCases.list("language")
                .filter(golden -> GoldenEncoder.FAMILIES.contains(golden.json().path("family").asText()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat64(GoldenCase golden) {
        check(golden, new ReferenceKernels(), DType.F64, 1e-10);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat32(GoldenCase golden) {
        check(golden, Backends.select().kernels(), DType.F32, 5e-5);
    }

    private static void check(GoldenCase golden, Kernels kernels, DType dtype, double tolerance) {
        GoldenEncoder encoder = GoldenEncoder.of(golden, dtype);
        FORMS.forEach((name, form) -> {
            for (String set : List.of("b1", "b2")) {
                Tape tape = new Tape(kernels);
                GoldenEncoder.Run run = encoder.run(tape, GoldenEncoder.batch(golden, set),
                        Pass.evaluation().withAttention(form));
                String prefix = name + "." + set + ".";
                run.outputs().forEach((output, value) -> close(golden, prefix + "out." + output, value.tensor(),
                        tolerance));
                golden.json().get("targets").fieldNames().forEachRemaining(
                        target -> gradients(golden, prefix + target + ".grad.", set, target, run, dtype, tolerance));
            }
        });
    }

    private static void gradients(GoldenCase golden, String prefix, String set, String target, GoldenEncoder.Run run,
            DType dtype, double tolerance) {
        List<Value> outputs = new ArrayList<>();
        List<Tensor> seeds = new ArrayList<>();
        golden.json().get("targets").get(target).get(set).properties().forEach(seed -> {
            outputs.add(run.outputs().get(seed.getKey()));
            seeds.add(golden.tensor(seed.getValue().asText(), dtype));
        });
        Value[] leaves = {run.encoding().words(), run.encoding().types(), run.encoding().positions()};
        Gradients gradients = Gradients.vjp(outputs.toArray(Value[]::new), seeds.toArray(Tensor[]::new), leaves);
        int compared = 0;
        for (String name : golden.tensorNames()) {
            if (name.startsWith(prefix)) {
                int leaf = name.contains("word_embeddings") ? 0 : name.contains("token_type_embeddings") ? 1 : 2;
                close(golden, name, gradients.of(leaves[leaf]), tolerance);
                compared++;
            }
        }
        assertThat(compared).as(prefix).isEqualTo(leaves.length);
    }

    private static void close(GoldenCase golden, String name, Tensor got, double tolerance) {
        TensorAssert.assertCloseOfMax(got, golden.tensor(name), tolerance);
    }
}
