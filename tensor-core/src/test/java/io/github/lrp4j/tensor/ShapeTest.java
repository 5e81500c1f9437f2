package io.github.lrp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private final Shape shape = Shape.of(2, 3, 4);

    @Test
    void sizesCountFromBothEnds() {
        assertThat(shape.rank()).isEqualTo(3);
        assertThat(shape.elements()).isEqualTo(24);
        assertThat(shape.size(0)).isEqualTo(2);
        assertThat(shape.size(-1)).isEqualTo(4);
        assertThat(shape.axis(-3)).isZero();
        assertThat(shape.toList()).containsExactly(2, 3, 4);
        assertThat(shape).hasToString("[2, 3, 4]");
        assertThatThrownBy(() -> shape.size(3)).isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("3")
                .hasMessageContaining("[2, 3, 4]");
        assertThatThrownBy(() -> shape.axis(-4)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("-4");
    }

    @Test
    void aScalarHasOneElementAndNoDimension() {
        assertThat(Shape.SCALAR.rank()).isZero();
        assertThat(Shape.SCALAR.elements()).isOne();
        assertThat(Shape.of()).isEqualTo(Shape.SCALAR).hasSameHashCodeAs(Shape.SCALAR);
        assertThatThrownBy(() -> Shape.SCALAR.size(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theSizesAreNobodyElses() {
        int[] sizes = {5, 6};
        Shape made = Shape.of(sizes);
        sizes[0] = 7;
        made.toArray()[1] = 8;
        assertThat(made).isEqualTo(Shape.of(5, 6)).isNotEqualTo(Shape.of(6, 5)).isEqualTo(Shape.of(List.of(5, 6)));
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -1)).withMessageContaining("[2, -1]");
        int big = Integer.MAX_VALUE;
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(big, big, big))
                .withMessageContaining("too many");
        assertThat(Shape.of(big, big).elements()).isEqualTo((long) big * big);
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(big, 2).arrayLength())
                .withMessageContaining("4294967294");
    }

    @Test
    void rowMajorStridesTreatSizeZeroAsOne() {
        assertThat(shape.rowMajorStrides()).containsExactly(12, 4, 1);
        assertThat(Shape.of(2, 0, 4).rowMajorStrides()).containsExactly(4, 4, 1);
        assertThat(Shape.of(2, 0, 4).elements()).isZero();
    }

    @Test
    void dimensionsComeAndGo() {
        assertThat(shape.with(-1, 9)).isEqualTo(Shape.of(2, 3, 9));
        assertThat(shape.without(1)).isEqualTo(Shape.of(2, 4));
        assertThat(shape.without(-1)).isEqualTo(Shape.of(2, 3));
        assertThat(shape.inserted(0, 5)).isEqualTo(Shape.of(5, 2, 3, 4));
        assertThat(shape.inserted(3, 5)).isEqualTo(shape.inserted(-1, 5)).isEqualTo(Shape.of(2, 3, 4, 5));
        assertThatThrownBy(() -> shape.inserted(4, 1)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("[2, 3, 4]");
    }

    @Test
    void reductionsKeepOrDropDimensions() {
        assertThat(shape.reduced(List.of(1), false)).isEqualTo(Shape.of(2, 4));
        assertThat(shape.reduced(List.of(-1, 0), true)).isEqualTo(Shape.of(1, 3, 1));
        assertThat(shape.reduced(List.of(), false)).isEqualTo(Shape.SCALAR);
        assertThat(shape.reduced(List.of(), true)).isEqualTo(Shape.of(1, 1, 1));
        assertThat(Shape.SCALAR.reduced(List.of(), true)).isEqualTo(Shape.SCALAR);
    }

    @Test
    void broadcastingAlignsAtTheRight() {
        assertThat(Shape.broadcast(Shape.of(3, 1, 5), Shape.of(2, 5))).isEqualTo(Shape.of(3, 2, 5));
        assertThat(Shape.broadcast(Shape.SCALAR, shape)).isEqualTo(shape);
        assertThat(Shape.broadcast(Shape.of(0), Shape.of(4, 1))).isEqualTo(Shape.of(4, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 4)))
                .withMessageContaining("lhs [2, 3]").withMessageContaining("rhs [2, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.broadcast(Shape.of(0), Shape.of(2)));
    }
}
