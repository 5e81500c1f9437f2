package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Cotangents side by side give what they give one after another, for every op, on the cases of {@link OpCases}. */
class OpLanesTest {
    private static final int LANES = 3;

    @TestFactory
    Stream<DynamicTest> lanesAreSingleCallsSideBySide() {
        return OpCases.all().stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> {
            for (int absent = -1; absent < outputs(c); absent++) {
                agree(new ReferenceKernels(), c, DType.F64, outputs(c) == 1 ? -1 : absent);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> alsoInFloat32OnTheFastestKernels() {
        Kernels fastest = Backends.select().kernels();
        return OpCases.all().stream().filter(c -> !(c.op() instanceof Cast))
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> agree(fastest, c, DType.F32, -1)));
    }

    private static int outputs(OpCases.OpCase c) {
        return c.op().forward(new ReferenceKernels(), c.operands()).values().size();
    }

    private static void agree(Kernels kernels, OpCases.OpCase c, DType dtype, int absent) {
        Tape tape = new Tape(kernels);
        Value[] operands = c.operands().stream()
                .map(x -> tape.input("x", x.dtype().isFloating() ? x.to(dtype) : x)).toArray(Value[]::new);
        List<Value> outputs = tape.applyAll(c.op(), operands);
        Node node = outputs.get(0).node();
        boolean[] wanted = new boolean[operands.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = node.isLive(i);
        }
        Tensor[] together = new Tensor[outputs.size()];
        List<Tensor[]> alone = new ArrayList<>();
        for (int k = 0; k < LANES; k++) {
            Tensor[] lane = new Tensor[outputs.size()];
            for (int o = 0; o < lane.length; o++) {
                lane[o] = o == absent
                        ? null
                        : TestTensors.normal(100 * k + o, outputs.get(o).tensor().dtype(), outputs.get(o).shape());
            }
            alone.add(lane);
        }
        Tensor[] stacked = Lanes.stack(kernels, alone);
        System.arraycopy(stacked, 0, together, 0, stacked.length);

        Tensor[] result = c.op().vjpLanes(LANES, node.saved(), together, wanted);
        for (int k = 0; k < LANES; k++) {
            Tensor[] expected = c.op().vjp(node.saved(), alone.get(k), wanted);
            for (int i = 0; i < wanted.length; i++) {
                if (expected[i] == null) {
                    assertThat(result[i]).isNull();
                } else if (wanted[i]) {
                    assertThat(result[i].shape()).isEqualTo(Lanes.shape(LANES, operands[i].shape()));
                    assertThat(result[i].dtype()).isEqualTo(expected[i].dtype());
                    same(dtype, result[i].select(0, k), expected[i]);
                }
            }
        }
    }

    private static void same(DType dtype, Tensor actual, Tensor expected) {
        if (dtype == DType.F64) {
            assertThat(actual.toDoubleArray()).containsExactly(expected.toDoubleArray());
        } else {
            assertClose(actual, expected, 1e-5, 1e-5);
        }
    }
}
