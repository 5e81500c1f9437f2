package io.github.lrp4j.autograd.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every golden op case: all outputs, and all gradients for the given cotangents. */
@Tag("golden")
class GoldenOpsTest {
    /** Where and in which type to compute. */
    private record Backend(Kernels kernels, DType dtype) {
        @Override
        public String toString() {
            return kernels.name() + " " + dtype;
        }
    }

    private static final List<Backend> BACKENDS = List.of(new Backend(new ReferenceKernels(), DType.F64),
            new Backend(new ReferenceKernels(), DType.F32), new Backend(Backends.select().kernels(), DType.F32));

    @TestFactory
    Stream<DynamicTest> outputsAndGradients() {
        return GoldenCases.list("ops").flatMap(golden -> BACKENDS.stream()
                .map(backend -> DynamicTest.dynamicTest(golden + " on " + backend, () -> check(golden, backend))));
    }

    private static void check(GoldenCase golden, Backend backend) {
        Map<String, Value> inputs = inputs(golden, backend);
        List<Value> outputs = GoldenOps.apply(golden, inputs);
        List<String> names = golden.names("outputs");
        assertThat(outputs).as("outputs of %s", golden.op()).hasSameSizeAs(names);
        for (int o = 0; o < names.size(); o++) {
            Tensor got = outputs.get(o).tensor();
            golden.assertMatches(names.get(o), allowingTheLimit(golden, names.get(o), got), backend.dtype());
        }
        if (golden.names("grads").isEmpty()) {
            return;
        }
        List<Value> differentiable = new ArrayList<>();
        List<Tensor> cotangents = new ArrayList<>();
        for (int o = 0; o < names.size(); o++) {
            String upstream = names.get(o).replace("output", "upstream");
            if (golden.tensorNames().contains(upstream)) {
                differentiable.add(outputs.get(o));
                cotangents.add(golden.tensor(upstream, backend.dtype()));
            }
        }
        Gradients gradients = Gradients.vjp(differentiable.toArray(Value[]::new), cotangents.toArray(Tensor[]::new));
        // The stored slope of hardsigmoid is the float32 number nearest to 1 / 6.
        DType precision = golden.op().equals("hardsigmoid") ? DType.F32 : backend.dtype();
        for (String grad : golden.names("grads")) {
            golden.assertMatches(grad, gradients.of(inputs.get(grad.substring("grad.".length()))), precision);
        }
    }

    private static Map<String, Value> inputs(GoldenCase golden, Backend backend) {
        Tape tape = new Tape(backend.kernels());
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String name : golden.names("input_order")) {
            inputs.put(name, tape.input(name, golden.tensor("input." + name, backend.dtype())));
        }
        return inputs;
    }

    /** The limit 0 in place of a NaN that the notes of the case call acceptable counts as that NaN. */
    private static Tensor allowingTheLimit(GoldenCase golden, String name, Tensor got) {
        String notes = golden.json().path("notes").asText();
        if (!notes.contains("the limit 0 is acceptable") || !notes.contains(name)) {
            return got;
        }
        double[] numbers = got.toDoubleArray();
        double[] want = golden.tensor(name).toDoubleArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Double.isNaN(want[i]) && numbers[i] == 0 ? Double.NaN : numbers[i];
        }
        return Tensor.of(numbers, got.dtype(), got.shape());
    }
}
