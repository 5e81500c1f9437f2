package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.kernels.UnaryFn.Kind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class UnaryFnTest {
    /** {@code y = f(x)}, with numbers from a table or from the formula by hand. */
    record Known(UnaryFn f, double x, double y) {
        static Known of(Kind kind, double x, double y) {
            return new Known(UnaryFn.of(kind), x, y);
        }

        static Known of(Kind kind, double alpha, double beta, double x, double y) {
            return new Known(new UnaryFn(kind, alpha, beta), x, y);
        }
    }

    static List<Known> known() {
        double inf = Double.POSITIVE_INFINITY;
        return List.of(Known.of(Kind.NEG, 2.5, -2.5), Known.of(Kind.ABS, -2.5, 2.5), Known.of(Kind.SIGN, -2.5, -1),
                Known.of(Kind.SIGN, 0, 0),
                Known.of(Kind.SIGN, 7, 1), Known.of(Kind.SCALE, 3, 0, 2, 6), Known.of(Kind.SHIFT, 3, 0, 2, 5),
                Known.of(Kind.POW, 3, 0, -2, -8),
                Known.of(Kind.POW, 0.5, 0, 9, 3), Known.of(Kind.POW, 0, 0, 0, 1), Known.of(Kind.SQUARE, -3, 9),
                Known.of(Kind.SQRT, 9, 3),
                Known.of(Kind.SQRT, -1, Double.NaN), Known.of(Kind.RSQRT, 4, 0.5), Known.of(Kind.RSQRT, 0, inf),
                Known.of(Kind.RECIPROCAL, -4, -0.25),
                Known.of(Kind.RECIPROCAL, 0, inf), Known.of(Kind.EXP, 0.5, 1.6487212707001282),
                Known.of(Kind.EXP, -inf, 0),
                Known.of(Kind.EXPM1, -1, -0.6321205588285577), Known.of(Kind.EXPM1, 1e-12, 1e-12),
                Known.of(Kind.LOG, 3, 1.0986122886681098),
                Known.of(Kind.LOG, 0, -inf), Known.of(Kind.LOG1P, 0.5, 0.4054651081081644),
                Known.of(Kind.SIN, 1, 0.8414709848078965),
                Known.of(Kind.COS, 1, 0.5403023058681398), Known.of(Kind.TANH, 0.5, 0.46211715726000974),
                Known.of(Kind.TANH, -inf, -1),
                Known.of(Kind.SIGMOID, 1, 0.7310585786300049), Known.of(Kind.SIGMOID, -1000, 0),
                Known.of(Kind.RELU, -2, 0), Known.of(Kind.RELU, 2, 2),
                Known.of(Kind.NEGATIVE_PART, -2, -2), Known.of(Kind.NEGATIVE_PART, 2, 0),
                Known.of(Kind.LEAKY_RELU, 0.1, 0, -2, -0.2),
                Known.of(Kind.LEAKY_RELU, 0.1, 0, 2, 2), Known.of(Kind.ELU, 2, 0, -1, -1.2642411176571153),
                Known.of(Kind.ELU, 2, 0, 3, 3),
                Known.of(Kind.GELU, 1, 0.8413447460685429), Known.of(Kind.GELU, -2, -0.04550026389635842),
                Known.of(Kind.GELU_TANH, 1, 0.8411919906082768), Known.of(Kind.GELU_TANH, -2, -0.04540230591222494),
                Known.of(Kind.SILU, 1, 0.7310585786300049), Known.of(Kind.SILU, -2, -0.2384058440442351),
                Known.of(Kind.SOFTPLUS, 1, 20, 1, 1.3132616875182228),
                Known.of(Kind.SOFTPLUS, 2, 20, -0.5, 0.15663084375911143),
                Known.of(Kind.SOFTPLUS, 2, 20, 11, 11), Known.of(Kind.HARDSWISH, 1, 2.0 / 3),
                Known.of(Kind.HARDSWISH, -4, 0),
                Known.of(Kind.HARDSWISH, 5, 5), Known.of(Kind.HARDSIGMOID, 1, 2.0 / 3),
                Known.of(Kind.HARDSIGMOID, -4, 0), Known.of(Kind.HARDSIGMOID, 5, 1),
                Known.of(Kind.ERF, 0.5, 0.5204998778130465), Known.of(Kind.CLAMP, -1, 2, -3, -1),
                Known.of(Kind.CLAMP, -1, 2, 1.5, 1.5),
                Known.of(Kind.CLAMP, -1, 2, 3, 2), Known.of(Kind.STABILIZE, 0.25, 0, -1, -1.25),
                Known.of(Kind.STABILIZE, 0.25, 0, 0, 0.25),
                Known.of(Kind.STABILIZE, 0.25, 0, -0.0, 0.25));
    }

    @ParameterizedTest
    @MethodSource("known")
    void valuesAreKnown(Known known) {
        double got = known.f.apply(known.x);
        if (Double.isFinite(known.y)) {
            assertThat(got).isCloseTo(known.y, within(4e-16 * Math.max(1, Math.abs(known.y))));
        } else {
            assertThat(Double.compare(got, known.y)).isZero();
        }
    }

    @Test
    void noFunctionIsForgotten() {
        Set<Kind> covered = EnumSet.noneOf(Kind.class);
        known().forEach(known -> covered.add(known.f.kind()));
        assertThat(covered).containsExactlyInAnyOrder(Kind.values());
    }

    @ParameterizedTest
    @EnumSource
    void nanStaysNan(Kind kind) {
        assertThat(functions(kind).map(f -> f.apply(Double.NaN))).containsOnly(Double.NaN);
    }

    private static Stream<UnaryFn> functions(Kind kind) {
        return switch (kind) {
            case POW -> Stream.of(2.0, 3.0, -1.5, 0.5).map(a -> new UnaryFn(kind, a, 0));
            case SCALE, SHIFT, LEAKY_RELU, ELU, STABILIZE -> Stream.of(0.3, 1.5).map(a -> new UnaryFn(kind, a, 0));
            case SOFTPLUS -> Stream.of(new UnaryFn(kind, 1, 20), new UnaryFn(kind, 2, 3));
            case CLAMP -> Stream.of(new UnaryFn(kind, -1, 0.8), new UnaryFn(kind, -0.4, Double.POSITIVE_INFINITY));
            default -> Stream.of(UnaryFn.of(kind));
        };
    }

    /** Where the function is defined and smooth: away from 0, +-3, the clamp bounds and SOFTPLUS's threshold. */
    private static double[] smoothPoints(Kind kind) {
        return switch (kind) {
            case SQRT, RSQRT, LOG -> new double[] {0.1, 0.7, 1.3, 6};
            case LOG1P -> new double[] {-0.6, 0.1, 1.3, 6};
            case POW -> new double[] {0.1, 0.7, 1.3, 2.9};
            default -> new double[] {-4.5, -2.2, -1.3, -0.7, -0.1, 0.1, 0.5, 1.3, 2.2, 4.5};
        };
    }

    @ParameterizedTest
    @EnumSource
    void derivativesAreTheLimitOfDifferenceQuotients(Kind kind) {
        functions(kind).forEach(f -> {
            for (double x : smoothPoints(kind)) {
                double h = 1e-5;
                double quotient = (f.apply(x + h) - f.apply(x - h)) / (2 * h);
                assertThat(f.derivative(x)).as("%s at %s", f, x).isCloseTo(quotient,
                        within(2e-8 * Math.max(1, Math.abs(quotient))));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void derivativesFollowFromTheOutputWhereTheySay(Kind kind) {
        UnaryFn f = functions(kind).findFirst().orElseThrow();
        if (!f.derivativeNeedsOnlyOutput()) {
            assertThatIllegalArgumentException().isThrownBy(() -> f.derivativeFromOutput(1))
                    .withMessageContaining(kind.name());
            return;
        }
        for (double x : smoothPoints(kind)) {
            double h = 1e-5;
            double quotient = (f.apply(x + h) - f.apply(x - h)) / (2 * h);
            assertThat(f.derivativeFromOutput(f.apply(x))).isCloseTo(quotient,
                    within(2e-8 * Math.max(1, Math.abs(quotient))));
        }
    }

    @Test
    void affineFunctionsHaveOneDerivative() {
        for (Kind kind : Kind.values()) {
            UnaryFn f = functions(kind).findFirst().orElseThrow();
            boolean constant = Arrays.stream(smoothPoints(kind)).map(f::derivative).distinct().count() == 1;
            if (f.isAffine()) {
                assertThat(constant).isTrue();
            }
        }
        assertThat(Arrays.stream(Kind.values()).filter(kind -> UnaryFn.of(kind).isAffine())).containsExactly(Kind.NEG,
                Kind.SCALE, Kind.SHIFT);
    }

    @ParameterizedTest
    @CsvSource({"ABS, 0, 0, 0, 0", "SIGN, 0, 0, 0, 0", "RELU, 0, 0, 0, 0", "NEGATIVE_PART, 0, 0, 0, 0",
        "LEAKY_RELU, 0.1, 0, 0, 0.1",
        "HARDSWISH, 0, 0, -3, 0", "HARDSWISH, 0, 0, 3, 1", "HARDSIGMOID, 0, 0, -3, 0", "HARDSIGMOID, 0, 0, 3, 0",
        "CLAMP, -1, 2, -1, 1",
        "CLAMP, -1, 2, 2, 1", "CLAMP, -1, 2, 2.001, 0", "SQRT, 0, 0, 0, Infinity", "POW, 0, 0, 0, 0", "POW, 1, 0, 0, 1",
        "STABILIZE, 1, 0, 0, 1"})
    void derivativesAtKinksAreTheDocumentedOnes(Kind kind, double alpha, double beta, double x, double derivative) {
        assertThat(new UnaryFn(kind, alpha, beta).derivative(x)).isEqualTo(derivative);
    }

    @ParameterizedTest
    @CsvSource({"1e-10, 1.1283791670955126e-10", "0.1, 0.1124629160182849", "1, 0.8427007929497149",
        "1.7, 0.9837904585907745",
        "2.4, 0.999311486103355", "2.5, 0.999593047982555", "2.6, 0.9997639655834707", "3.3, 0.9999969422902035",
        "4.5, 0.9999999998033839",
        "7, 1"})
    void theErrorFunctionIsExactToAboutOneUlp(double x, double erf) {
        assertThat(UnaryMath.erf(x)).isCloseTo(erf, within(3 * Math.ulp(erf)));
        assertThat(UnaryMath.erf(-x)).isEqualTo(-UnaryMath.erf(x));
    }
}
