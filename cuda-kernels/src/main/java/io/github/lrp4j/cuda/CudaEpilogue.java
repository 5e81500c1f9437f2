package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Operands;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code f(z + bias + addend) factor} in one pass over the product z: {@code epilogue.cu}. */
final class CudaEpilogue {
    private static final int PACK_BYTES = 16;
    private static final int NO_FUNCTION = -1;

    private final DeviceTensors tensors;
    private final CudaLayout layout;

    CudaEpilogue(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
    }

    /**
     * What becomes of the product.
     *
     * @param product fresh and contiguous: its memory serves the result, or is given back
     * @param dim the bias's dimension in the product, counted from the front
     * @param epilogue one that fits
     */
    Tensor finish(Tensor product, int dim, Epilogue epilogue) {
        if (epilogue.equals(Epilogue.NONE)) {
            return product;
        }
        DType type = Operands.realType(Stream.of(product, epilogue.bias(), epilogue.addend(), epilogue.factor())
                .filter(Objects::nonNull).toArray(Tensor[]::new));
        Tensor z = layout.typed(product, type);
        if (z.elements() > 0) {
            launch(z, dim, epilogue);
        }
        if (z != product) {
            ((Storage.Device) product.storage()).release();
        }
        return z;
    }

    private void launch(Tensor z, int dim, Epilogue epilogue) {
        DType type = z.dtype();
        Tensor bias = epilogue.bias() == null ? null : tensors.dense(epilogue.bias(), type);
        Tensor addend = epilogue.addend() == null ? null : layout.typed(epilogue.addend(), type);
        Tensor factor = epilogue.factor() == null ? null : layout.typed(epilogue.factor(), type);
        UnaryFn f = epilogue.activation();
        List<Tensor> operands = new ArrayList<>();
        // Where there is none, z itself keeps the view's place.
        operands.add(addend == null ? z : addend);
        operands.add(factor == null ? z : factor);
        View view = View.of(z.shape(), operands.toArray(Tensor[]::new));
        boolean flat = view.isFlat();
        long cells = z.elements();
        long inner = 1;
        for (int d = dim + 1; d < z.rank(); d++) {
            inner *= z.size(d);
        }
        int pack = PACK_BYTES / type.bytes();
        tensors.device().launch("epilogue_" + CudaLayout.suffix(type),
                Grid.over(flat ? Math.ceilDiv(cells, pack) : cells),
                new Arguments().pointer(tensors.address(z)).pointer(addressOrNull(bias))
                        .pointer(addressOrNull(addend)).pointer(addressOrNull(factor)).view(view).i32(flat ? 1 : 0)
                        .i64(inner).i64(z.size(dim)).i32(f == null ? NO_FUNCTION : f.kind().ordinal())
                        .f64(f == null ? 0 : f.alpha()).f64(f == null ? 0 : f.beta()).i64(cells));
    }

    private long addressOrNull(Tensor x) {
        return x == null ? 0 : tensors.address(x);
    }
}
