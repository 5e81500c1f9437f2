package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Operands;

/** What rules of relevance need around a product, in one pass over memory: {@code rules.cu}. */
final class CudaRules {
    private static final int PACK_BYTES = 16;

    private final DeviceTensors tensors;
    private final CudaLayout layout;

    CudaRules(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
    }

    Tensor[] signSplit(Tensor x) {
        DType type = Operands.realType(x);
        Tensor from = layout.typed(x, type);
        Tensor positive = tensors.allocate(type, x.shape());
        Tensor negative = tensors.allocate(type, x.shape());
        long cells = x.elements();
        if (cells > 0) {
            View view = View.of(x.shape(), from);
            boolean flat = view.isFlat();
            tensors.device().launch("sign_split_" + CudaLayout.suffix(type),
                    Grid.over(flat ? Math.ceilDiv(cells, PACK_BYTES / type.bytes()) : cells),
                    new Arguments().pointer(tensors.address(positive)).pointer(tensors.address(negative))
                            .pointer(tensors.address(from)).view(view).i32(flat ? 1 : 0).i64(cells));
        }
        return new Tensor[] {positive, negative};
    }
}
