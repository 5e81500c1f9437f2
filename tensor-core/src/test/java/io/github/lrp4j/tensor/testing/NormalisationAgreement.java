package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import java.util.Arrays;
import java.util.List;

/** Cases of softmax and the normalisations. */
final class NormalisationAgreement {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 33, 64, 100, 207, 1031};

    private NormalisationAgreement() {
    }

    static void run(Comparison comparison) {
        for (int size : SIZES) {
            softmax(comparison, Shape.of(size), 0);
            softmax(comparison, Shape.of(3, size), 1);
            softmax(comparison, Shape.of(size, 5), 0);
            softmax(comparison, Shape.of(2, size, 3), 1);
            standardize(comparison, Shape.of(3, size), 1);
            standardize(comparison, Shape.of(2, 2, size), 2);
            channels(comparison, Shape.of(3, size));
            channels(comparison, Shape.of(2, 3, size));
        }
        softmax(comparison, Shape.of(3, 0), 1);
        softmax(comparison, Shape.of(0, 3), 1);
        softmax(comparison, Shape.of(300, 257), 1);
        standardize(comparison, Shape.of(2, 3, 5, 7), 1);
        standardize(comparison, Shape.of(2, 3, 5, 7), 2);
        standardize(comparison, Shape.of(33), 0);
        standardize(comparison, Shape.of(197, 192), 1);
        standardize(comparison, Shape.of(0, 5), 1);
        channels(comparison, Shape.of(2, 17, 5, 7));
        channels(comparison, Shape.of(1, 3, 2, 3, 4));
        channels(comparison, Shape.of(2, 64, 28, 29));
        maskedRows(comparison);
        difficultRows(comparison);
        refusals(comparison);
    }

    private static void softmax(Comparison comparison, Shape shape, int dim) {
        Tensor g = TestTensors.normal(2, shape);
        for (double width : new double[] {3, 100}) {
            Tensor x = TestTensors.uniform(1, -width, width, DType.F32, shape);
            comparison.check("softmax along " + dim, Tolerance.units(24 + width, 4), (k, t) -> k.softmax(t[0], dim), x);
            comparison.check("logSoftmax along " + dim, Tolerance.units(32, 32), (k, t) -> k.logSoftmax(t[0], dim), x);
            Tensor y = comparison.reference().softmax(x, dim);
            comparison.check("softmaxVjp along " + dim, Tolerance.units(32, 32),
                    (k, t) -> k.softmaxVjp(t[0], t[1], dim), y, g);
            Tensor logs = comparison.reference().logSoftmax(x, dim);
            comparison.check("logSoftmaxVjp along " + dim, Tolerance.units(64, 32 + shape.size(dim)),
                    (k, t) -> k.logSoftmaxVjp(t[0], t[1], dim), logs, g);
        }
    }

    /** Minus infinity where attention must not look; a whole row of them is NaN. */
    private static void maskedRows(Comparison comparison) {
        for (int size : new int[] {1, 2, 7, 16, 17, 33}) {
            float[] values = TestTensors.normal(3, 4 * size).toFloatArray();
            for (int i = 0; i < size; i++) {
                values[size + i] = Float.NEGATIVE_INFINITY;
                values[2 * size + i] = i % 3 == 0 ? values[2 * size + i] : Float.NEGATIVE_INFINITY;
            }
            values[4 * size - 1] = Float.NaN;
            Tensor x = Tensor.of(values, 4, size);
            comparison.check("softmax of masked rows", Tolerance.units(32, 4), (k, t) -> k.softmax(t[0], 1), x);
            comparison.check("softmax of masked columns", Tolerance.units(32, 4), (k, t) -> k.softmax(t[0], 0), x);
            comparison.check("logSoftmax of masked rows", Tolerance.units(32, 32), (k, t) -> k.logSoftmax(t[0], 1), x);
            Tensor infinite = Tensor.of(new float[] {1, Float.POSITIVE_INFINITY, 2}, 1, 3);
            comparison.check("softmax of infinity", Tolerance.units(32, 4), (k, t) -> k.softmax(t[0], 1), infinite);
        }
    }

    /** One of the three outputs of a normalisation. */
    private enum Part {
        OUTPUT, MEAN, INVERSE_DEVIATION;

        Tensor of(Normalized normalized) {
            return switch (this) {
                case OUTPUT -> normalized.output();
                case MEAN -> normalized.mean();
                case INVERSE_DEVIATION -> normalized.inverseDeviation();
            };
        }
    }

    private static void standardize(Comparison comparison, Shape shape, int firstDim) {
        for (double eps : new double[] {1e-5, 0.1}) {
            Tensor x = TestTensors.uniform(4, -2, 4, DType.F32, shape);
            for (Part part : Part.values()) {
                comparison.check("standardize " + part + " from " + firstDim, Tolerance.units(64, 32),
                        (k, t) -> part.of(k.standardize(t[0], firstDim, eps)), x);
            }
            layerNorm(comparison, x, firstDim, eps);
            Normalized statistics = comparison.reference().standardize(x, firstDim, eps);
            comparison.check("standardizeVjp from " + firstDim, Tolerance.ofMax(128),
                    (k, t) -> k.standardizeVjp(t[0], t[1], t[2], t[3], firstDim), TestTensors.normal(5, shape), x,
                    statistics.mean(),
                    statistics.inverseDeviation());
        }
    }

    private static void layerNorm(Comparison comparison, Tensor x, int firstDim, double eps) {
        Shape row = Shape.of(x.shape().toList().subList(firstDim, x.rank()));
        Tensor scale = TestTensors.normal(16, row);
        Tensor shift = TestTensors.normal(17, row);
        for (Part part : Part.values()) {
            comparison.check("layerNorm " + part + " from " + firstDim, Tolerance.units(64, 128),
                    (k, t) -> part.of(k.layerNorm(t[0], t[1], t[2], firstDim, eps)), x, scale, shift);
        }
        comparison.check("layerNorm without shift from " + firstDim, Tolerance.units(64, 128),
                (k, t) -> k.layerNorm(t[0], t[1], null, firstDim, eps).output(), x, scale);
        Kernels kernels = comparison.candidate();
        Tensor composed = kernels.binary(BinaryFn.ADD,
                kernels.binary(BinaryFn.MUL, kernels.standardize(x, firstDim, eps).output(), scale), shift);
        comparison.require(
                Arrays.equals(kernels.layerNorm(x, scale, shift, firstDim, eps).output().toDoubleArray(),
                        composed.toDoubleArray()),
                "layerNorm of " + x.shape() + " has the bits of the steps by themselves");
    }

    /** A mean far from zero, a deviation that eps dwarfs, rows without any, and NaN. */
    private static void difficultRows(Comparison comparison) {
        for (int size : new int[] {2, 16, 33, 207, 4099}) {
            Tensor shifted = TestTensors.uniform(6, 1000, 1002, DType.F32, Shape.of(3, size));
            // x - mean cannot be closer than the rounding of a mean near 1000 allows.
            comparison.checkOnce("standardize far from zero", Tolerance.units(64, 64 * 1000),
                    (k, t) -> k.standardize(t[0], 1, 1e-5).output(), shifted);
            comparison.checkOnce("standardize mean far from zero", Tolerance.units(4, 0),
                    (k, t) -> k.standardize(t[0], 1, 1e-5).mean(), shifted);
            comparison.checkOnce("channelStatistics far from zero", Tolerance.units(4096, 0),
                    (k, t) -> k.channelStatistics(t[0], 1e-5).inverseDeviation(), shifted.unsqueeze(0));
            Tensor tiny = TestTensors.uniform(7, -1e-6, 1e-6, DType.F32, Shape.of(3, size));
            comparison.checkOnce("standardize of tiny numbers", Tolerance.units(64, 1),
                    (k, t) -> k.standardize(t[0], 1, 1e-5).output(), tiny);
            Tensor constant = Tensor.full(2.5, DType.F32, Shape.of(3, size));
            comparison.checkOnce("standardize of a constant", Tolerance.units(0, 1),
                    (k, t) -> k.standardize(t[0], 1, 1e-5).output(), constant);
            float[] values = TestTensors.normal(8, 3 * size).toFloatArray();
            values[size] = Float.NaN;
            comparison.checkOnce("standardize with NaN", Tolerance.units(64, 32),
                    (k, t) -> k.standardize(t[0], 1, 1e-5).output(),
                    Tensor.of(values, 3, size));
        }
    }

    private static void channels(Comparison comparison, Shape shape) {
        Tensor x = TestTensors.uniform(9, -2, 4, DType.F32, shape);
        Tensor scale = TestTensors.normal(10, shape.size(1));
        Tensor shift = TestTensors.normal(11, shape.size(1));
        AgreementCase affine = (k, t) -> k.channelAffine(t[0], t[1], t[2]);
        comparison.check("channelAffine", Tolerance.scaled(4, affine), affine, x, scale, shift);
        AgreementCase linear = (k, t) -> k.channelAffine(t[0], t[1], null);
        comparison.check("channelAffine without shift", Tolerance.scaled(4, linear), linear, x, scale);
        for (Part part : Part.values()) {
            comparison.check("channelStatistics " + part, Tolerance.units(64, 16),
                    (k, t) -> part.of(k.channelStatistics(t[0], 1e-5)), x);
        }
    }

    private static void refusals(Comparison comparison) {
        Tensor a = TestTensors.normal(12, 2, 3);
        Tensor b = TestTensors.normal(13, 2, 4);
        List<Shape> shapes = List.of(a.shape(), b.shape());
        comparison.checkRefusal("softmaxVjp", IllegalArgumentException.class, shapes,
                (k, t) -> k.softmaxVjp(t[0], t[1], 1), a, b);
        comparison.checkRefusal("logSoftmaxVjp", IllegalArgumentException.class, shapes,
                (k, t) -> k.logSoftmaxVjp(t[0], t[1], 1), a, b);
        Tensor statistics = TestTensors.normal(14, 2, 1);
        comparison.checkRefusal("standardizeVjp", IllegalArgumentException.class, shapes,
                (k, t) -> k.standardizeVjp(t[0], t[1], statistics, statistics, 1), a, b);
        Tensor scale = TestTensors.normal(15, 4);
        comparison.checkRefusal("layerNorm", IllegalArgumentException.class, List.of(Shape.of(3), scale.shape()),
                (k, t) -> k.layerNorm(t[0], t[1], null, 1, 1e-5).output(), a, scale);
        comparison.checkRefusal("channelAffine", IllegalArgumentException.class, List.of(a.shape(), scale.shape()),
                (k, t) -> k.channelAffine(t[0], t[1], t[1]), a, scale);
    }
}
