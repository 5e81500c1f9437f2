package io.github.lrp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorViewTest {
    /** 0 .. 23 as [2, 3, 4]: element [i, j, k] is 12 i + 4 j + k. */
    private final Tensor x = Tensor.of(count(24), 2, 3, 4);

    private static float[] count(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void permuteMovesDimensionsAndSharesNumbers() {
        Tensor moved = x.permute(2, 0, -2);
        assertThat(moved.shape()).isEqualTo(Shape.of(4, 2, 3));
        assertThat(moved.at(3, 1, 2)).isEqualTo(x.at(1, 2, 3)).isEqualTo(23);
        assertThat(moved.storage()).isSameAs(x.storage());
        assertThat(moved.isContiguous()).isFalse();
        assertThat(Arrays.copyOf(moved.toDoubleArray(), 7)).containsExactly(0, 4, 8, 12, 16, 20, 1);
        TensorAssert.assertSame(x.transpose(0, -1), x.permute(2, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> x.permute(0, 1)).withMessageContaining("[2, 3, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> x.permute(0, 1, -2)).withMessageContaining("twice");
        assertThatThrownBy(() -> x.permute(0, 1, 3)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("[2, 3, 4]");
    }

    @Test
    void sliceStepsAndClamps() {
        assertThat(x.slice(2, 1, 4, 2).toFloatArray()).containsExactly(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23);
        assertThat(x.slice(-1, -2, 100).shape()).isEqualTo(Shape.of(2, 3, 2));
        assertThat(x.slice(1, 1, -1).toFloatArray()).containsExactly(4, 5, 6, 7, 16, 17, 18, 19);
        assertThat(x.slice(1, -100, 1).shape()).isEqualTo(Shape.of(2, 1, 4));
        assertThat(x.slice(1, 2, 1).shape()).isEqualTo(Shape.of(2, 0, 4));
        assertThat(x.slice(1, 7, 9).elements()).isZero();
        assertThat(x.slice(2, 1, 4, Integer.MAX_VALUE).toFloatArray()).containsExactly(1, 5, 9, 13, 17, 21);
        assertThat(x.slice(0, 1, 2).slice(2, 3, 4).toFloatArray()).containsExactly(15, 19, 23);
        assertThat(x.slice(0, 1, 2).storage()).isSameAs(x.storage());
        assertThatIllegalArgumentException().isThrownBy(() -> x.slice(0, 0, 2, 0)).withMessageContaining("[2, 3, 4]");
    }

    @Test
    void selectDropsTheDimension() {
        assertThat(x.select(1, -1).shape()).isEqualTo(Shape.of(2, 4));
        assertThat(x.select(1, -1).toFloatArray()).containsExactly(8, 9, 10, 11, 20, 21, 22, 23);
        assertThat(x.select(0, 1).select(0, 2).select(0, 3).item()).isEqualTo(23);
        assertThatThrownBy(() -> x.select(1, 3)).isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("3")
                .hasMessageContaining("[2, 3, 4]");
        assertThatThrownBy(() -> x.select(1, -4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void expandRepeatsWithoutCopying() {
        Tensor row = Tensor.of(new float[] {1, 2}, 2, 1);
        Tensor wide = row.expand(Shape.of(3, 2, 2));
        assertThat(wide.toFloatArray()).containsExactly(1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2);
        assertThat(wide.stride(0)).isZero();
        assertThat(wide.stride(-1)).isZero();
        assertThat(wide.storage()).isSameAs(row.storage());
        assertThat(row.expand(Shape.of(2, 0)).elements()).isZero();
        assertThat(row.expand(row.shape())).isSameAs(row);
        assertThatIllegalArgumentException().isThrownBy(() -> row.expand(Shape.of(3, 1)))
                .withMessageContaining("[2, 1]")
                .withMessageContaining("[3, 1]");
        assertThatIllegalArgumentException().isThrownBy(() -> row.expand(Shape.of(2)))
                .withMessageContaining("more dimensions");
    }

    @Test
    void unsqueezeAndSqueezeAddAndDropOnes() {
        assertThat(x.unsqueeze(0).shape()).isEqualTo(Shape.of(1, 2, 3, 4));
        assertThat(x.unsqueeze(-1).shape()).isEqualTo(Shape.of(2, 3, 4, 1));
        assertThat(x.permute(2, 1, 0).unsqueeze(1).squeeze(1).toFloatArray())
                .isEqualTo(x.permute(2, 1, 0).toFloatArray());
        assertThat(x.squeeze(1)).isSameAs(x);
        assertThatThrownBy(() -> x.unsqueeze(4)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("[2, 3, 4]");
    }

    @Test
    void reshapeSharesWhereStridesAllowAndCopiesElsewhere() {
        assertThat(x.reshape(6, 4).storage()).isSameAs(x.storage());
        assertThat(x.reshape(4, -1).shape()).isEqualTo(Shape.of(4, 6));
        Tensor rows = x.slice(2, 0, 2);
        assertThat(rows.reshape(6, 2).storage()).isSameAs(x.storage());
        assertThat(rows.reshape(6, 1, 2, 1).storage()).isSameAs(x.storage());
        assertThat(rows.reshape(12).storage()).isNotSameAs(x.storage());
        assertThat(rows.reshape(12).toFloatArray()).containsExactly(0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21);
        assertThat(x.transpose(0, 1).reshape(6, 4).toFloatArray()).startsWith(0, 1, 2, 3, 12, 13, 14, 15, 4);
        assertThat(x.sharesAs(Shape.of(24))).isTrue();
        assertThat(rows.sharesAs(Shape.of(12))).isFalse();
    }

    @Test
    void reshapeDoesNotTrustTheStrideOfADimensionOfSizeOne() {
        Tensor gapped = Tensor.of(count(10), 2, 1, 5).slice(2, 0, 3);
        assertThat(gapped.reshape(6).toFloatArray()).containsExactly(0, 1, 2, 5, 6, 7);
        assertThat(gapped.reshape(2, 3).storage()).isSameAs(gapped.storage());
    }

    @Test
    void anythingReshapedListsTheSameElements() {
        Random random = new Random(1);
        int shared = 0;
        for (int round = 0; round < 2000; round++) {
            Tensor view = randomView(random, Tensor.of(count(48), 2, 1, 4, 3, 2));
            List<Integer> sizes = factors(random, (int) view.elements());
            Tensor reshaped = view.reshape(Shape.of(sizes));
            assertThat(reshaped.toFloatArray()).isEqualTo(view.toFloatArray());
            assertThat(view.sharesAs(Shape.of(sizes))).isEqualTo(reshaped.storage().equals(view.storage()));
            shared += reshaped.storage().equals(view.storage()) && !view.isContiguous() ? 1 : 0;
        }
        assertThat(shared).isGreaterThan(100);
    }

    private static Tensor randomView(Random random, Tensor from) {
        Tensor view = from;
        for (int i = random.nextInt(4); i > 0; i--) {
            int dim = random.nextInt(view.rank());
            view = switch (random.nextInt(5)) {
                case 0 -> view.transpose(dim, random.nextInt(view.rank()));
                case 1 -> view.slice(dim, random.nextInt(2), view.size(dim), 1 + random.nextInt(2));
                case 2 -> view.unsqueeze(dim);
                case 3 -> view.size(dim) == 1 ? view.expand(view.shape().with(dim, 2)) : view;
                default -> view.rank() > 1 && view.size(dim) > 0 ? view.select(dim, 0) : view;
            };
        }
        return view;
    }

    private static List<Integer> factors(Random random, int elements) {
        List<Integer> sizes = new ArrayList<>();
        int rest = elements;
        while (rest > 1) {
            int factor = 1 + random.nextInt(rest);
            if (rest % factor == 0) {
                sizes.add(factor);
                rest /= factor;
            }
        }
        if (rest == 0 || sizes.isEmpty()) {
            sizes.add(rest);
        }
        return sizes;
    }

    @Test
    void reshapeRefusesOtherCounts() {
        assertThatIllegalArgumentException().isThrownBy(() -> x.reshape(5, 5)).withMessageContaining("[2, 3, 4]")
                .withMessageContaining("[5, 5]");
        assertThatIllegalArgumentException().isThrownBy(() -> x.reshape(-1, 7)).withMessageContaining("[-1, 7]");
        assertThatIllegalArgumentException().isThrownBy(() -> x.reshape(-1, -1)).withMessageContaining("[-1, -1]");
        Tensor none = TestTensors.normal(1, 0, 3);
        assertThat(none.reshape(3, 0).shape()).isEqualTo(Shape.of(3, 0));
        assertThat(none.reshape(-1).shape()).isEqualTo(Shape.of(0));
        assertThatIllegalArgumentException().isThrownBy(() -> none.reshape(0, -1)).withMessageContaining("[0, -1]");
    }

    @Test
    void contiguousKeepsTypeAndOrder() {
        assertThat(x.contiguous()).isSameAs(x);
        for (Tensor typed : List.of(x, x.to(DType.F64), x.to(DType.I64), x.to(DType.I32), x.to(DType.U8),
                x.to(DType.I8), x.to(DType.BOOL))) {
            Tensor copy = typed.permute(2, 0, 1).contiguous();
            assertThat(copy.dtype()).isEqualTo(typed.dtype());
            assertThat(copy.isContiguous()).isTrue();
            assertThat(copy.toDoubleArray()).isEqualTo(typed.permute(2, 0, 1).toDoubleArray());
            assertThat(copy.storage()).isNotSameAs(typed.storage());
        }
        assertThat(x.transpose(0, 1).slice(1, 0, 1).isContiguous()).isTrue();
        assertThat(x.slice(2, 0, 0).isContiguous()).isTrue();
    }

    @Test
    void conversionsReadViews() {
        Tensor view = Tensor.of(new float[] {0, -1.75f, 3.5f, 200, -0f, 5}, 2, 3).transpose(0, 1);
        assertThat(view.toDoubleArray()).containsExactly(0, 200, -1.75, -0.0, 3.5, 5);
        assertThat(view.to(DType.F32)).isNotSameAs(view);
        assertThat(view.to(DType.I64).toLongArray()).containsExactly(0, 200, -1, 0, 3, 5);
        assertThat(view.to(DType.I32).toIntArray()).containsExactly(0, 200, -1, 0, 3, 5);
        assertThat(view.to(DType.BOOL).toLongArray()).containsExactly(0, 1, 1, 0, 1, 1);
        assertThat(view.to(DType.U8).toLongArray()[1]).isEqualTo(200);
        assertThat(view.to(DType.F64).to(DType.F32).toFloatArray()).isEqualTo(view.toFloatArray());
        assertThatIllegalArgumentException().isThrownBy(() -> view.to(DType.BF16)).withMessageContaining("BF16");
        Tensor big = Tensor.of(new long[] {(1L << 60) + 1}, 1);
        assertThat(big.to(DType.I64).toLongArray()).containsExactly((1L << 60) + 1);
        assertThatThrownBy(() -> big.toIntArray()).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void constantsStoreOneNumber() {
        Tensor zeros = Tensor.zeros(DType.F32, Shape.of(1000, 1000));
        assertThat(zeros.storage().length()).isOne();
        assertThat(zeros.at(999, 999)).isZero();
        assertThat(Tensor.full(2.5, DType.F64, Shape.of(2, 2)).toDoubleArray()).containsExactly(2.5, 2.5, 2.5, 2.5);
        assertThat(Tensor.scalar(3, DType.F32).item()).isEqualTo(3);
        assertThatThrownBy(x::item).isInstanceOf(IllegalStateException.class).hasMessageContaining("[2, 3, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .withMessageContaining("[2, 3]")
                .withMessageContaining("5");
    }

    @Test
    void onlyDurableNumbersKeepWhatIsDerivedFromThem() {
        int[] calls = new int[1];
        Tensor fleeting = Tensor.of(count(6), 2, 3);
        fleeting.derived("sum", () -> Tensor.scalar(++calls[0], DType.F32));
        fleeting.derived("sum", () -> Tensor.scalar(++calls[0], DType.F32));
        assertThat(calls[0]).isEqualTo(2);
        Tensor weight = Tensor.of(count(6), 2, 3).durable();
        assertThat(weight.derived("sum", () -> Tensor.scalar(++calls[0], DType.F32)).item()).isEqualTo(3);
        assertThat(weight.derived("sum", () -> Tensor.scalar(++calls[0], DType.F32)).item()).isEqualTo(3);
        assertThat(weight.derived("other", () -> Tensor.scalar(++calls[0], DType.F32)).item()).isEqualTo(4);
        assertThat(weight.transpose(0, 1).derived("sum", () -> Tensor.scalar(++calls[0], DType.F32)).item())
                .isEqualTo(5);
        assertThat(weight.slice(0, 1, 2).derived("sum", () -> Tensor.scalar(++calls[0], DType.F32)).item())
                .isEqualTo(6);
        assertThat(weight.slice(0, 0, 1).derived("sum", () -> Tensor.scalar(++calls[0], DType.F32)).item())
                .isEqualTo(7);
        assertThat(weight.transpose(0, 1).derived("sum", () -> Tensor.scalar(++calls[0], DType.F32)).item())
                .isEqualTo(5);
    }

    @Test
    void typesPromote() {
        assertThat(DType.F32.promote(DType.F64)).isEqualTo(DType.F64);
        assertThat(DType.F32.promote(DType.I64)).isEqualTo(DType.F32);
        assertThat(DType.F16.promote(DType.BF16)).isEqualTo(DType.F32);
        assertThat(DType.BOOL.promote(DType.I64)).isEqualTo(DType.I64);
        assertThat(DType.BOOL.promote(DType.BOOL)).isEqualTo(DType.BOOL);
        assertThat(DType.I32.promote(DType.U8)).isEqualTo(DType.I64);
    }

    @Test
    void textShowsTypeShapeAndTheFirstNumbers() {
        assertThat(x).hasToString("F32[2, 3, 4] {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, ...}");
        assertThat(x.transpose(0, 1).slice(2, 0, 1)).hasToString("F32[3, 2, 1] {0.0, 12.0, 4.0, 16.0, 8.0, 20.0}");
    }
}
