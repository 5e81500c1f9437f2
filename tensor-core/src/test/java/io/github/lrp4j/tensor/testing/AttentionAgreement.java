package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.List;

/** Cases of attention and its adjoint. */
final class AttentionAgreement {
    private static final String[] OPERANDS = {"q", "k", "v", "mask"};

    private AttentionAgreement() {
    }

    static void run(Comparison comparison) {
        for (int length : new int[] {1, 2, 7, 15, 16, 17, 33}) {
            AttentionSpec spec = AttentionSpec.ofWidth(5);
            every(comparison, spec, normal(1, 2, length, 5), normal(2, 2, 9, 5), normal(3, 2, 9, 4));
            every(comparison, spec, normal(1, 3, 6, 5), normal(2, 3, length, 5), normal(3, 3, length, 7));
            every(comparison, spec.causally(), normal(1, 1, length, 5), normal(2, 1, 16, 5), normal(3, 1, 16, 3));
            every(comparison, AttentionSpec.ofWidth(length).causally(), normal(1, 2, 6, length),
                    normal(2, 2, 9, length), normal(3, 2, 9, length));
        }
        masks(comparison);
        heads(comparison);
        nothing(comparison);
        large(comparison);
        refusals(comparison);
    }

    private static void masks(Comparison comparison) {
        AttentionSpec spec = AttentionSpec.of(0.4);
        Tensor q = normal(4, 2, 3, 9, 6);
        Tensor k = normal(5, 2, 3, 17, 6);
        Tensor v = normal(6, 2, 3, 17, 5);
        for (Shape shape : List.of(Shape.of(9, 17), Shape.of(17), Shape.of(9, 1), Shape.of(2, 1, 1, 17),
                Shape.of(3, 9, 17), Shape.of(2, 3, 9, 17))) {
            every(comparison, spec, q, k, v, TestTensors.mask(7, shape));
            every(comparison, spec.causally(), q, k, v, TestTensors.mask(8, shape));
            every(comparison, spec, q, k, v, TestTensors.normal(9, shape));
        }
        every(comparison, spec, q, k, v, Tensor.of(new byte[9 * 17], DType.BOOL, Shape.of(9, 17)));
        every(comparison, spec, q, k, v, Tensor.full(Double.NEGATIVE_INFINITY, DType.F32, Shape.of(9, 17)));
        float[] partly = TestTensors.normal(10, 9, 17).toFloatArray();
        for (int i = 0; i < partly.length; i++) {
            partly[i] = i % 3 == 0 || i / 17 == 4 ? Float.NEGATIVE_INFINITY : partly[i];
        }
        every(comparison, spec, q, k, v, Tensor.of(partly, 9, 17));
    }

    private static void heads(Comparison comparison) {
        AttentionSpec spec = AttentionSpec.ofWidth(4);
        every(comparison, spec, normal(11, 5, 4), normal(12, 7, 4), normal(13, 7, 3));
        every(comparison, spec, normal(11, 2, 3, 5, 4), normal(12, 3, 7, 4), normal(13, 1, 1, 7, 3));
        every(comparison, spec, normal(11, 5, 4), normal(12, 2, 7, 4), normal(13, 2, 7, 3));
        Tensor q = normal(14, 2, 6, 5, 4);
        Tensor k = normal(15, 2, 3, 7, 4);
        Tensor v = normal(16, 2, 3, 7, 9);
        AttentionSpec grouped = spec.inGroups();
        every(comparison, grouped, q, k, v);
        every(comparison, grouped.causally(), q, k, v, TestTensors.mask(17, Shape.of(5, 7)));
        every(comparison, grouped, q, k, v, TestTensors.normal(18, 6, 1, 7));
        every(comparison, grouped, q, k, v, TestTensors.normal(18, 2, 1, 5, 7));
        every(comparison, grouped, normal(14, 4, 5, 4), normal(15, 1, 7, 4), normal(16, 1, 7, 3));
    }

    /** No queries, no keys, no heads. */
    private static void nothing(Comparison comparison) {
        AttentionSpec spec = AttentionSpec.of(1);
        every(comparison, spec, normal(19, 2, 0, 4), normal(20, 2, 3, 4), normal(21, 2, 3, 4));
        every(comparison, spec, normal(19, 2, 3, 4), normal(20, 2, 0, 4), normal(21, 2, 0, 4));
        every(comparison, spec, normal(19, 0, 3, 4), normal(20, 0, 2, 4), normal(21, 0, 2, 4));
    }

    /** More rows than a tile has, and scores that are far apart. */
    private static void large(Comparison comparison) {
        Tensor q = TestTensors.uniform(22, -3, 3, DType.F32, Shape.of(2, 300, 64));
        Tensor k = TestTensors.uniform(23, -3, 3, DType.F32, Shape.of(2, 310, 64));
        Tensor v = normal(24, 2, 310, 64);
        Tensor g = normal(25, 2, 300, 64);
        for (AttentionSpec spec : List.of(AttentionSpec.of(0.125), AttentionSpec.of(0.125).causally())) {
            comparison.checkOnce("attention", Tolerance.ofMax(256),
                    (kernels, t) -> kernels.attention(t[0], t[1], t[2], null, spec).output(), q, k, v);
            Tensor lse = comparison.reference().attention(q, k, v, null, spec).logSumExp();
            for (int i = 0; i < 3; i++) {
                int operand = i;
                comparison.checkOnce("attentionVjp to " + OPERANDS[i], Tolerance.ofMax(512),
                        (kernels, t) -> to(kernels, operand, spec, t[4], t[3], t[0], t[1], t[2]), q, k, v, g, lse);
            }
        }
    }

    private static void every(Comparison comparison, AttentionSpec spec, Tensor... operands) {
        comparison.check("attention " + spec, Tolerance.ofMax(64), (k, t) -> forward(k, spec, t, true), operands);
        comparison.check("attention statistics " + spec, Tolerance.units(32, 64), (k, t) -> forward(k, spec, t, false),
                operands);
        Tensor lse = forward(comparison.reference(), spec, operands, false);
        Tensor g = TestTensors.normal(30, forward(comparison.reference(), spec, operands, true).shape());
        Tensor[] all = new Tensor[operands.length + 2];
        all[0] = lse;
        all[1] = g;
        System.arraycopy(operands, 0, all, 2, operands.length);
        for (int i = 0; i < operands.length; i++) {
            if (operands[i].dtype().isFloating()) {
                int operand = i;
                comparison.check("attentionVjp to " + OPERANDS[i] + " " + spec, adjointTolerance(spec, operand),
                        (k, t) -> to(k, operand, spec, t), all);
            }
        }
    }

    /** Slopes are differences: their error is of the size of what is subtracted, even where the difference is 0. */
    private static Tolerance adjointTolerance(AttentionSpec spec, int operand) {
        return (reference, t, want, unit) -> {
            double terms = max(t[1]) * max(t[4]);
            double factor = switch (operand) {
                case 0 -> spec.scale() * max(t[3]);
                case 1 -> spec.scale() * max(t[2]);
                case 2 -> 0;
                default -> 1;
            };
            return Tensor.scalar(unit * (128 * max(want) + 32 * factor * terms), DType.F64);
        };
    }

    private static double max(Tensor x) {
        return Arrays.stream(x.toDoubleArray()).map(Math::abs).max().orElse(0);
    }

    private static Tensor forward(Kernels kernels, AttentionSpec spec, Tensor[] t, boolean output) {
        var attended = kernels.attention(t[0], t[1], t[2], t.length > 3 ? t[3] : null, spec);
        return output ? attended.output() : attended.logSumExp();
    }

    /** The adjoint to one operand: t is statistics, cotangent, q, k, v and perhaps a mask. */
    private static Tensor to(Kernels kernels, int operand, AttentionSpec spec, Tensor... t) {
        boolean[] wanted = new boolean[4];
        wanted[operand] = true;
        return kernels.attentionVjp(t[1], t[2], t[3], t[4], t.length > 5 ? t[5] : null, t[0], spec, wanted)[operand];
    }

    private static void refusals(Comparison comparison) {
        AttentionSpec spec = AttentionSpec.of(1);
        Tensor q = normal(31, 2, 3, 4);
        Tensor k = normal(32, 2, 5, 4);
        Tensor narrow = normal(33, 2, 5, 3);
        Tensor shorter = normal(34, 2, 6, 4);
        Tensor three = normal(35, 3, 5, 4);
        refused(comparison, spec, q, narrow, k);
        refused(comparison, spec, q, k, shorter);
        refused(comparison, spec, q, three, three);
        refused(comparison, spec.inGroups(), q, three, three);
        refused(comparison, spec, q, k, k, TestTensors.mask(36, Shape.of(4, 5)));
        refused(comparison, spec, q, k, k, TestTensors.integers(37, 0, 2, Shape.of(3, 5)));
        refused(comparison, spec, q, k, k, TestTensors.mask(38, Shape.of(2, 2, 3, 5)));
        Tensor g = normal(39, 2, 5, 4);
        comparison.checkRefusal("attentionVjp", IllegalArgumentException.class, List.of(g.shape(), q.shape()),
                (kernels, t) -> to(kernels, 0, spec, t), normal(40, 2, 3, 1), g, q, k, k);
    }

    private static void refused(Comparison comparison, AttentionSpec spec, Tensor... operands) {
        comparison.checkRefusal("attention", IllegalArgumentException.class,
                Arrays.stream(operands).map(Tensor::shape).toList(), (k, t) -> forward(k, spec, t, true),
                operands);
    }

    private static Tensor normal(long seed, int... sizes) {
        return TestTensors.normal(seed, sizes);
    }
}
