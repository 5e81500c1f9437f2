package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Cases of the kernels that select, join and move. */
final class SelectionAgreement {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 13, 16, 17, 33, 100};

    private SelectionAgreement() {
    }

    static void run(Comparison comparison) {
        refusals(comparison);
        cast(comparison);
        concat(comparison);
        large(comparison);
        for (int size : SIZES) {
            for (Shape shape : List.of(Shape.of(size), Shape.of(4, size), Shape.of(size, 3), Shape.of(2, size, 5))) {
                for (int dim = 0; dim < shape.rank(); dim++) {
                    indexed(comparison, TestTensors.normal(1, shape), dim);
                }
                layout(comparison, TestTensors.normal(2, shape));
            }
        }
        indexed(comparison, TestTensors.normal(3, 300, 257), 0);
        indexed(comparison, TestTensors.normal(3, 3, 0, 4), 0);
        Tensor integers = Tensor.of(new long[] {(1L << 60) + 1, -3, 5, (1L << 60) - 1, 7, 0}, 2, 3);
        for (Tensor x : List.of(integers, TestTensors.mask(4, Shape.of(2, 3)))) {
            AgreementCase take = (k, t) -> k.indexSelect(t[0], 1, t[1]);
            comparison.check("indexSelect", Tolerance.EXACT, take, x, TestTensors.integers(5, -3, 3, Shape.of(4)));
            comparison.check("gather", Tolerance.EXACT, (k, t) -> k.gather(t[0], 0, t[1]), x,
                    TestTensors.integers(6, -2, 2, Shape.of(2, 2)));
            layout(comparison, x);
        }
    }

    private static void indexed(Comparison comparison, Tensor x, int dim) {
        int size = x.size(dim);
        Shape shape = x.shape();
        for (int count : new int[] {0, 1, 5, 19}) {
            Shape selected = shape.with(dim, count);
            Tensor index = TestTensors.integers(7, -size, size, Shape.of(count));
            comparison.check("indexSelect along " + dim, Tolerance.EXACT, (k, t) -> k.indexSelect(t[0], dim, t[1]), x,
                    index);
            AgreementCase add = (k, t) -> k.indexAdd(t[0], dim, t[1], t[2]);
            comparison.check("indexAdd along " + dim, Tolerance.scaled(4 + count, add), add, x, index,
                    TestTensors.normal(8, selected));
            Tensor each = TestTensors.integers(9, -size, size, selected);
            comparison.check("gather along " + dim, Tolerance.EXACT, (k, t) -> k.gather(t[0], dim, t[1]), x, each);
            AgreementCase scatter = (k, t) -> k.scatterAdd(t[0], dim, t[1], t[2]);
            comparison.check("scatterAdd along " + dim, Tolerance.scaled(4 + count, scatter), scatter, x, each,
                    TestTensors.normal(10, selected));
        }
        // An index that covers only a part of the other dimensions.
        if (shape.rank() > 1 && shape.elements() > 0) {
            int other = dim == 0 ? 1 : 0;
            Tensor part =
                    TestTensors.integers(11, 0, size, shape.with(dim, 3).with(other, (shape.size(other) + 1) / 2));
            comparison.check("gather of a part", Tolerance.EXACT, (k, t) -> k.gather(t[0], dim, t[1]), x, part);
            AgreementCase scatter = (k, t) -> k.scatterAdd(t[0], dim, t[1], t[2]);
            comparison.check("scatterAdd of a part", Tolerance.scaled(8, scatter), scatter, x, part,
                    TestTensors.normal(12, shape.with(dim, 4)));
        }
    }

    private static void layout(Comparison comparison, Tensor x) {
        int rank = x.rank();
        for (int dim = 0; dim < rank; dim++) {
            List<Integer> flipped = List.of(dim);
            comparison.check("flip " + flipped, Tolerance.EXACT, (k, t) -> k.flip(t[0], flipped), x);
            for (int[] amounts : new int[][] {{0, 0}, {1, 2}, {3, 0}, {-1, 0}, {0, -1}, {-1, 2}}) {
                if (x.size(dim) + amounts[0] + amounts[1] >= 0) {
                    List<Integer> before = at(rank, dim, amounts[0]);
                    List<Integer> after = at(rank, dim, amounts[1]);
                    comparison.check("pad " + before + " " + after, Tolerance.EXACT,
                            (k, t) -> k.pad(t[0], before, after, 1), x);
                }
            }
        }
        List<Integer> all = IntStream.range(0, rank).boxed().toList();
        comparison.check("flip " + all, Tolerance.EXACT, (k, t) -> k.flip(t[0], all), x);
        comparison.check("flip nothing", Tolerance.EXACT, (k, t) -> k.flip(t[0], List.of()), x);
        List<Integer> ones = Collections.nCopies(rank, 1);
        comparison.check("pad all around", Tolerance.EXACT, (k, t) -> k.pad(t[0], ones, ones, 0), x);
        comparison.check("contiguous", Tolerance.EXACT, (k, t) -> k.contiguous(t[0]), x);
        for (int dim = 0; dim < rank; dim++) {
            int along = dim;
            comparison.check("concat along " + dim, Tolerance.EXACT,
                    (k, t) -> k.concat(List.of(t[0], t[1], t[0]), along), x,
                    x.slice(dim, 0, (x.size(dim) + 1) / 2).contiguous());
        }
    }

    private static List<Integer> at(int rank, int dim, int amount) {
        return IntStream.range(0, rank).mapToObj(d -> d == dim ? amount : 0).toList();
    }

    private static void large(Comparison comparison) {
        Tensor x = TestTensors.normal(20, 2, 33, 40, 41);
        comparison.checkOnce("pad", Tolerance.EXACT,
                (k, t) -> k.pad(t[0], List.of(0, 0, 1, 1), List.of(0, 0, 2, 1), Double.NEGATIVE_INFINITY), x);
        comparison.checkOnce("pad a view", Tolerance.EXACT,
                (k, t) -> k.pad(t[0], List.of(0, 1, 0, -2), List.of(1, 0, 0, 3), -0.5),
                x.permute(3, 0, 2, 1));
        comparison.checkOnce("flip", Tolerance.EXACT, (k, t) -> k.flip(t[0], List.of(1, 3)), x);
        comparison.checkOnce("concat", Tolerance.EXACT, (k, t) -> k.concat(List.of(t[0], t[0]), 1), x);
        comparison.checkOnce("contiguous", Tolerance.EXACT, (k, t) -> k.contiguous(t[0]), x.permute(1, 3, 0, 2));
        comparison.checkOnce("contiguous", Tolerance.EXACT, (k, t) -> k.contiguous(t[0]),
                TestTensors.expanded(21, DType.F32, Shape.of(5, 4, 33), 1));
        comparison.checkOnce("indexSelect", Tolerance.EXACT, (k, t) -> k.indexSelect(t[0], 0, t[1]),
                TestTensors.normal(22, 1000, 64),
                TestTensors.integers(23, 0, 1000, Shape.of(400)));
        AgreementCase add = (k, t) -> k.indexAdd(t[0], 0, t[1], t[2]);
        comparison.checkOnce("indexAdd", Tolerance.scaled(64, add), add, TestTensors.normal(24, 20, 64),
                TestTensors.integers(25, 0, 20, Shape.of(1000)), TestTensors.normal(26, 1000, 64));
    }

    private static void concat(Comparison comparison) {
        Tensor a = TestTensors.normal(30, 2, 3);
        Tensor empty = TestTensors.normal(31, 0);
        Tensor noRows = TestTensors.normal(32, 0, 3);
        comparison.check("concat with an empty vector", Tolerance.EXACT, (k, t) -> k.concat(List.of(t[0], t[1]), 0),
                empty, a);
        comparison.check("concat with no rows", Tolerance.EXACT, (k, t) -> k.concat(List.of(t[0], t[1]), 0), noRows, a);
        comparison.check("concat of one", Tolerance.EXACT, (k, t) -> k.concat(List.of(t[0]), 1), a);
        comparison.check("concat of two types", Tolerance.EXACT, (k, t) -> k.concat(List.of(t[0], t[1]), 1), a,
                a.to(DType.F64));
    }

    private static void cast(Comparison comparison) {
        Tensor x = Tensor.of(new float[] {0, -0f, 1.75f, -1.75f, 3e9f, 100, 255, 0.1f}, 2, 4);
        for (DType target : List.of(DType.F32, DType.F64, DType.I64, DType.BOOL)) {
            comparison.check("cast to " + target, Tolerance.EXACT, (k, t) -> k.cast(t[0], target), x);
            comparison.check("cast to " + target, Tolerance.EXACT, (k, t) -> k.cast(t[0], target),
                    TestTensors.integers(33, -9, 9, Shape.of(3, 7)));
            comparison.check("cast to " + target, Tolerance.EXACT, (k, t) -> k.cast(t[0], target),
                    TestTensors.mask(34, Shape.of(3, 7)));
        }
    }

    private static void refusals(Comparison comparison) {
        Tensor x = TestTensors.normal(40, 2, 3);
        Tensor beyond = Tensor.of(new long[] {0, 2}, 2);
        Tensor before = Tensor.of(new long[] {-3, 0}, 2);
        List<Shape> named = List.of(x.shape());
        for (Tensor index : List.of(beyond, before)) {
            comparison.checkRefusal("indexSelect", IndexOutOfBoundsException.class, named,
                    (k, t) -> k.indexSelect(t[0], 0, t[1]), x, index);
            comparison.checkRefusal("indexAdd", IndexOutOfBoundsException.class, named,
                    (k, t) -> k.indexAdd(t[0], 0, t[1], t[0]), x, index);
            comparison.checkRefusal("gather", IndexOutOfBoundsException.class, named,
                    (k, t) -> k.gather(t[0], 0, t[1].unsqueeze(1)), x, index);
            comparison.checkRefusal("scatterAdd", IndexOutOfBoundsException.class, named,
                    (k, t) -> k.scatterAdd(t[0], 0, t[1].unsqueeze(1), t[0]), x, index);
        }
        Tensor other = TestTensors.normal(41, 3, 2);
        List<Shape> both = List.of(x.shape(), other.shape());
        comparison.checkRefusal("concat", IllegalArgumentException.class, both,
                (k, t) -> k.concat(List.of(t[0], t[1]), 0), x, other);
        comparison.checkRefusal("indexAdd", IllegalArgumentException.class, both,
                (k, t) -> k.indexAdd(t[0], 0, Tensor.of(new long[] {0, 1, 1}, 3), t[1]), x, other);
        Tensor index = TestTensors.integers(42, 0, 2, Shape.of(2, 4));
        comparison.checkRefusal("gather", IllegalArgumentException.class, List.of(x.shape(), index.shape()),
                (k, t) -> k.gather(t[0], 0, t[1]), x, index);
        comparison.checkRefusal("pad", IllegalArgumentException.class, named,
                (k, t) -> k.pad(t[0], List.of(0, -4), List.of(0, 0), 0), x);
    }
}
