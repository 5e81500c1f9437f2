package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import java.util.ArrayList;
import java.util.List;

/** Cases of the convolution and its two adjoints. */
final class ConvolutionAgreement {
    /** A convolution of {@code x} with {@code w}. */
    record Geometry(Shape x, Shape w, ConvSpec spec) {
        static Geometry of(int[] x, int[] w, List<Integer> stride, List<Integer> padding, List<Integer> dilation,
                int groups) {
            return new Geometry(Shape.of(x), Shape.of(w), new ConvSpec(stride, padding, dilation, groups));
        }

        /** Square: {@code [n, c, h, h] * [o, c / groups, k, k]}. */
        static Geometry square(int n, int c, int h, int o, int k, int stride, int padding, int dilation, int groups) {
            return of(new int[] {n, c, h, h}, new int[] {o, c / groups, k, k}, List.of(stride, stride),
                    List.of(padding, padding),
                    List.of(dilation, dilation), groups);
        }
    }

    private ConvolutionAgreement() {
    }

    static void run(Comparison comparison) {
        for (Geometry geometry : small()) {
            Tensor x = TestTensors.normal(1, geometry.x);
            Tensor w = TestTensors.normal(2, geometry.w);
            Tensor g = TestTensors.normal(3, geometry.spec.outputShape(geometry.x, geometry.w));
            comparison.check("conv " + geometry.spec, forwardTolerance(geometry), forward(geometry), x, w);
            comparison.check("convInputAdjoint to " + geometry.x + " " + geometry.spec, inputTolerance(geometry),
                    toInput(geometry), g, w);
            comparison.check("convWeightAdjoint to " + geometry.w + " " + geometry.spec, weightTolerance(geometry),
                    toWeight(geometry), g, x);
        }
        for (Geometry geometry : large()) {
            Tensor x = TestTensors.normal(4, geometry.x);
            Tensor w = TestTensors.normal(5, geometry.w);
            Tensor g = TestTensors.normal(6, geometry.spec.outputShape(geometry.x, geometry.w));
            comparison.checkOnce("conv " + geometry.spec, forwardTolerance(geometry), forward(geometry), x, w);
            comparison.checkOnce("convInputAdjoint " + geometry.spec, inputTolerance(geometry), toInput(geometry), g,
                    w);
            comparison.checkOnce("convWeightAdjoint " + geometry.spec, weightTolerance(geometry), toWeight(geometry), g,
                    x);
        }
        durable(comparison);
        notFinite(comparison);
        refusals(comparison);
    }

    private static AgreementCase forward(Geometry c) {
        return (k, t) -> k.conv(t[0], t[1], c.spec);
    }

    private static AgreementCase toInput(Geometry c) {
        return (k, t) -> k.convInputAdjoint(t[0], t[1], c.x, c.spec);
    }

    private static AgreementCase toWeight(Geometry c) {
        return (k, t) -> k.convWeightAdjoint(t[0], t[1], c.w, c.spec);
    }

    private static Tolerance forwardTolerance(Geometry c) {
        return Tolerance.sumOf(c.w.arrayLength() / Math.max(1, c.w.size(0)), forward(c));
    }

    private static Tolerance inputTolerance(Geometry c) {
        return Tolerance.sumOf(c.w.arrayLength() / Math.max(1, c.w.size(1)) / c.spec.groups(), toInput(c));
    }

    private static Tolerance weightTolerance(Geometry c) {
        Shape y = c.spec.outputShape(c.x, c.w);
        return Tolerance.sumOf(y.arrayLength() / Math.max(1, y.size(1)), toWeight(c));
    }

    private static List<Geometry> small() {
        List<Geometry> cases = new ArrayList<>();
        for (int k : new int[] {1, 2, 3, 5, 7}) {
            for (int stride : new int[] {1, 2, 3}) {
                cases.add(Geometry.square(2, 3, 9, 5, k, stride, 0, 1, 1));
                cases.add(Geometry.square(1, 3, 10, 4, k, stride, k / 2, 1, 1));
            }
        }
        // Channels that straddle rows and columns of a register tile.
        for (int[] channels : new int[][] {{1, 1}, {1, 17}, {13, 1}, {16, 14}, {17, 33}, {33, 29}}) {
            cases.add(Geometry.square(1, channels[0], 6, channels[1], 3, 1, 1, 1, 1));
            cases.add(Geometry.square(2, channels[0], 5, channels[1], 1, 1, 0, 1, 1));
        }
        for (int size : new int[] {1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 33}) {
            cases.add(Geometry.of(new int[] {1, 2, 3, size}, new int[] {3, 2, 3, 3}, List.of(1, 1), List.of(1, 1),
                    List.of(1, 1), 1));
        }
        cases.addAll(List.of(
                Geometry.square(2, 3, 20, 4, 7, 2, 3, 1, 1), // the first layer of a ResNet
                Geometry.square(2, 4, 11, 4, 3, 1, 2, 2, 1), // dilation
                Geometry.square(1, 2, 13, 3, 3, 2, 3, 3, 1), // dilation and stride
                Geometry.square(1, 3, 12, 6, 4, 4, 0, 1, 1), // patches
                Geometry.square(1, 3, 3, 4, 3, 1, 2, 1, 1), // padding wider than what is left of the input
                Geometry.square(2, 4, 3, 5, 3, 3, 0, 1, 1), // one window
                Geometry.square(2, 6, 7, 4, 3, 1, 1, 1, 2), // groups
                Geometry.square(1, 6, 7, 9, 3, 2, 1, 1, 3),
                Geometry.square(2, 34, 5, 34, 1, 1, 0, 1, 2),
                Geometry.square(2, 5, 8, 5, 3, 1, 1, 1, 5), // depthwise
                Geometry.square(1, 17, 9, 17, 3, 2, 1, 1, 17),
                Geometry.square(1, 4, 9, 8, 5, 1, 2, 1, 4), // depthwise with a multiplier
                Geometry.square(0, 3, 5, 2, 3, 1, 1, 1, 1), // no sample
                Geometry.of(new int[] {2, 3, 7, 12}, new int[] {4, 3, 3, 5}, List.of(2, 1), List.of(1, 0),
                        List.of(1, 2), 1),
                Geometry.of(new int[] {1, 3, 12, 5}, new int[] {2, 3, 1, 3}, List.of(1, 2), List.of(0, 1),
                        List.of(1, 1), 1),
                Geometry.of(new int[] {1, 2, 9, 9}, new int[] {2, 2, 3, 1}, List.of(2, 3), List.of(2, 0), List.of(2, 1),
                        1),
                Geometry.of(new int[] {2, 3, 17}, new int[] {4, 3, 3}, List.of(1), List.of(1), List.of(1), 1),
                Geometry.of(new int[] {2, 4, 33}, new int[] {6, 2, 5}, List.of(2), List.of(2), List.of(2), 2),
                Geometry.of(new int[] {1, 3, 8}, new int[] {3, 1, 4}, List.of(1), List.of(3), List.of(1), 3),
                Geometry.of(new int[] {2, 2, 5, 6, 7}, new int[] {3, 2, 3, 3, 3}, List.of(1, 1, 1), List.of(1, 1, 1),
                        List.of(1, 1, 1), 1),
                Geometry.of(new int[] {1, 4, 6, 5, 9}, new int[] {4, 2, 2, 3, 1}, List.of(2, 1, 2), List.of(0, 1, 0),
                        List.of(1, 2, 1), 2),
                Geometry.of(new int[] {1, 3, 4, 4, 4}, new int[] {3, 1, 3, 3, 3}, List.of(1, 2, 1), List.of(1, 1, 1),
                        List.of(1, 1, 1), 3)));
        return cases;
    }

    /** Sizes at which threads, cache blocks and fast algorithms come into play. */
    private static List<Geometry> large() {
        return List.of(Geometry.square(2, 64, 29, 66, 3, 1, 1, 1, 1),
                Geometry.square(1, 3, 64, 64, 7, 2, 3, 1, 1), Geometry.square(1, 256, 7, 70, 1, 1, 0, 1, 1),
                Geometry.square(1, 128, 14, 130, 3, 2, 1, 1, 1), Geometry.square(1, 256, 4, 128, 3, 1, 1, 1, 1),
                Geometry.square(1, 64, 28, 96, 1, 2, 0, 1, 1), Geometry.square(2, 96, 28, 96, 3, 1, 1, 1, 96),
                Geometry.square(1, 3, 48, 128, 16, 16, 0, 1, 1));
    }

    private static void durable(Comparison comparison) {
        for (Geometry geometry : List.of(Geometry.square(2, 17, 9, 33, 3, 1, 1, 1, 1),
                Geometry.square(1, 16, 8, 14, 1, 1, 0, 1, 1),
                Geometry.square(1, 6, 9, 4, 3, 2, 1, 1, 2), Geometry.square(1, 5, 9, 5, 3, 1, 1, 1, 5),
                Geometry.square(1, 64, 29, 64, 3, 1, 1, 1, 1))) {
            Tensor x = TestTensors.normal(7, geometry.x);
            Tensor w = TestTensors.normal(8, geometry.w).durable();
            Tensor g = TestTensors.normal(9, geometry.spec.outputShape(geometry.x, geometry.w));
            comparison.checkDurable("conv " + geometry.spec, forwardTolerance(geometry), forward(geometry), x, w);
            comparison.checkDurable("convInputAdjoint " + geometry.spec, inputTolerance(geometry), toInput(geometry), g,
                    w);
            // One weight in all roles: what was derived for one must not be taken for another.
            comparison.checkOnce("conv of the weight", forwardTolerance(geometry), forward(geometry), x, w);
            comparison.checkOnce("convInputAdjoint of the weight", inputTolerance(geometry), toInput(geometry), g, w);
            comparison.checkOnce("conv of the weight again", forwardTolerance(geometry), forward(geometry), x, w);
        }
    }

    private static void notFinite(Comparison comparison) {
        Geometry geometry = Geometry.square(1, 2, 8, 3, 3, 1, 1, 1, 1);
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] values = TestTensors.normal(10, geometry.x).toFloatArray();
            values[27] = value;
            Tensor w = TestTensors.uniform(11, 1, 2, DType.F32, geometry.w);
            comparison.checkOnce("conv with " + value, Tolerance.units(64, 64), forward(geometry),
                    Tensor.of(values, geometry.x), w);
        }
    }

    private static void refusals(Comparison comparison) {
        ConvSpec spec = ConvSpec.of(2, 1, 1);
        Tensor x = TestTensors.normal(12, 2, 3, 8, 8);
        Tensor w = TestTensors.normal(13, 4, 5, 3, 3);
        List<Shape> shapes = List.of(x.shape(), w.shape());
        comparison.checkRefusal("conv", IllegalArgumentException.class, shapes, (k, t) -> k.conv(t[0], t[1], spec), x,
                w);
        Tensor fitting = TestTensors.normal(14, 4, 3, 3, 3);
        Tensor g = TestTensors.normal(15, 2, 4, 7, 8);
        comparison.checkRefusal("convInputAdjoint", IllegalArgumentException.class, List.of(g.shape(), x.shape()),
                (k, t) -> k.convInputAdjoint(t[0], t[1], x.shape(), spec), g, fitting);
        comparison.checkRefusal("convWeightAdjoint", IllegalArgumentException.class, List.of(g.shape(), x.shape()),
                (k, t) -> k.convWeightAdjoint(t[0], t[1], fitting.shape(), spec), g, x);
    }
}
