package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/**
 * Convolution and its two adjoints.
 *
 * <p>A convolution is the sum {@code y[row of outputs] += w[tap] * x[row of inputs]} over all pairs of an output row and
 * a tap that reaches an input row. It is linear in x and in w; the adjoints walk the same pairs and write to x or to w
 * instead. One and two spatial dimensions are three with leading sizes of 1.
 */
final class ReferenceConvolution {
    /** What happens at one tap and one row: output {@code y + i} meets input {@code x + i step} under weight {@code w}. */
    @FunctionalInterface
    private interface RowTask {
        void run(int w, int x, int y, int count);
    }

    private final int samples;
    private final int inChannels;
    private final int outChannels;
    private final int groups;
    private final int[] in;
    private final int[] kernel;
    private final int[] out;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;

    private ReferenceConvolution(Shape x, Shape w, Shape y, ConvSpec spec) {
        samples = x.size(0);
        inChannels = x.size(1);
        outChannels = w.size(0);
        groups = spec.groups();
        int lead = 3 - spec.spatial();
        in = new int[] {1, 1, 1};
        kernel = new int[] {1, 1, 1};
        out = new int[] {1, 1, 1};
        stride = new int[] {1, 1, 1};
        padding = new int[3];
        dilation = new int[] {1, 1, 1};
        for (int d = 0; d < spec.spatial(); d++) {
            in[lead + d] = x.size(d + 2);
            kernel[lead + d] = w.size(d + 2);
            out[lead + d] = y.size(d + 2);
            stride[lead + d] = spec.stride().get(d);
            padding[lead + d] = spec.padding().get(d);
            dilation[lead + d] = spec.dilation().get(d);
        }
    }

    static Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        Shape shape = spec.outputShape(x.shape(), w.shape());
        ReferenceConvolution geometry = new ReferenceConvolution(x.shape(), w.shape(), shape, spec);
        int step = geometry.stride[2];
        double[] inputs = x.toDoubleArray();
        double[] weights = w.toDoubleArray();
        double[] outputs = new double[shape.arrayLength()];
        geometry.forEachRow((tap, from, to, count) -> {
            double weight = weights[tap];
            for (int i = 0; i < count; i++) {
                outputs[to + i] += weight * inputs[from + i * step];
            }
        });
        return Tensor.of(outputs, Operands.realType(x, w), shape);
    }

    static Tensor inputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        requireOutput("convInputAdjoint", g, spec.outputShape(xShape, w.shape()),
                "input " + xShape + ", weight " + w.shape());
        ReferenceConvolution geometry = new ReferenceConvolution(xShape, w.shape(), g.shape(), spec);
        int step = geometry.stride[2];
        double[] upstream = g.toDoubleArray();
        double[] weights = w.toDoubleArray();
        double[] inputs = new double[xShape.arrayLength()];
        geometry.forEachRow((tap, to, from, count) -> {
            double weight = weights[tap];
            for (int i = 0; i < count; i++) {
                inputs[to + i * step] += weight * upstream[from + i];
            }
        });
        return Tensor.of(inputs, Operands.realType(g, w), xShape);
    }

    static Tensor weightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        requireOutput("convWeightAdjoint", g, spec.outputShape(x.shape(), wShape),
                "input " + x.shape() + ", weight " + wShape);
        ReferenceConvolution geometry = new ReferenceConvolution(x.shape(), wShape, g.shape(), spec);
        int step = geometry.stride[2];
        double[] upstream = g.toDoubleArray();
        double[] inputs = x.toDoubleArray();
        double[] weights = new double[wShape.arrayLength()];
        geometry.forEachRow((tap, from, at, count) -> {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += upstream[at + i] * inputs[from + i * step];
            }
            weights[tap] += sum;
        });
        return Tensor.of(weights, Operands.realType(g, x), wShape);
    }

    private static void requireOutput(String kernel, Tensor g, Shape expected, String operands) {
        if (!g.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    kernel + ": " + operands + " give an output of " + expected + ", got " + g.shape());
        }
    }

    private void forEachRow(RowTask task) {
        int groupIn = inChannels / groups;
        int groupOut = outChannels / groups;
        int inPlane = in[0] * in[1] * in[2];
        int outPlane = out[0] * out[1] * out[2];
        int taps = kernel[0] * kernel[1] * kernel[2];
        for (int n = 0; n < samples; n++) {
            for (int o = 0; o < outChannels; o++) {
                int y = (n * outChannels + o) * outPlane;
                int firstChannel = o / groupOut * groupIn;
                for (int c = 0; c < groupIn; c++) {
                    int x = (n * inChannels + firstChannel + c) * inPlane;
                    forEachRowOfPlane((o * groupIn + c) * taps, x, y, task);
                }
            }
        }
    }

    private void forEachRowOfPlane(int w, int x, int y, RowTask task) {
        int tap = w;
        for (int kd = 0; kd < kernel[0]; kd++) {
            for (int kh = 0; kh < kernel[1]; kh++) {
                for (int kw = 0; kw < kernel[2]; kw++) {
                    int from = firstOutput(2, kw);
                    int count = endOutput(2, kw) - from;
                    int column = inputOf(2, kw, from);
                    for (int od = firstOutput(0, kd); count > 0 && od < endOutput(0, kd); od++) {
                        int plane = inputOf(0, kd, od);
                        for (int oh = firstOutput(1, kh); oh < endOutput(1, kh); oh++) {
                            int row = plane * in[1] + inputOf(1, kh, oh);
                            task.run(tap, x + row * in[2] + column, y + (od * out[1] + oh) * out[2] + from, count);
                        }
                    }
                    tap++;
                }
            }
        }
    }

    /** Index of the input that output {@code o} sees through tap {@code k}; negative or too large in the padding. */
    private int inputOf(int d, int k, int o) {
        return o * stride[d] - padding[d] + k * dilation[d];
    }

    /** The first output whose input through tap {@code k} is not in the left padding. */
    private int firstOutput(int d, int k) {
        return Math.max(0, Math.ceilDiv(padding[d] - k * dilation[d], stride[d]));
    }

    /** The first output whose input through tap {@code k} is in the right padding. */
    private int endOutput(int d, int k) {
        return Math.clamp(Math.ceilDiv(in[d] + padding[d] - k * dilation[d], stride[d]), 0, out[d]);
    }
}
