package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * A linear layer without bias, small enough that its matrix can be written down.
 *
 * @param name what it is
 * @param input shape of the input
 * @param weight shape of the weight
 * @param biasDim dimension along which a bias of the output lies
 * @param product what it applies to input and weight
 */
record LinearLayer(String name, Shape input, Shape weight, int biasDim, BinaryOperator<Value> product) {
    /** Every kind of linear op, in every geometry. */
    static List<LinearLayer> all() {
        return List.of(
                matmul("matmul", Shape.of(3, 5), Shape.of(5, 4)),
                matmul("batched matmul", Shape.of(2, 3, 4), Shape.of(2, 4, 3)),
                matmul("broadcast matmul", Shape.of(2, 3, 4), Shape.of(4, 3)),
                new LinearLayer("linear", Shape.of(2, 2, 4), Shape.of(3, 4), 2, (x, w) -> x.linear(w, null)),
                conv("conv1d", Shape.of(2, 2, 7), Shape.of(3, 2, 3), ConvSpec.of(1, 1, 1)),
                conv("strided conv2d", Shape.of(1, 2, 5, 6), Shape.of(3, 2, 3, 3), ConvSpec.of(2, 2, 1)),
                conv("dilated conv2d", Shape.of(1, 2, 5, 6), Shape.of(2, 2, 2, 2),
                        new ConvSpec(List.of(1, 2), List.of(1, 0), List.of(2, 3), 1)),
                conv("grouped conv2d", Shape.of(2, 4, 4, 3), Shape.of(6, 2, 2, 2),
                        new ConvSpec(List.of(1, 1), List.of(1, 1), List.of(1, 1), 2)),
                conv("depthwise conv2d", Shape.of(1, 3, 5, 5), Shape.of(3, 1, 3, 3),
                        new ConvSpec(List.of(1, 1), List.of(2, 2), List.of(2, 2), 3)),
                conv("conv3d", Shape.of(1, 1, 3, 4, 4), Shape.of(2, 1, 2, 2, 2), ConvSpec.of(3, 1, 0)),
                convTranspose("transposed conv1d", Shape.of(2, 2, 4), Shape.of(2, 3, 3), ConvSpec.of(1, 2, 1),
                        List.of(1)),
                convTranspose("grouped transposed conv2d", Shape.of(1, 4, 3, 2), Shape.of(4, 3, 2, 3),
                        new ConvSpec(List.of(1, 2), List.of(0, 1), List.of(2, 1), 2), List.of(0, 1)),
                convTranspose("depthwise transposed conv2d", Shape.of(1, 3, 3, 3), Shape.of(3, 1, 2, 2),
                        new ConvSpec(List.of(2, 1), List.of(1, 0), List.of(1, 1), 3), List.of(1, 0)),
                convTranspose("transposed conv3d", Shape.of(1, 2, 2, 2, 3), Shape.of(2, 2, 2, 2, 2),
                        ConvSpec.of(3, 1, 0), List.of(0, 0, 0)));
    }

    private static LinearLayer matmul(String name, Shape input, Shape weight) {
        return new LinearLayer(name, input, weight, input.rank() - 1, Value::matmul);
    }

    private static LinearLayer conv(String name, Shape input, Shape weight, ConvSpec spec) {
        return new LinearLayer(name, input, weight, 1, (x, w) -> x.conv(w, spec));
    }

    private static LinearLayer convTranspose(String name, Shape input, Shape weight, ConvSpec spec,
            List<Integer> outputPadding) {
        return new LinearLayer(name, input, weight, 1, (x, w) -> x.convTranspose(w, null, spec, outputPadding));
    }

    /** Number of input cells. */
    int inputs() {
        return (int) input.elements();
    }

    /** The output for these numbers. */
    Tensor apply(double[] x, double[] w) {
        Tape tape = new Tape(new ReferenceKernels());
        return product.apply(tape.input("x", Tensor.of(x, input)), tape.parameter("w", Tensor.of(w, weight))).tensor();
    }

    /** The layer's matrix, output by input, found by feeding it the unit vectors. */
    double[][] matrix(double[] w) {
        double[][] columns = new double[inputs()][];
        for (int i = 0; i < columns.length; i++) {
            double[] unit = new double[columns.length];
            unit[i] = 1;
            columns[i] = apply(unit, w).toDoubleArray();
        }
        double[][] matrix = new double[columns[0].length][columns.length];
        for (int i = 0; i < columns.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                matrix[j][i] = columns[i][j];
            }
        }
        return matrix;
    }

    @Override
    public String toString() {
        return name;
    }
}
