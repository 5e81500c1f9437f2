package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.function.Consumer;

/**
 * The oracle of every {@link Kernels}: a candidate must agree with {@link ReferenceKernels}.
 *
 * <p>Each group of methods runs over a fixed, seeded list of cases: sizes that straddle vector lanes and tails, operands
 * that are broadcast, strided, embedded in foreign numbers, empty or of rank 0, F32 and F64, special values, and
 * operands that must be refused. What is allowed to differ is stated in rounding errors of the type: nothing where
 * numbers are only moved or compared, a few units for functions, {@code (4 + sqrt n)} units of the sum of absolute
 * values for sums of n products. A group that differs fails with one {@link AssertionError} that lists its first cases.
 *
 * <pre>{@code KernelAgreement.of(new SimdKernels()).elementwise().matmul();}</pre>
 */
public final class KernelAgreement {
    private final Kernels candidate;
    private final double slack;

    private KernelAgreement(Kernels candidate, double slack) {
        this.candidate = candidate;
        this.slack = slack;
    }

    /** The oracle for {@code candidate}. */
    public static KernelAgreement of(Kernels candidate) {
        return new KernelAgreement(candidate, 1);
    }

    /** The same oracle with every allowed difference {@code factor} times as large: for algorithms that trade accuracy. */
    public KernelAgreement loosened(double factor) {
        return new KernelAgreement(candidate, slack * factor);
    }

    /** Checks unary, unaryVjp, unaryVjpFromOutput, binary, where, absoluteShare, stabilizedQuotient, signSplit and their like. */
    public KernelAgreement elementwise() {
        return group("elementwise", ElementwiseAgreement::run);
    }

    /** Checks reduce, extremum, cumulativeSum, total, sumTo. */
    public KernelAgreement reductions() {
        return group("reduction", ReductionAgreement::run);
    }

    /** Checks matmul. */
    public KernelAgreement matmul() {
        return group("matmul", MatMulAgreement::run);
    }

    /** Checks conv, convInputAdjoint, convWeightAdjoint. */
    public KernelAgreement convolutions() {
        return group("convolution", ConvolutionAgreement::run);
    }

    /** Checks fusedMatmul, fusedConv. */
    public KernelAgreement epilogues() {
        return group("epilogue", EpilogueAgreement::run);
    }

    /** Checks maxPool, planeGather, planeScatter, avgPool, adaptiveAvgPool and the adjoints. */
    public KernelAgreement pooling() {
        return group("pooling", PoolingAgreement::run);
    }

    /** Checks softmax, logSoftmax, standardize, channelAffine, channelStatistics and the adjoints. */
    public KernelAgreement normalisation() {
        return group("normalisation", NormalisationAgreement::run);
    }

    /** Checks interpolate and its adjoint. */
    public KernelAgreement resampling() {
        return group("resampling", ResamplingAgreement::run);
    }

    /** Checks attention and its adjoint. */
    public KernelAgreement attention() {
        return group("attention", AttentionAgreement::run);
    }

    /** Checks gather, scatterAdd, indexSelect, indexAdd, concat, pad, flip, contiguous, cast. */
    public KernelAgreement selection() {
        return group("selection", SelectionAgreement::run);
    }

    /** Checks everything. */
    public KernelAgreement all() {
        return elementwise().reductions().matmul().convolutions().epilogues().pooling().normalisation().resampling()
                .attention().selection();
    }

    private KernelAgreement group(String name, Consumer<Comparison> cases) {
        Comparison comparison = new Comparison(name, candidate, slack);
        cases.accept(comparison);
        comparison.finish();
        return this;
    }
}
