package io.github.lrp4j.tensor.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenCaseTest {
    private static final String JSON = """
            {"case": "twice", "op": "scale", "args": {"factor": 2}, "input_order": ["x", "i"], "outputs": ["output"],
             "tolerance": {"float64": {"rtol": 1e-10, "atol": 1e-12}, "float32": {"rtol": 0.1, "atol": 0}},
             "relevances": {
               "relevance.a": {"tolerance": {"float64": {"rtol_of_max": 1e-9}, "float32": "compare float64 only"}}}}
            """;

    @TempDir
    private Path root;

    private GoldenCase golden;

    @BeforeEach
    void write() throws IOException {
        Path folder = Files.createDirectories(root.resolve("ops/twice"));
        Files.writeString(folder.resolve("case.json"), JSON);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("input.x", Tensor.of(new float[] {1, 2}, 2));
        tensors.put("input.i", Tensor.of(new long[] {3}, 1));
        tensors.put("output", Tensor.of(new double[] {2, 4}, 2));
        tensors.put("relevance.a", Tensor.of(new double[] {100, 1}, 2));
        SafetensorsWriter.write(folder.resolve("case.safetensors"), tensors, Map.of());
        golden = GoldenCase.read(folder);
    }

    @Test
    void aCaseTellsWhatItIsAbout() {
        assertThat(golden).hasToString("ops/twice");
        assertThat(golden.op()).isEqualTo("scale");
        assertThat(golden.args().path("factor").asInt()).isEqualTo(2);
        assertThat(golden.names("outputs")).containsExactly("output");
        assertThat(golden.names("absent")).isEmpty();
        assertThat(golden.tensorNames()).containsExactlyInAnyOrder("input.x", "input.i", "output", "relevance.a");
        assertThat(golden.inputs(DType.F64)).extracting(Tensor::dtype).containsExactly(DType.F64, DType.I64);
        assertThat(golden.tensor("input.x").dtype()).isEqualTo(DType.F32);
        assertThat(golden.tensor("output").shape()).isEqualTo(Shape.of(2));
        assertThat(golden.file("case.json")).exists();
    }

    @Test
    void tolerancesAreThoseOfTheTensorOrElseOfTheCase() {
        assertThat(golden.tolerance("output", DType.F64)).contains(new GoldenTolerance(1e-10, 1e-12, 0));
        assertThat(golden.tolerance("output", DType.F32)).contains(new GoldenTolerance(0.1, 0, 0));
        assertThat(golden.tolerance("relevance.a", DType.F64)).contains(new GoldenTolerance(0, 0, 1e-9));
        assertThat(golden.tolerance("relevance.a", DType.F32)).isEmpty();
        golden.assertMatches("output", Tensor.of(new float[] {2.1f, 4.3f}, 2), DType.F32);
        assertThatThrownBy(() -> golden.assertMatches("output", Tensor.of(new double[] {2.1, 4}, 2), DType.F64))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ops/twice output in F64").hasMessageContaining("2.1");
        golden.assertMatches("relevance.a", Tensor.of(new double[] {100, 1 + 9e-8}, 2), DType.F64);
        assertThatThrownBy(
                () -> golden.assertMatches("relevance.a", Tensor.of(new double[] {100, 1 + 2e-7}, 2), DType.F64))
                .isInstanceOf(AssertionError.class);
        assertThatIllegalStateException()
                .isThrownBy(() -> golden.assertMatches("relevance.a", golden.tensor("relevance.a"), DType.F32));
        golden.assertMatches("input.i", Tensor.of(new long[] {3}, 1), DType.F32);
        assertThatThrownBy(() -> golden.assertMatches("input.i", Tensor.of(new long[] {4}, 1), DType.F32))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void brokenCasesAreNamed() throws IOException {
        Path folder = Files.createDirectories(root.resolve("ops/broken"));
        assertThatThrownBy(() -> GoldenCase.read(folder)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("broken");
        assertThatThrownBy(() -> golden.tensor("absent")).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void aFolderWithoutCasesIsAnErrorAndNotAnEmptyList() {
        assertThatIllegalStateException().isThrownBy(() -> GoldenCases.list("no such folder"))
                .withMessageContaining("no such folder");
    }
}
