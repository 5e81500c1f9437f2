package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * The kernel seam on one CUDA device: a table of contents, one class per topic.
 *
 * <p>Results lie on the device and stay there; operands that lie on the host are copied, and every copy is counted by
 * {@link #transfers()}. Computes in float32 and float64 as {@code ReferenceKernels} specify, in the order of the calls, and
 * gives the same bits each time. Thread-safe.
 */
public final class CudaKernels implements Kernels, AutoCloseable {
    private final ResidentTensors tensors;

    CudaKernels(Device device) {
        tensors = new ResidentTensors(device, this);
        device.whenShort(tensors::forget);
    }

    @Override
    public String name() {
        return "cuda";
    }

    /** Which device computes: {@code NVIDIA H100, compute capability 9.0}. */
    public String deviceName() {
        return tensors.device().name();
    }

    /** Every copy between the host and the device. */
    public Transfers transfers() {
        return tensors.transfers();
    }

    /** Bytes that all tensors on the device take together: results that are still in use, copies of weights and constants. */
    public long heldBytes() {
        return tensors.heldBytes();
    }

    /** Waits until all that was called before is computed. */
    public void synchronize() {
        tensors.device().synchronize();
    }

    /** Gives the device up; no tensor on it can be read afterwards. */
    @Override
    public void close() {
        tensors.device().close();
    }

    @Override
    public void release(Tensor x) {
        if (x.storage() instanceof DeviceStorage storage && storage.owner() == tensors) {
            storage.release();
        }
    }

    // ---- elementwise -----------------------------------------------------------------------------------------------------

    @Override
    public Tensor unary(UnaryFn f, Tensor x) {
        throw new UnsupportedOperationException("cuda: unary");
    }

    @Override
    public Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        throw new UnsupportedOperationException("cuda: unaryVjp");
    }

    @Override
    public Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        throw new UnsupportedOperationException("cuda: unaryVjpFromOutput");
    }

    @Override
    public Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        throw new UnsupportedOperationException("cuda: binary");
    }

    @Override
    public Tensor where(Tensor condition, Tensor a, Tensor b) {
        throw new UnsupportedOperationException("cuda: where");
    }

    // ---- reductions ------------------------------------------------------------------------------------------------------

    @Override
    public Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        throw new UnsupportedOperationException("cuda: reduce");
    }

    @Override
    public Indexed extremum(Tensor x, int dim, boolean largest) {
        throw new UnsupportedOperationException("cuda: extremum");
    }

    @Override
    public Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        throw new UnsupportedOperationException("cuda: cumulativeSum");
    }

    @Override
    public double total(Tensor x) {
        throw new UnsupportedOperationException("cuda: total");
    }

    // ---- linear maps -----------------------------------------------------------------------------------------------------

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        throw new UnsupportedOperationException("cuda: matmul");
    }

    @Override
    public Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        throw new UnsupportedOperationException("cuda: conv");
    }

    @Override
    public Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        throw new UnsupportedOperationException("cuda: convInputAdjoint");
    }

    @Override
    public Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        throw new UnsupportedOperationException("cuda: convWeightAdjoint");
    }

    // ---- pooling ---------------------------------------------------------------------------------------------------------

    @Override
    public Indexed maxPool(Tensor x, PoolSpec spec) {
        throw new UnsupportedOperationException("cuda: maxPool");
    }

    @Override
    public Tensor planeGather(Tensor x, Tensor indices) {
        throw new UnsupportedOperationException("cuda: planeGather");
    }

    @Override
    public Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        throw new UnsupportedOperationException("cuda: planeScatter");
    }

    @Override
    public Tensor avgPool(Tensor x, PoolSpec spec) {
        throw new UnsupportedOperationException("cuda: avgPool");
    }

    @Override
    public Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        throw new UnsupportedOperationException("cuda: avgPoolAdjoint");
    }

    @Override
    public Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        throw new UnsupportedOperationException("cuda: adaptiveAvgPool");
    }

    @Override
    public Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        throw new UnsupportedOperationException("cuda: adaptiveAvgPoolAdjoint");
    }

    // ---- normalisation ---------------------------------------------------------------------------------------------------

    @Override
    public Tensor softmax(Tensor x, int dim) {
        throw new UnsupportedOperationException("cuda: softmax");
    }

    @Override
    public Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        throw new UnsupportedOperationException("cuda: softmaxVjp");
    }

    @Override
    public Tensor logSoftmax(Tensor x, int dim) {
        throw new UnsupportedOperationException("cuda: logSoftmax");
    }

    @Override
    public Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        throw new UnsupportedOperationException("cuda: logSoftmaxVjp");
    }

    @Override
    public Normalized standardize(Tensor x, int firstDim, double eps) {
        throw new UnsupportedOperationException("cuda: standardize");
    }

    @Override
    public Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        throw new UnsupportedOperationException("cuda: standardizeVjp");
    }

    @Override
    public Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        throw new UnsupportedOperationException("cuda: channelAffine");
    }

    @Override
    public Normalized channelStatistics(Tensor x, double eps) {
        throw new UnsupportedOperationException("cuda: channelStatistics");
    }

    // ---- selection and layout --------------------------------------------------------------------------------------------

    @Override
    public Tensor gather(Tensor x, int dim, Tensor index) {
        throw new UnsupportedOperationException("cuda: gather");
    }

    @Override
    public Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        throw new UnsupportedOperationException("cuda: scatterAdd");
    }

    @Override
    public Tensor indexSelect(Tensor x, int dim, Tensor index) {
        throw new UnsupportedOperationException("cuda: indexSelect");
    }

    @Override
    public Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        throw new UnsupportedOperationException("cuda: indexAdd");
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        throw new UnsupportedOperationException("cuda: concat");
    }

    @Override
    public Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        throw new UnsupportedOperationException("cuda: pad");
    }

    @Override
    public Tensor flip(Tensor x, List<Integer> dims) {
        throw new UnsupportedOperationException("cuda: flip");
    }

    @Override
    public Tensor contiguous(Tensor x) {
        throw new UnsupportedOperationException("cuda: contiguous");
    }

    @Override
    public Tensor cast(Tensor x, DType dtype) {
        throw new UnsupportedOperationException("cuda: cast");
    }
}
