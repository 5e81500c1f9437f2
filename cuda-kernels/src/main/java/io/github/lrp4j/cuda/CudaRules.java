package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Operands;

/** What rules of relevance need of a tensor in two forms, both written in one pass over memory: {@code rules.cu}. */
final class CudaRules {
    /** A thread moves 16 bytes at a time where it can. */
    private static final int PACK_BYTES = 16;

    private final DeviceTensors tensors;
    private final CudaLayout layout;

    CudaRules(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
    }

    Tensor[] signSplit(Tensor x) {
        DType type = Operands.realType(x);
        return pair("sign_split_", type, x.shape(), call -> call, layout.typed(x, type));
    }

    Tensor[] gammaQuotients(Tensor r, Tensor z, Tensor m, double gamma, double eps, boolean skipZero) {
        DType type = Operands.realType(r, z, m);
        return pair("gamma_quotients_", type, r.shape(), call -> call.f64(gamma).f64(eps).i32(skipZero ? 1 : 0),
                layout.typed(r, type), Operands.expand("gammaQuotients", layout.typed(z, type), r.shape()),
                Operands.expand("gammaQuotients", layout.typed(m, type), r.shape()));
    }

    /** The constants of one call. */
    @FunctionalInterface
    private interface Constants {
        Arguments add(Arguments call);
    }

    /** {@code kernel(y, z, operands..., view, flat, constants..., cells)}: y and z. */
    private Tensor[] pair(String kernel, DType type, Shape shape, Constants constants, Tensor... operands) {
        Tensor y = tensors.allocate(type, shape);
        Tensor z = tensors.allocate(type, shape);
        long cells = shape.elements();
        if (cells > 0) {
            View view = View.of(shape, operands);
            Arguments call = new Arguments().pointer(tensors.address(y)).pointer(tensors.address(z));
            for (Tensor operand : operands) {
                call.pointer(tensors.address(operand));
            }
            boolean flat = view.isFlat();
            tensors.device().launch(kernel + CudaLayout.suffix(type),
                    Grid.over(flat ? Math.ceilDiv(cells, PACK_BYTES / type.bytes()) : cells),
                    constants.add(call.view(view).i32(flat ? 1 : 0)).i64(cells));
        }
        return new Tensor[] {y, z};
    }
}
