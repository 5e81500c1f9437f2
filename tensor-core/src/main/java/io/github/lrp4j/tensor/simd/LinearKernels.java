package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.parallel.WorkerPool;

/**
 * The linear maps of {@link Kernels} on float32 with the Vector API: matrix products, convolutions and their adjoints.
 *
 * <p>All of them end in one register-tiled product of packed panels ({@link MicroKernel}, {@link PanelGemm}), except
 * products with single vectors ({@link MatrixVector}) and depthwise convolutions ({@link DirectCorrelation}). Weights
 * that are {@linkplain Tensor#durable() durable} are packed once and kept with their numbers, as far as {@link
 * io.github.lrp4j.tensor.DerivedMemory} allows; weights in mapped files are read where they are.
 *
 * <p>Operands are float32 of any strides. Products are accumulated in float32; results depend on the sizes, not on the
 * number of threads or their timing. Error: about {@code sqrt(n) 2^-24} times the sum of absolute products for n products,
 * and up to 3e-6 of the largest result where {@link WinogradCorrelation} is used, which can be switched off.
 *
 * <p>Thread-safe. Buffers are kept between calls, see {@link Crew}.
 */
final class LinearKernels {
    /** System property; {@code false} switches off Winograd convolution. */
    static final String WINOGRAD_PROPERTY = "lrp4j.winograd";

    private final MatMul matmul;
    private final Convolution convolution;
    private final WeightAdjoint weightAdjoint;
    private final FusedAttention attention;

    /** Kernels on the threads of {@code pool}, with Winograd convolution unless {@code -Dlrp4j.winograd=false}. */
    LinearKernels(WorkerPool pool, Buffers buffers) {
        this(pool, buffers, !"false".equals(System.getProperty(WINOGRAD_PROPERTY)));
    }

    /** Kernels on the threads of {@code pool}, with or without Winograd convolution. */
    LinearKernels(WorkerPool pool, Buffers buffers, boolean winograd) {
        Crew crew = new Crew(pool);
        matmul = new MatMul(crew, buffers);
        convolution = new Convolution(crew, buffers, winograd);
        weightAdjoint = new WeightAdjoint(crew);
        attention = new FusedAttention(crew, buffers);
    }

    /** As {@link Kernels#matmul}. */
    Tensor matmul(Tensor a, Tensor b) {
        return matmul.matmul(a, b, Epilogue.NONE);
    }

    /** As {@link Kernels#fusedMatmul}; the operands of the epilogue are contiguous. */
    Tensor fusedMatmul(Tensor a, Tensor b, Epilogue epilogue) {
        return matmul.matmul(a, b, epilogue);
    }

    /** As {@link Kernels#conv}. */
    Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        return convolution.conv(x, w, spec, Epilogue.NONE);
    }

    /** As {@link Kernels#fusedConv}; the operands of the epilogue are contiguous. */
    Tensor fusedConv(Tensor x, Tensor w, ConvSpec spec, Epilogue epilogue) {
        return convolution.conv(x, w, spec, epilogue);
    }

    /** As {@link Kernels#convInputAdjoint}. */
    Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return convolution.inputAdjoint(g, w, xShape, spec, Epilogue.NONE);
    }

    /** As {@link Kernels#fusedConvInputAdjoint}; the factor is contiguous. */
    Tensor fusedConvInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Tensor factor) {
        return convolution.inputAdjoint(g, w, xShape, spec, Epilogue.times(factor));
    }

    /** As {@link Kernels#attention}. */
    Attended attention(AttentionHeads heads, AttentionSpec spec) {
        return attention.attention(heads, spec);
    }

    /** As {@link Kernels#attentionVjp}, not yet summed over the heads that share an operand. */
    Tensor[] attentionVjp(AttentionHeads heads, AttentionSpec spec, Tensor g, Tensor logSumExp, boolean[] wanted) {
        return attention.vjp(heads, spec, g, logSumExp, wanted);
    }

    /** As {@link Kernels#convWeightAdjoint}. */
    Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        return weightAdjoint.weightAdjoint(g, x, wShape, spec);
    }
}
