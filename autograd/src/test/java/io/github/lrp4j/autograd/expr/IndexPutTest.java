package io.github.lrp4j.autograd.expr;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexPutTest {
    private static final long[] I = {0, 2, -1, 0, 2};
    private static final long[] J = {1, 3, 0, 1, -1};

    private final Tape tape = new Tape(new ReferenceKernels());
    private final Value x = tape.input("x", TestTensors.normal(1, DType.F64, Shape.of(3, 4, 2)));
    private final Value values = tape.input("values", TestTensors.normal(2, DType.F64, Shape.of(5, 2)));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void namedCellsTakeTheirValues(boolean accumulate) {
        Value y = Indexing.put(x, values, accumulate, Tensor.of(I, 5), Tensor.of(J, 5));
        double[] want = x.tensor().toDoubleArray();
        double[] slopeOfX = ones(want.length);
        double[] slopeOfValues = ones(10);
        int[] writer = new int[want.length];
        Arrays.fill(writer, -1);
        for (int n = 0; n < 5; n++) {
            for (int c = 0; c < 2; c++) {
                int at = (int) (Math.floorMod(I[n], 3) * 4 + Math.floorMod(J[n], 4)) * 2 + c;
                double value = values.tensor().at(n, c);
                want[at] = accumulate ? want[at] + value : value;
                if (!accumulate) {
                    slopeOfX[at] = 0;
                    if (writer[at] >= 0) {
                        slopeOfValues[writer[at]] = 0;
                    }
                    writer[at] = 2 * n + c;
                }
            }
        }
        assertClose(y.tensor(), Tensor.of(want, 3, 4, 2), 1e-14, 1e-15);
        Gradients gradients = Gradients.vjp(new Value[] {y}, new Tensor[] {Tensor.of(ones(24), 3, 4, 2)});
        assertClose(gradients.of(x), Tensor.of(slopeOfX, 3, 4, 2), 0, 0);
        assertClose(gradients.of(values), Tensor.of(slopeOfValues, 5, 2), 0, 0);
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void valuesBroadcastAndMasksName() {
        Tensor mask = TestTensors.mask(3, Shape.of(3, 4));
        Value y = Indexing.putMasked(x, tape.constant(Tensor.scalar(7, DType.F64)), false, mask);
        double[] want = x.tensor().toDoubleArray();
        long[] flags = mask.toLongArray();
        for (int i = 0; i < want.length; i++) {
            want[i] = flags[i / 2] != 0 ? 7 : want[i];
        }
        assertClose(y.tensor(), Tensor.of(want, 3, 4, 2), 0, 0);
    }

    @Test
    void oneHotNamesClasses() {
        Value ids = tape.constant(Tensor.of(new long[] {2, 0}, 2, 1));
        assertClose(Indexing.oneHot(ids, 3, DType.F32).tensor(), Tensor.of(new float[] {0, 0, 1, 1, 0, 0}, 2, 1, 3), 0,
                0);
        assertThat(Indexing.oneHot(ids, 3, DType.I64).tensor().dtype()).isEqualTo(DType.I64);
        assertThatThrownBy(() -> Indexing.oneHot(ids, 2, DType.F32)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one_hot: 2").hasMessageContaining("[2, 1]");
    }

    @Test
    void adaptiveMaxPoolingKnowsOneToThreeDimensions() {
        for (Shape shape : List.of(Shape.of(2, 3, 7), Shape.of(1, 2, 5, 4), Shape.of(1, 2, 3, 5, 4))) {
            Value image = tape.input("image", TestTensors.normal(4, DType.F64, shape));
            int[] size = new int[shape.rank() - 2];
            Arrays.setAll(size, d -> 2 + d % 2);
            Tensor got = Windows.adaptiveMaxPool(image, size).tensor();
            double[] want = new double[got.shape().arrayLength()];
            Arrays.fill(want, Double.NEGATIVE_INFINITY);
            double[] cells = image.tensor().toDoubleArray();
            for (int i = 0; i < cells.length; i++) {
                for (int o = 0; o < want.length; o++) {
                    want[o] = contains(shape, got.shape(), i, o) ? Math.max(want[o], cells[i]) : want[o];
                }
            }
            assertClose(got, Tensor.of(want, got.shape()), 0, 0);
        }
    }

    /** Whether input cell i lies in the window of output cell o. */
    private static boolean contains(Shape in, Shape out, int i, int o) {
        int restIn = i;
        int restOut = o;
        boolean inside = true;
        for (int d = in.rank() - 1; d >= 0; d--) {
            int a = restIn % in.size(d);
            int b = restOut % out.size(d);
            restIn /= in.size(d);
            restOut /= out.size(d);
            inside &= a >= b * in.size(d) / out.size(d) && a < Math.ceilDiv((b + 1) * in.size(d), out.size(d));
        }
        return inside;
    }
}
