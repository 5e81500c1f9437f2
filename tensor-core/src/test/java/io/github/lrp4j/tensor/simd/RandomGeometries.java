package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random shapes, strides, broadcasts and windows against the reference, sized to cross the thresholds of the blocks,
 * runs and tiles that the vectorised kernels work in.
 */
final class RandomGeometries {
    private final Kernels reference = new ReferenceKernels();
    private final Kernels kernels;
    private Random random = new Random(0);

    RandomGeometries(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Functions of two and three operands of which some are broadcast, permuted, embedded or expanded. */
    void elementwise(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            random = new Random(seed);
            Shape shape = shape(1 + random.nextInt(4), 20_000);
            Tensor r = view(normal(shape));
            Tensor a = view(normal(stretched(shape)));
            Tensor b = view(normal(stretched(shape)));
            BinaryFn f = List.of(BinaryFn.ADD, BinaryFn.DIV, BinaryFn.MAXIMUM, BinaryFn.GREATER).get(random.nextInt(4));
            agree("seed " + seed + " " + f, kernels.binary(f, a, b), reference.binary(f, a, b), 2);
            agree("seed " + seed + " share", kernels.absoluteShare(r, a, b, 1e-6),
                    reference.absoluteShare(r, a, b, 1e-6), 8);
            agree("seed " + seed + " quotient", kernels.stabilizedQuotient(r, a, 1e-3),
                    reference.stabilizedQuotient(r, a, 1e-3), 4);
            Tensor mask = view(TestTensors.mask(seed, stretched(shape)));
            agree("seed " + seed + " where", kernels.where(mask, a, b), reference.where(mask, a, b), 0);
        }
    }

    /** Folds over any dimensions of any layout. */
    void reductions(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            random = new Random(seed);
            Shape shape = shape(1 + random.nextInt(4), 60_000);
            Tensor x = view(TestTensors.uniform(seed, 0, 1, DType.F32, shape));
            List<Integer> dims = new ArrayList<>();
            for (int d = 0; d < shape.rank(); d++) {
                if (random.nextBoolean()) {
                    dims.add(d);
                }
            }
            for (Reduction reduction : List.of(Reduction.SUM, Reduction.MEAN, Reduction.MAX, Reduction.MIN)) {
                agree("seed " + seed + " " + reduction + dims + " of " + shape,
                        kernels.reduce(reduction, x, dims, random.nextBoolean()).reshape(-1),
                        reference.reduce(reduction, x, dims, false).reshape(-1),
                        reduction == Reduction.MAX || reduction == Reduction.MIN ? 0 : 8);
            }
            int dim = random.nextInt(shape.rank());
            Indexed got = kernels.extremum(x, dim, seed % 2 == 0);
            Indexed want = reference.extremum(x, dim, seed % 2 == 0);
            agree("seed " + seed + " extremum along " + dim, got.values(), want.values(), 0);
            TensorAssert.assertSame(got.indices(), want.indices());
        }
    }

    /** Windows with stride, padding, dilation and partial last windows, over numbers with ties, infinities and NaN. */
    void pooling(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            random = new Random(seed);
            int spatial = 1 + random.nextInt(3);
            List<Integer> kernel = new ArrayList<>();
            List<Integer> stride = new ArrayList<>();
            List<Integer> padding = new ArrayList<>();
            List<Integer> dilation = new ArrayList<>();
            int[] sizes = new int[spatial + 2];
            sizes[0] = 1 + random.nextInt(2);
            sizes[1] = 1 + random.nextInt(5);
            boolean pairs = random.nextInt(3) == 0;
            for (int d = 0; d < spatial; d++) {
                kernel.add(pairs ? 2 : 1 + random.nextInt(4));
                stride.add(pairs ? 2 : 1 + random.nextInt(3));
                padding.add(pairs ? 0 : random.nextInt(kernel.get(d) / 2 + 1));
                dilation.add(1);
                sizes[d + 2] = kernel.get(d) + random.nextInt(new int[] {300, 80, 9}[spatial - 1]);
            }
            boolean ceil = random.nextBoolean();
            PoolSpec spec = new PoolSpec(kernel, stride, padding, dilation, ceil, random.nextBoolean());
            Tensor x = view(withSpecials(TestTensors.coarse(seed, DType.F32, Shape.of(sizes))));
            max("seed " + seed, x, spec);
            for (int d = 0; d < spatial; d++) {
                dilation.set(d, 1 + random.nextInt(2));
            }
            if (!pairs) {
                List<Integer> none = Collections.nCopies(spatial, 0);
                int[] wider = sizes.clone();
                for (int d = 2; d < wider.length; d++) {
                    wider[d] += kernel.get(d - 2);
                }
                Tensor y = withSpecials(TestTensors.coarse(seed, DType.F32, Shape.of(wider)));
                max("dilated seed " + seed, y, new PoolSpec(kernel, stride, none, dilation, ceil, true));
            }
            Tensor finite = view(normal(Shape.of(sizes)));
            Tensor average = reference.avgPool(finite, spec);
            agree("seed " + seed + " avgPool " + spec, kernels.avgPool(finite, spec), average, 2);
            Tensor g = view(normal(average.shape()));
            agree("seed " + seed + " avgPoolAdjoint " + spec, kernels.avgPoolAdjoint(g, finite.shape(), spec),
                    reference.avgPoolAdjoint(g, finite.shape(), spec), 16);
            List<Integer> out = new ArrayList<>();
            for (int d = 0; d < spatial; d++) {
                out.add(1 + random.nextInt(7));
            }
            Tensor adapted = reference.adaptiveAvgPool(finite, out);
            agree("seed " + seed + " adaptive " + out, kernels.adaptiveAvgPool(finite, out), adapted, 2);
            Tensor h = view(normal(adapted.shape()));
            agree("seed " + seed + " adaptive adjoint " + out, kernels.adaptiveAvgPoolAdjoint(h, finite.shape()),
                    reference.adaptiveAvgPoolAdjoint(h, finite.shape()), 16);
        }
    }

    private void max(String what, Tensor x, PoolSpec spec) {
        Indexed want = reference.maxPool(x, spec);
        Indexed got = kernels.maxPool(x, spec);
        agree(what + " maxPool " + spec + " of " + x.shape(), got.values(), want.values(), 0);
        TensorAssert.assertSame(got.indices(), want.indices());
        agree(what + " planeGather", kernels.planeGather(x, want.indices()), reference.planeGather(x, want.indices()),
                0);
        Tensor g = view(TestTensors.coarse(3, DType.F32, want.values().shape()));
        agree(what + " planeScatter", kernels.planeScatter(g, want.indices(), x.shape()),
                reference.planeScatter(g, want.indices(), x.shape()), 0);
    }

    /** Copies out of permuted, embedded and expanded tensors. */
    void layouts(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            random = new Random(seed);
            Shape shape = shape(1 + random.nextInt(5), 80_000);
            Tensor x = view(normal(shape));
            agree("seed " + seed + " contiguous " + shape, kernels.contiguous(x), reference.contiguous(x), 0);
            int dim = random.nextInt(shape.rank());
            List<Tensor> parts = List.of(x, view(normal(shape.with(dim, 1 + random.nextInt(5)))), x);
            agree("seed " + seed + " concat along " + dim, kernels.concat(parts, dim), reference.concat(parts, dim), 0);
            List<Integer> dims = random.nextBoolean() ? List.of(dim) : random.nextBoolean() ? List.of() : all(shape);
            agree("seed " + seed + " flip " + dims, kernels.flip(x, dims), reference.flip(x, dims), 0);
            List<Integer> before = new ArrayList<>();
            List<Integer> after = new ArrayList<>();
            for (int d = 0; d < shape.rank(); d++) {
                before.add(random.nextInt(5) - Math.min(2, shape.size(d) / 2));
                after.add(random.nextInt(5) - Math.min(2, shape.size(d) / 2));
            }
            agree("seed " + seed + " pad " + before + after, kernels.pad(x, before, after, 1.5),
                    reference.pad(x, before, after, 1.5), 0);
        }
    }

    private static List<Integer> all(Shape shape) {
        List<Integer> dims = new ArrayList<>();
        for (int d = 0; d < shape.rank(); d++) {
            dims.add(d);
        }
        return dims;
    }

    /** Sizes of all magnitudes with at most {@code most} elements together. */
    private Shape shape(int rank, int most) {
        int[] sizes = new int[rank];
        Arrays.fill(sizes, 1);
        int room = most;
        List<Integer> order = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            order.add(d);
        }
        Collections.shuffle(order, random);
        for (int d : order) {
            int bound = Math.min(room, List.of(2, 5, 20, 300, 3000).get(random.nextInt(5)));
            sizes[d] = 1 + random.nextInt(bound);
            room /= sizes[d];
        }
        return Shape.of(sizes);
    }

    /** A shape that broadcasts to {@code shape}: some sizes 1, perhaps without the first dimensions. */
    private Shape stretched(Shape shape) {
        int[] sizes = shape.toArray();
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = random.nextInt(3) == 0 ? 1 : sizes[d];
        }
        int lead = random.nextInt(4) == 0 ? random.nextInt(sizes.length + 1) : 0;
        return Shape.of(Arrays.copyOfRange(sizes, lead, sizes.length));
    }

    private Tensor normal(Shape shape) {
        return TestTensors.normal(random.nextLong(), shape);
    }

    /** The same numbers (or, where expanded, the first of them repeated) in another layout. */
    private Tensor view(Tensor x) {
        return switch (random.nextInt(5)) {
            case 0 -> TestTensors.transposed(x);
            case 1 -> TestTensors.embedded(x);
            case 2 -> permuted(x);
            case 3 -> x.rank() == 0 ? x : expanded(x, random.nextInt(x.rank()));
            default -> x;
        };
    }

    private Tensor permuted(Tensor x) {
        List<Integer> order = new ArrayList<>(all(x.shape()));
        Collections.shuffle(order, random);
        int[] to = order.stream().mapToInt(Integer::intValue).toArray();
        int[] back = new int[to.length];
        for (int d = 0; d < to.length; d++) {
            back[to[d]] = d;
        }
        return x.permute(to).contiguous().permute(back);
    }

    private static Tensor expanded(Tensor x, int dim) {
        return x.slice(dim, 0, 1).expand(x.shape());
    }

    private Tensor withSpecials(Tensor x) {
        float[] values = x.toFloatArray();
        for (int i = 0; i < values.length / 20; i++) {
            float special = List.of(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN).get(random.nextInt(3));
            values[random.nextInt(values.length)] = special;
        }
        if (random.nextInt(4) == 0) {
            Arrays.fill(values, 0, values.length / 2, Float.NEGATIVE_INFINITY);
        }
        return Tensor.of(values, x.shape());
    }

    /** {@code |got - want| <= ulps 2^-24 (|want| + 1)}; exactly equal for 0. */
    private static void agree(String what, Tensor got, Tensor want, int ulps) {
        try {
            if (ulps == 0 || want.dtype() == DType.BOOL) {
                TensorAssert.assertSame(got, want);
            } else {
                TensorAssert.assertClose(got, want, ulps * 0x1p-24, ulps * 0x1p-24);
            }
        } catch (AssertionError e) {
            throw new AssertionError(what + ", " + Species.F.vectorBitSize() + " bits: " + e.getMessage(), e);
        }
    }
}
