package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
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
    private final CudaElementwise elementwise;
    private final CudaRules rules;
    private final CudaReductions reductions;
    private final CudaMatMul matmul;
    private final CudaConvolution convolution;
    private final CudaPooling pooling;
    private final CudaNorms norms;
    private final CudaAttention attention;
    private final CudaSelection selection;
    private final CudaLayout layout;

    CudaKernels(Device device) {
        tensors = new ResidentTensors(device, this);
        elementwise = new CudaElementwise(tensors);
        rules = new CudaRules(tensors);
        reductions = new CudaReductions(tensors);
        matmul = new CudaMatMul(tensors);
        convolution = new CudaConvolution(tensors);
        pooling = new CudaPooling(tensors);
        norms = new CudaNorms(tensors);
        attention = new CudaAttention(tensors);
        selection = new CudaSelection(tensors);
        layout = new CudaLayout(tensors);
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

    /** The tensors that these kernels read and make. */
    DeviceTensors tensors() {
        return tensors;
    }

    /** Every copy between the host and the device. */
    public Transfers transfers() {
        return tensors.transfers();
    }

    /** Bytes that all tensors on the device take together: results that are still in use, copies of weights and constants. */
    public long heldBytes() {
        return tensors.heldBytes();
    }

    /** The most bytes of the device that were in use at a time, since it was opened or {@link #restartPeak} was called. */
    public long peakBytes() {
        return tensors.device().peakBytes();
    }

    /** From now on {@link #peakBytes} is about what follows. */
    public void restartPeak() {
        tensors.device().restartPeak();
    }

    /** Measures, in a second or so, how fast the device copies and multiplies at best. */
    public DeviceRates measureRates() {
        return DeviceRates.measured(tensors.device(), DeviceRates.COPIED, DeviceRates.SIDE);
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
        return elementwise.unary(f, x);
    }

    @Override
    public Tensor unaryVjp(UnaryFn f, Tensor x, Tensor g) {
        return elementwise.unaryVjp(f, x, g);
    }

    @Override
    public Tensor unaryVjpFromOutput(UnaryFn f, Tensor y, Tensor g) {
        return elementwise.unaryVjpFromOutput(f, y, g);
    }

    @Override
    public Tensor binary(BinaryFn f, Tensor a, Tensor b) {
        return elementwise.binary(f, a, b);
    }

    @Override
    public Tensor where(Tensor condition, Tensor a, Tensor b) {
        return elementwise.where(condition, a, b);
    }

    @Override
    public Tensor absoluteShare(Tensor r, Tensor a, Tensor b, double eps) {
        return elementwise.absoluteShare(r, a, b, eps);
    }

    @Override
    public Tensor stabilizedQuotient(Tensor r, Tensor z, double eps) {
        return elementwise.stabilizedQuotient(r, z, eps);
    }

    @Override
    public Tensor shiftedQuotient(Tensor r, Tensor z, double eps) {
        return elementwise.shiftedQuotient(r, z, eps);
    }

    @Override
    public Tensor weightedQuotient(double weight, Tensor r, Tensor z, double eps, boolean signed) {
        return elementwise.weightedQuotient(weight, r, z, eps, signed);
    }

    @Override
    public Tensor signedShare(Tensor x, Tensor a, Tensor b) {
        return elementwise.signedShare(x, a, b);
    }

    @Override
    public Tensor[] gammaQuotients(Tensor r, Tensor z, Tensor m, double gamma, double eps, boolean skipZero) {
        return rules.gammaQuotients(r, z, m, gamma, eps, skipZero);
    }

    @Override
    public Tensor signedMix(Tensor x, Tensor s, double a, Tensor t, double b) {
        return elementwise.signedMix(x, s, a, t, b);
    }

    @Override
    public Tensor[] signSplit(Tensor x) {
        return rules.signSplit(x);
    }

    @Override
    public boolean isZeroUnlessPositive(Tensor r, Tensor y) {
        return elementwise.isZeroUnlessPositive(r, y);
    }

    // ---- reductions ------------------------------------------------------------------------------------------------------

    @Override
    public Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        return reductions.reduce(reduction, x, dims, keepDims);
    }

    @Override
    public Indexed extremum(Tensor x, int dim, boolean largest) {
        return reductions.extremum(x, dim, largest);
    }

    @Override
    public Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        return reductions.cumulativeSum(x, dim, reversed);
    }

    @Override
    public double total(Tensor x) {
        return reductions.total(x);
    }

    // ---- linear maps -----------------------------------------------------------------------------------------------------

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return matmul.matmul(a, b);
    }

    @Override
    public Tensor fusedMatmul(Tensor a, Tensor b, Epilogue epilogue) {
        return matmul.fusedMatmul(a, b, epilogue);
    }

    @Override
    public Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        return convolution.conv(x, w, spec);
    }

    @Override
    public Tensor fusedConv(Tensor x, Tensor w, ConvSpec spec, Epilogue epilogue) {
        return convolution.fusedConv(x, w, spec, epilogue);
    }

    @Override
    public Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return convolution.convInputAdjoint(g, w, xShape, spec);
    }

    @Override
    public Tensor fusedConvInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Tensor factor) {
        return convolution.fusedConvInputAdjoint(g, w, xShape, spec, factor);
    }

    @Override
    public Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        return convolution.convWeightAdjoint(g, x, wShape, spec);
    }

    // ---- pooling ---------------------------------------------------------------------------------------------------------

    @Override
    public Indexed maxPool(Tensor x, PoolSpec spec) {
        return pooling.maxPool(x, spec);
    }

    @Override
    public Tensor planeGather(Tensor x, Tensor indices) {
        return pooling.planeGather(x, indices);
    }

    @Override
    public Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        return pooling.planeScatter(g, indices, xShape);
    }

    @Override
    public Tensor avgPool(Tensor x, PoolSpec spec) {
        return pooling.avgPool(x, spec);
    }

    @Override
    public Tensor avgPoolAdjoint(Tensor g, Shape xShape, PoolSpec spec) {
        return pooling.avgPoolAdjoint(g, xShape, spec);
    }

    @Override
    public Tensor adaptiveAvgPool(Tensor x, List<Integer> outputSize) {
        return pooling.adaptiveAvgPool(x, outputSize);
    }

    @Override
    public Tensor adaptiveAvgPoolAdjoint(Tensor g, Shape xShape) {
        return pooling.adaptiveAvgPoolAdjoint(g, xShape);
    }

    // ---- normalisation ---------------------------------------------------------------------------------------------------

    @Override
    public Tensor softmax(Tensor x, int dim) {
        return norms.softmax(x, dim);
    }

    @Override
    public Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        return norms.softmaxVjp(y, g, dim);
    }

    @Override
    public Tensor logSoftmax(Tensor x, int dim) {
        return norms.logSoftmax(x, dim);
    }

    @Override
    public Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        return norms.logSoftmaxVjp(y, g, dim);
    }

    @Override
    public Normalized standardize(Tensor x, int firstDim, double eps) {
        return norms.standardize(x, firstDim, eps);
    }

    @Override
    public Normalized layerNorm(Tensor x, Tensor scale, Tensor shift, int firstDim, double eps) {
        return norms.layerNorm(x, scale, shift, firstDim, eps);
    }

    @Override
    public Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        return norms.standardizeVjp(g, x, mean, inverseDeviation, firstDim);
    }

    @Override
    public Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        return norms.channelAffine(x, scale, shift);
    }

    @Override
    public Normalized channelStatistics(Tensor x, double eps) {
        return norms.channelStatistics(x, eps);
    }

    // ---- attention -------------------------------------------------------------------------------------------------------

    @Override
    public Attended attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        return attention.attention(q, k, v, mask, spec);
    }

    @Override
    public Tensor[] attentionVjp(Tensor g, Tensor q, Tensor k, Tensor v, Tensor mask, Tensor logSumExp,
            AttentionSpec spec, boolean[] wanted) {
        return attention.attentionVjp(g, q, k, v, mask, logSumExp, spec, wanted);
    }

    // ---- selection and layout --------------------------------------------------------------------------------------------

    @Override
    public Tensor gather(Tensor x, int dim, Tensor index) {
        return selection.gather(x, dim, index);
    }

    @Override
    public Tensor scatterAdd(Tensor base, int dim, Tensor index, Tensor source) {
        return selection.scatterAdd(base, dim, index, source);
    }

    @Override
    public Tensor indexSelect(Tensor x, int dim, Tensor index) {
        return selection.indexSelect(x, dim, index);
    }

    @Override
    public Tensor indexAdd(Tensor base, int dim, Tensor index, Tensor source) {
        return selection.indexAdd(base, dim, index, source);
    }

    @Override
    public Tensor concat(List<Tensor> parts, int dim) {
        return layout.concat(parts, dim);
    }

    @Override
    public Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        return layout.pad(x, before, after, value);
    }

    @Override
    public Tensor flip(Tensor x, List<Integer> dims) {
        return layout.flip(x, dims);
    }

    @Override
    public Tensor contiguous(Tensor x) {
        return layout.contiguous(x);
    }

    @Override
    public Tensor cast(Tensor x, DType dtype) {
        return layout.cast(x, dtype);
    }
}
