package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Seeded tensors for tests: the same seed, type and shape always give the same numbers. */
public final class TestTensors {
    private TestTensors() {
    }

    /** Standard normal numbers, F32. */
    public static Tensor normal(long seed, Shape shape) {
        return normal(seed, DType.F32, shape);
    }

    /** Standard normal numbers, F32. */
    public static Tensor normal(long seed, int... sizes) {
        return normal(seed, DType.F32, Shape.of(sizes));
    }

    /** Standard normal numbers; F32 or F64. */
    public static Tensor normal(long seed, DType dtype, Shape shape) {
        Random random = new Random(seed);
        double[] values = new double[shape.arrayLength()];
        Arrays.setAll(values, i -> random.nextGaussian());
        return Tensor.of(values, dtype, shape);
    }

    /** Numbers evenly spread over {@code low .. high}; F32 or F64. */
    public static Tensor uniform(long seed, double low, double high, DType dtype, Shape shape) {
        Random random = new Random(seed);
        double[] values = new double[shape.arrayLength()];
        Arrays.setAll(values, i -> low + (high - low) * random.nextDouble());
        return Tensor.of(values, dtype, shape);
    }

    /** Small multiples of a quarter, so that ties and exact zeros occur; F32 or F64. */
    public static Tensor coarse(long seed, DType dtype, Shape shape) {
        Random random = new Random(seed);
        double[] values = new double[shape.arrayLength()];
        Arrays.setAll(values, i -> Math.rint(4 * random.nextGaussian()) / 4);
        return Tensor.of(values, dtype, shape);
    }

    /** Integers {@code low .. high - 1}, I64. */
    public static Tensor integers(long seed, long low, long high, Shape shape) {
        Random random = new Random(seed);
        long[] values = new long[shape.arrayLength()];
        Arrays.setAll(values, i -> random.nextLong(low, high));
        return Tensor.of(values, shape);
    }

    /** Zeros and ones, BOOL. */
    public static Tensor mask(long seed, Shape shape) {
        return integers(seed, 0, 2, shape).to(DType.BOOL);
    }

    /** Standard normal numbers, equal along {@code dims}, which have stride 0; F32 or F64. */
    public static Tensor expanded(long seed, DType dtype, Shape shape, int... dims) {
        Shape stored = shape;
        for (int dim : dims) {
            stored = stored.with(dim, 1);
        }
        return normal(seed, dtype, stored).expand(shape);
    }

    /**
     * Views of the same shape and numbers as {@code x} over differently laid out storages: {@link #transposed}, where
     * that differs, and {@link #embedded}.
     */
    public static List<Tensor> views(Tensor x) {
        List<Tensor> views = new ArrayList<>();
        Tensor transposed = transposed(x);
        if (!transposed.isContiguous()) {
            views.add(transposed);
        }
        views.add(embedded(x));
        return views;
    }

    /** {@code x} over a storage in which the first dimension is the fastest. */
    public static Tensor transposed(Tensor x) {
        int[] reversed = new int[x.rank()];
        Arrays.setAll(reversed, d -> reversed.length - 1 - d);
        return x.permute(reversed).contiguous().permute(reversed);
    }

    /**
     * {@code x} cut out of a larger tensor: one foreign cell before and behind every dimension and one between any two
     * neighbours along the last. The foreign cells are NaN, or the smallest integer, so that reading one is noticed.
     */
    public static Tensor embedded(Tensor x) {
        if (x.rank() == 0) {
            return embedded(x.reshape(1)).select(0, 0);
        }
        int last = x.rank() - 1;
        int[] sizes = new int[x.rank()];
        Arrays.setAll(sizes, d -> d == last ? 2 * x.size(d) + 1 : x.size(d) + 2);
        Shape shape = Shape.of(sizes);
        Tensor view = x.dtype().isFloating()
                ? Tensor.of(around(x, sizes), x.dtype(), shape)
                : Tensor.of(aroundIntegers(x, sizes), shape).to(x.dtype());
        for (int d = 0; d < x.rank(); d++) {
            view = d == last ? view.slice(d, 1, sizes[d], 2) : view.slice(d, 1, sizes[d] - 1);
        }
        return view;
    }

    private static double[] around(Tensor x, int[] sizes) {
        double[] values = new double[Shape.of(sizes).arrayLength()];
        Arrays.fill(values, Double.NaN);
        double[] inner = x.toDoubleArray();
        for (int i = 0; i < inner.length; i++) {
            values[embeddedPosition(i, x.shape(), sizes)] = inner[i];
        }
        return values;
    }

    private static long[] aroundIntegers(Tensor x, int[] sizes) {
        long[] values = new long[Shape.of(sizes).arrayLength()];
        Arrays.fill(values, x.dtype() == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE);
        long[] inner = x.toLongArray();
        for (int i = 0; i < inner.length; i++) {
            values[embeddedPosition(i, x.shape(), sizes)] = inner[i];
        }
        return values;
    }

    private static int embeddedPosition(int element, Shape shape, int[] sizes) {
        int rest = element;
        int position = 0;
        int stride = 1;
        for (int d = shape.rank() - 1; d >= 0; d--) {
            int index = rest % shape.size(d);
            rest /= shape.size(d);
            position += stride * (d == shape.rank() - 1 ? 2 * index + 1 : index + 1);
            stride *= sizes[d];
        }
        return position;
    }
}
