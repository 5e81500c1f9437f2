package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/** Resampling and its adjoint, one dimension after another. */
final class ReferenceResampling {
    private ReferenceResampling() {
    }

    static Tensor forward(Tensor x, Resampling spec) {
        Shape out = spec.outputShape(x.shape());
        double[] y = x.toDoubleArray();
        Shape shape = x.shape();
        for (int d = 0; d < spec.size().size(); d++) {
            Resampling.Taps taps = spec.taps(d, shape.size(d + 2));
            Shape next = shape.with(d + 2, spec.size().get(d));
            double[] result = new double[next.arrayLength()];
            pass(taps, d + 2, shape, next, (from, to, weight, source) -> result[to] += weight * source[from], y);
            y = result;
            shape = next;
        }
        return Tensor.of(y, Operands.realType(x), out);
    }

    static Tensor adjoint(Tensor g, Shape xShape, Resampling spec) {
        Operands.requireSameShape("interpolateAdjoint", spec.outputShape(xShape), g.shape());
        double[] y = g.toDoubleArray();
        Shape shape = g.shape();
        for (int d = spec.size().size() - 1; d >= 0; d--) {
            Resampling.Taps taps = spec.taps(d, xShape.size(d + 2));
            Shape next = shape.with(d + 2, xShape.size(d + 2));
            double[] result = new double[next.arrayLength()];
            pass(taps, d + 2, next, shape, (from, to, weight, source) -> result[from] += weight * source[to], y);
            y = result;
            shape = next;
        }
        return Tensor.of(y, Operands.realType(g), xShape);
    }

    private interface Term {
        void add(int input, int output, double weight, double[] source);
    }

    /** Every pair of an input cell and an output cell along a dimension that is in it, over all other positions. */
    private static void pass(Resampling.Taps taps, int dim, Shape in, Shape out, Term term, double[] source) {
        int inner = 1;
        for (int d = dim + 1; d < in.rank(); d++) {
            inner *= in.size(d);
        }
        int outer = out.arrayLength() / Math.max(1, inner * out.size(dim));
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < out.size(dim); i++) {
                for (int t = 0; t < taps.cells().length; t++) {
                    int input = (o * in.size(dim) + taps.cells()[t][i]) * inner;
                    int output = (o * out.size(dim) + i) * inner;
                    for (int c = 0; c < inner; c++) {
                        term.add(input + c, output + c, taps.weights()[t][i], source);
                    }
                }
            }
        }
    }
}
