package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelAgreementTest {
    private final Kernels reference = new ReferenceKernels();

    static Stream<String> kernels() {
        return Arrays.stream(Kernels.class.getMethods()).filter(method -> method.getReturnType() != void.class)
                .map(Method::getName).filter(name -> !name.equals("name")).sorted();
    }

    /** Also when operands are strided, which the oracle compares with the contiguous ones. */
    @Test
    void theReferenceAgreesWithItself() {
        KernelAgreement.of(reference).all();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aSmallErrorInOneElementOfOneKernelIsNoticed(String kernel) {
        Kernels faulty = faulty(kernel);
        assertThatThrownBy(() -> group(kernel, KernelAgreement.of(faulty))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("reference but " + kernel + " differs from the reference");
    }

    /** What a backend without kernels of its own for it computes. */
    @Test
    void whatIsMadeOfOtherKernelsAgrees() {
        KernelAgreement.of(composing()).attention().resampling().epilogues();
    }

    /** The reference, but for the kernels that have a default in terms of others: those take it. */
    private Kernels composing() {
        return (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("name")) {
                        return "composition";
                    }
                    try {
                        return method.isDefault()
                                ? InvocationHandler.invokeDefault(proxy, method, arguments)
                                : method.invoke(reference, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void looseningAllowsMore() {
        Kernels faulty = faulty("softmax");
        assertThat(KernelAgreement.of(faulty).loosened(1e13).normalisation()).isNotNull();
    }

    private static KernelAgreement group(String kernel, KernelAgreement agreement) {
        return switch (kernel) {
            case "unary", "unaryVjp", "unaryVjpFromOutput", "binary", "where", "absoluteShare", "stabilizedQuotient",
                    "shiftedQuotient", "gammaQuotients", "signedMix", "signSplit", "signedShare",
                    "weightedQuotient", "isZeroUnlessPositive" ->
                agreement.elementwise();
            case "reduce", "extremum", "cumulativeSum", "total", "sumTo" -> agreement.reductions();
            case "matmul" -> agreement.matmul();
            case "conv", "convInputAdjoint", "convWeightAdjoint" -> agreement.convolutions();
            case "fusedMatmul", "fusedConv", "fusedConvInputAdjoint" -> agreement.epilogues();
            case "softmax", "softmaxVjp", "logSoftmax", "logSoftmaxVjp", "standardize", "standardizeVjp", "layerNorm",
                    "channelAffine",
                    "channelStatistics" ->
                agreement.normalisation();
            case "interpolate", "interpolateAdjoint" -> agreement.resampling();
            case "attention", "attentionVjp" -> agreement.attention();
            case "gather", "scatterAdd", "indexSelect", "indexAdd", "concat", "pad", "flip", "contiguous", "cast" ->
                agreement.selection();
            default -> agreement.pooling();
        };
    }

    /** The reference, but for the last element of what {@code kernel} gives. */
    private Kernels faulty(String kernel) {
        return (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("name")) {
                        return "reference but " + kernel;
                    }
                    try {
                        Object result = method.invoke(reference, arguments);
                        return method.getName().equals(kernel) ? disturbed(result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static Object disturbed(Object result) {
        return switch (result) {
            case Tensor x -> disturbed(x);
            case Indexed x -> new Indexed(x.values(), disturbed(x.indices()));
            case Normalized x -> new Normalized(x.output(), x.mean(), disturbed(x.inverseDeviation()));
            case Attended x -> new Attended(x.output(), disturbed(x.logSumExp()));
            case Tensor[] all ->
                Arrays.stream(all).map(x -> x == null ? null : disturbed(x)).toArray(Tensor[]::new);
            case Double x -> x + 1e-3;
            case Boolean x -> !x;
            default -> throw new AssertionError(result);
        };
    }

    private static Tensor disturbed(Tensor x) {
        if (x.elements() == 0) {
            return x;
        }
        if (x.dtype().isFloating()) {
            double[] values = x.toDoubleArray();
            values[values.length - 1] += 1e-4 * Math.max(1, Math.abs(values[values.length - 1]));
            return Tensor.of(values, x.dtype(), x.shape());
        }
        long[] values = x.toLongArray();
        values[values.length - 1] =
                x.dtype() == DType.BOOL ? 1 - values[values.length - 1] : values[values.length - 1] + 1;
        return Tensor.of(values, x.shape()).to(x.dtype());
    }
}
