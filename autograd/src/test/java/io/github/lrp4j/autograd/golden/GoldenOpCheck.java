package io.github.lrp4j.autograd.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An op case of the reference data on any kernels: all outputs, and all gradients for the given cotangents. */
public final class GoldenOpCheck {
    private GoldenOpCheck() {
    }

    /**
     * Computes the case.
     *
     * @param kernels where
     * @param dtype in which type
     * @throws AssertionError if a number differs
     */
    public static void check(GoldenCase golden, Kernels kernels, DType dtype) {
        Map<String, Value> inputs = inputs(golden, kernels, dtype);
        List<Value> outputs = GoldenOps.apply(golden, inputs);
        List<String> names = golden.names("outputs");
        assertThat(outputs).as("outputs of %s", golden.op()).hasSameSizeAs(names);
        for (int o = 0; o < names.size(); o++) {
            Tensor got = outputs.get(o).tensor();
            golden.assertMatches(names.get(o), allowingTheLimit(golden, names.get(o), got), dtype);
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
                cotangents.add(golden.tensor(upstream, dtype));
            }
        }
        Gradients gradients = Gradients.vjp(differentiable.toArray(Value[]::new), cotangents.toArray(Tensor[]::new));
        // The stored slope of hardsigmoid is the float32 number nearest to 1 / 6.
        DType precision = golden.op().equals("hardsigmoid") ? DType.F32 : dtype;
        for (String grad : golden.names("grads")) {
            golden.assertMatches(grad, gradients.of(inputs.get(grad.substring("grad.".length()))), precision);
        }
    }

    private static Map<String, Value> inputs(GoldenCase golden, Kernels kernels, DType dtype) {
        Tape tape = new Tape(kernels);
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String name : golden.names("input_order")) {
            inputs.put(name, tape.input(name, golden.tensor("input." + name, dtype)));
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
