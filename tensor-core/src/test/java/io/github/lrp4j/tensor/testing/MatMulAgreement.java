package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/** Cases of the matrix product. */
final class MatMulAgreement {
    private static final int[] ROWS = {1, 2, 5, 13, 14, 15, 29, 70};
    private static final int[] COLUMNS = {1, 3, 16, 31, 32, 33, 70};
    private static final int[] INNER = {1, 2, 7, 16, 33, 70};

    private static final AgreementCase KERNEL = (k, t) -> k.matmul(t[0], t[1]);

    private MatMulAgreement() {
    }

    static void run(Comparison comparison) {
        for (int m : ROWS) {
            for (int n : COLUMNS) {
                for (int k : INNER) {
                    comparison.check("matmul", Tolerance.sumOf(k, KERNEL), KERNEL, TestTensors.normal(m, m, k),
                            TestTensors.normal(100 + n, k, n));
                }
            }
        }
        // Vectors times matrices, tall, wide and deep products, and sizes at which threads and cache blocks share the work.
        for (int[] size : new int[][] {{1, 300, 257}, {1, 1031, 519}, {257, 300, 1}, {3, 1031, 200}, {300, 3, 2},
            {2, 3, 300},
            {197, 130, 96}, {150, 515, 260}, {14, 1031, 64}, {64, 64, 64}, {128, 256, 128}, {6, 4099, 33}}) {
            Tensor a = TestTensors.normal(1, size[0], size[1]);
            Tensor b = TestTensors.normal(2, size[1], size[2]);
            Tolerance tolerance = Tolerance.sumOf(size[1], KERNEL);
            comparison.checkOnce("matmul", tolerance, KERNEL, a, b);
            comparison.checkOnce("matmul", tolerance, KERNEL, a, TestTensors.transposed(b));
            comparison.checkOnce("matmul", tolerance, KERNEL, TestTensors.transposed(a), TestTensors.transposed(b));
            comparison.checkDurable("matmul", tolerance, KERNEL, a, b);
        }
        batches(comparison);
        empty(comparison);
        notFinite(comparison);
        refusals(comparison);
    }

    private static void batches(Comparison comparison) {
        for (List<Shape> pair : List.of(List.of(Shape.of(3, 5, 7), Shape.of(3, 7, 4)),
                List.of(Shape.of(2, 3, 17, 33), Shape.of(2, 3, 33, 15)),
                List.of(Shape.of(2, 3, 5, 7), Shape.of(7, 4)), List.of(Shape.of(5, 7), Shape.of(3, 7, 4)),
                List.of(Shape.of(2, 3, 5, 7), Shape.of(3, 7, 4)), List.of(Shape.of(2, 1, 5, 7), Shape.of(4, 7, 19)),
                List.of(Shape.of(1, 5, 7), Shape.of(6, 7, 3)), List.of(Shape.of(4, 1, 8), Shape.of(4, 8, 1)),
                List.of(Shape.of(2, 2, 1, 16), Shape.of(2, 2, 16, 16)))) {
            Tensor a = TestTensors.normal(3, pair.get(0));
            Tensor b = TestTensors.normal(4, pair.get(1));
            Tolerance tolerance = Tolerance.sumOf(a.size(-1), KERNEL);
            comparison.check("matmul", tolerance, KERNEL, a, b);
            comparison.check("matmul of a transposed rhs", tolerance, KERNEL, a,
                    b.transpose(-1, -2).contiguous().transpose(-1, -2));
            comparison.check("matmul of a transposed lhs", tolerance, KERNEL,
                    a.transpose(-1, -2).contiguous().transpose(-1, -2), b);
            comparison.checkDurable("matmul", tolerance, KERNEL, a, b);
        }
        // Attention heads: [N, T, H, D] seen as [N, H, T, D], never copied.
        Tensor q = TestTensors.normal(5, 2, 19, 3, 16).permute(0, 2, 1, 3);
        Tensor k = TestTensors.normal(6, 2, 19, 3, 16).permute(0, 2, 3, 1);
        comparison.checkOnce("matmul of heads", Tolerance.sumOf(16, KERNEL), KERNEL, q, k);
        Tensor expanded = TestTensors.expanded(7, DType.F32, Shape.of(4, 7, 19), 0);
        comparison.checkOnce("matmul of expanded", Tolerance.sumOf(7, KERNEL), KERNEL, TestTensors.normal(8, 4, 5, 7),
                expanded);
        comparison.checkOnce("matmul of a constant", Tolerance.sumOf(7, KERNEL), KERNEL, TestTensors.normal(8, 5, 7),
                Tensor.full(0.5, DType.F32, Shape.of(7, 33)));
        comparison.checkOnce("matmul of a large batch", Tolerance.sumOf(32, KERNEL), KERNEL,
                TestTensors.normal(9, 24, 50, 32),
                TestTensors.normal(10, 24, 32, 50));
    }

    private static void empty(Comparison comparison) {
        for (List<Shape> pair : List.of(List.of(Shape.of(2, 0), Shape.of(0, 4)),
                List.of(Shape.of(0, 3), Shape.of(3, 4)),
                List.of(Shape.of(2, 3), Shape.of(3, 0)), List.of(Shape.of(0, 2, 3), Shape.of(3, 4)),
                List.of(Shape.of(3, 2, 0), Shape.of(0, 17)))) {
            comparison.check("matmul", Tolerance.EXACT, KERNEL, TestTensors.normal(11, pair.get(0)),
                    TestTensors.normal(12, pair.get(1)));
        }
    }

    private static void notFinite(Comparison comparison) {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (int at : new int[] {0, 5, 34}) {
                float[] values = TestTensors.normal(13, 35).toFloatArray();
                values[at] = value;
                // Positive factors: an infinity stays one; a row of zeros meets it as NaN.
                Tensor b = TestTensors.uniform(14, 1, 2, DType.F32, Shape.of(7, 33));
                comparison.checkOnce("matmul with " + value, Tolerance.units(64, 64), KERNEL, Tensor.of(values, 5, 7),
                        b);
                comparison.checkOnce("matmul with " + value, Tolerance.units(64, 64), KERNEL,
                        Tensor.of(new float[35], 5, 7),
                        Tensor.of(values, 7, 5));
            }
        }
    }

    private static void refusals(Comparison comparison) {
        for (List<Shape> pair : List.of(List.of(Shape.of(2, 3), Shape.of(4, 5)),
                List.of(Shape.of(2, 2, 3), Shape.of(3, 3, 4)),
                List.of(Shape.of(3), Shape.of(3, 4)), List.of(Shape.of(2, 3), Shape.of(3)))) {
            comparison.checkRefusal("matmul", IllegalArgumentException.class, pair, KERNEL,
                    TestTensors.normal(15, pair.get(0)),
                    TestTensors.normal(16, pair.get(1)));
        }
    }
}
