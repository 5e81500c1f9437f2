package io.github.lrp4j.lrp.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("golden")
class GoldenRulesTest {
    static Stream<Path> cases() throws IOException {
        return Files.list(Path.of(System.getProperty("lrp4j.golden"), "rules")).filter(Files::isDirectory).sorted();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inFloat64(Path folder) throws IOException {
        check(folder, new ReferenceKernels(), DType.F64, "float64");
    }

    private static void check(Path folder, Kernels kernels, DType dtype, String tolerance) throws IOException {
        JsonNode meta = new ObjectMapper().readTree(folder.resolve("case.json").toFile());
        Safetensors file = Safetensors.open(folder.resolve("case.safetensors"));
        Map<String, Tensor> tensors = new HashMap<>();
        for (String name : file.names()) {
            Tensor t = file.get(name);
            tensors.put(name, t.dtype().isFloating() ? t.to(dtype) : t);
        }
        RuleCaseGraph graph = new RuleCaseGraph(new Tape(kernels), meta, tensors, List.of("weight", "bias"));
        Optional<Value> output = graph.output();
        if (output.isEmpty()) {
            return;
        }
        Relevance relevance = Lrp.with(RuleCaseTable.of(meta, (double) tensors.get("input." + meta.get("input_order").get(0).asText()).elements() / output.get().shape().elements())).explain(output.get(), Seed.of(tensors.get("relevance_out")));
        double rtol = meta.get("tolerance").get(tolerance).get("rtol_of_max").asDouble();
        for (JsonNode name : meta.get("relevances")) {
            String input = name.asText().substring("relevance.".length());
            double[] want = tensors.get(name.asText()).toDoubleArray();
            double[] got = relevance.of(graph.input(input)).toDoubleArray();
            double max = java.util.Arrays.stream(want).map(Math::abs).max().orElse(0);
            assertThat(got).hasSameSizeAs(want);
            for (int i = 0; i < want.length; i++) {
                assertThat(Math.abs(got[i] - want[i])).as(name + "[" + i + "] got " + got[i] + " want " + want[i]).isLessThanOrEqualTo(rtol * max);
            }
        }
    }
}
