package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Random products and convolutions against the float64 reference: sizes around the edges of tiles, every stride, padding,
 * dilation and grouping, operands that are embedded, permuted or kept.
 *
 * <p>Also a program, {@code LinearAgreement threads cases}, because the width of vectors is fixed in a running JVM.
 */
final class LinearAgreement {
    private final ReferenceKernels reference = new ReferenceKernels();
    private final LinearKernels kernels;
    private Random random = new Random(0);

    LinearAgreement(LinearKernels kernels) {
        this.kernels = kernels;
    }

    /** Fails with an error, and therefore a status other than 0, at the first difference. */
    public static void main(String[] args) {
        try (WorkerPool pool = new WorkerPool(Integer.parseInt(args[0]))) {
            LinearAgreement agreement = new LinearAgreement(new LinearKernels(pool, new Buffers(1 << 20), false));
            agreement.products(0, Integer.parseInt(args[1]));
            agreement.convolutions(0, Integer.parseInt(args[1]));
            agreement.larger();
            KernelAgreement.of(new SimdKernels(pool)).matmul().convolutions().epilogues();
        }
    }

    /** Products of the seeds {@code from .. to - 1}. */
    void products(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            random = new Random(seed);
            int rows = 1 + random.nextInt(random.nextBoolean() ? 6 : 90);
            int depth = 1 + random.nextInt(random.nextBoolean() ? 20 : random.nextInt(5) == 0 ? 1200 : 100);
            int columns = 1 + random.nextInt(random.nextBoolean() ? 8 : 120);
            int[] lead = random.ints(random.nextInt(3), 1, 5).toArray();
            Tensor a = operand(matrices(lead, rows, depth));
            Tensor b = operand(matrices(lead, depth, columns));
            checkProduct("seed " + seed, a, b);
        }
    }

    /** Some of the trailing leading dimensions, some of them 1. */
    private int[] matrices(int[] lead, int rows, int columns) {
        int[] sizes = Arrays.copyOfRange(lead, random.nextInt(lead.length + 1), lead.length + 2);
        for (int d = 0; d < sizes.length - 2; d++) {
            sizes[d] = random.nextInt(3) == 0 ? 1 : sizes[d];
        }
        sizes[sizes.length - 2] = rows;
        sizes[sizes.length - 1] = columns;
        return sizes;
    }

    /** Compares {@code a b}, twice if an operand is kept. */
    void checkProduct(String what, Tensor a, Tensor b) {
        Tensor want = reference.matmul(a.to(DType.F64), b.to(DType.F64));
        Tensor size = reference.matmul(magnitude(a), magnitude(b));
        compare("matmul " + what, a.size(-1), want, size, () -> kernels.matmul(a, b), a, b);
    }

    /** Convolutions and their adjoints of the seeds {@code from .. to - 1}. */
    void convolutions(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            random = new Random(seed);
            int spatial = 1 + random.nextInt(3);
            boolean depthwise = random.nextInt(5) == 0;
            int groups = depthwise ? 2 + random.nextInt(20) : random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1;
            int in = depthwise
                    ? 1 + Math.max(0, random.nextInt(6) - 3)
                    : 1 + random.nextInt(random.nextBoolean() ? 4 : 20);
            int out = depthwise && in > 1 ? 1 : 1 + random.nextInt(depthwise || random.nextBoolean() ? 4 : 40);
            int[] x = new int[spatial + 2];
            int[] w = new int[spatial + 2];
            Integer[] stride = new Integer[spatial];
            Integer[] padding = new Integer[spatial];
            Integer[] dilation = new Integer[spatial];
            x[0] = 1 + random.nextInt(random.nextInt(6) == 0 ? 12 : 3);
            x[1] = in * groups;
            w[0] = out * groups;
            w[1] = in;
            for (int d = 0; d < spatial; d++) {
                w[d + 2] = 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 3);
                dilation[d] = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
                stride[d] = random.nextBoolean() ? 1 : 1 + random.nextInt(4);
                padding[d] = random.nextInt(4);
                x[d + 2] = Math.max(1, dilation[d] * (w[d + 2] - 1) + 1 - 2 * padding[d])
                        + random.nextInt(new int[] {90, 24, 7}[spatial - 1]);
            }
            ConvSpec spec = new ConvSpec(List.of(stride), List.of(padding), List.of(dilation), groups);
            checkConvolution("seed " + seed, operand(x), operand(w), spec);
        }
    }

    /** Compares the convolution of {@code x} with {@code w} and both adjoints. */
    void checkConvolution(String what, Tensor x, Tensor w, ConvSpec spec) {
        Tensor x64 = x.to(DType.F64);
        Tensor w64 = w.to(DType.F64);
        long taps = w.elements() / w.size(0) / w.size(1);
        Tensor want = reference.conv(x64, w64, spec);
        compare("conv " + what + " " + spec, taps * w.size(1), want, reference.conv(magnitude(x), magnitude(w), spec),
                () -> kernels.conv(x, w, spec), x, w);
        Tensor g = operand(want.shape().toArray());
        Tensor g64 = g.to(DType.F64);
        compare("convInputAdjoint " + what + " to " + x.shape() + " " + spec, taps * w.size(0) / spec.groups(),
                reference.convInputAdjoint(g64, w64, x.shape(), spec),
                reference.convInputAdjoint(magnitude(g), magnitude(w), x.shape(), spec),
                () -> kernels.convInputAdjoint(g, w, x.shape(), spec), g, w);
        compare("convWeightAdjoint " + what + " to " + w.shape() + " " + spec, g.elements() / Math.max(1, g.size(1)),
                reference.convWeightAdjoint(g64, x64, w.shape(), spec),
                reference.convWeightAdjoint(magnitude(g), magnitude(x), w.shape(), spec),
                () -> kernels.convWeightAdjoint(g, x, w.shape(), spec), g, x);
    }

    /** Sizes at which several threads and several cache blocks take part. */
    void larger() {
        random = new Random(1);
        checkProduct("blocks", operand(150, 1100), operand(1100, 130));
        checkProduct("batch", operand(3, 40, 64), operand(3, 64, 200));
        checkProduct("heads", operand(2, 50, 6, 32).permute(0, 2, 1, 3), operand(2, 50, 6, 32).permute(0, 2, 3, 1));
        checkProduct("vector", operand(1, 700), operand(700, 300));
        checkProduct("transposed vector", operand(2, 700), operand(300, 700).transpose(0, 1));
        checkProduct("skinny", operand(400, 300), operand(300, 3));
        checkConvolution("image", operand(1, 24, 40, 40), operand(40, 24, 3, 3), ConvSpec.of(2, 1, 1));
        checkConvolution("images", operand(9, 16, 20, 20), operand(24, 16, 3, 3), ConvSpec.of(2, 2, 1));
        checkConvolution("signal", operand(1, 20, 900), operand(30, 20, 9), ConvSpec.of(1, 4, 2));
        checkConvolution("depthwise", operand(3, 40, 33, 35), operand(40, 1, 5, 5),
                new ConvSpec(List.of(2, 1), List.of(2, 2), List.of(1, 1), 40));
    }

    /** A tensor as it may come: contiguous, permuted, embedded in NaN or with gaps; sometimes kept. */
    private Tensor operand(int... sizes) {
        Tensor x = TestTensors.normal(random.nextLong(), sizes);
        List<Function<Tensor, Tensor>> layouts =
                List.of(Function.identity(), Function.identity(), TestTensors::transposed,
                        TestTensors::embedded, this::permuted, LinearAgreement::padded);
        Tensor view = layouts.get(random.nextInt(layouts.size())).apply(x);
        return random.nextInt(3) == 0 ? view.durable() : view;
    }

    private Tensor permuted(Tensor x) {
        Integer[] order = new Integer[x.rank()];
        Arrays.setAll(order, d -> d);
        Collections.shuffle(Arrays.asList(order), random);
        int[] to = Arrays.stream(order).mapToInt(Integer::intValue).toArray();
        int[] back = new int[to.length];
        for (int d = 0; d < to.length; d++) {
            back[to[d]] = d;
        }
        return x.permute(to).contiguous().permute(back);
    }

    /** Rows contiguous, but not next to each other. */
    private static Tensor padded(Tensor x) {
        List<Integer> none = Collections.nCopies(x.rank(), 0);
        List<Integer> after = new ArrayList<>(none);
        after.set(x.rank() - 1, 3);
        return new ReferenceKernels().pad(x, none, after, Double.NaN).slice(-1, 0, x.size(-1));
    }

    private Tensor magnitude(Tensor x) {
        return reference.unary(UnaryFn.of(UnaryFn.Kind.ABS), x.to(DType.F64));
    }

    /** {@code |got - want| <= (4 + sqrt terms) 2^-24 size}, where size is the same sum over absolute values. */
    private void compare(String what, long terms, Tensor want, Tensor size, Supplier<Tensor> kernel,
            Tensor... operands) {
        double[] allowed = size.toDoubleArray();
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] *= (4 + Math.sqrt(terms)) * 0x1p-24;
        }
        boolean kept = Arrays.stream(operands).anyMatch(x -> x.storage().isDurable());
        for (int time = 0; time < (kept ? 2 : 1); time++) {
            try {
                TensorAssert.assertWithin(kernel.get(), want, Tensor.of(allowed, want.shape()));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(what + " of " + Arrays.stream(operands).map(Tensor::shape).toList() + ", time "
                        + (time + 1) + ", " + Species.F.vectorBitSize() + " bits: " + e.getMessage(), e);
            }
        }
    }
}
