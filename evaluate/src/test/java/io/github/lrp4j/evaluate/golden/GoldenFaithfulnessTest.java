package io.github.lrp4j.evaluate.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.attribution.LrpAttribution;
import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.evaluate.perturbation.Estimate;
import io.github.lrp4j.evaluate.perturbation.Faithfulness;
import io.github.lrp4j.evaluate.perturbation.Measure;
import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.Perturbation;
import io.github.lrp4j.evaluate.perturbation.Score;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCases;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.zoo.Network;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trained models, pictures and a protocol of the reference data: logits, blurred pictures, heat maps and perturbation
 * curves are the reference's, and our presets are at least as faithful as all that was measured there.
 *
 * <p>Curves take some hundred thousand forward passes. Unless {@code -Dlrp4j.faithfulness=whole} asks for all, every
 * curve is compared in a point, and one curve, whose heat maps of all pictures are stored, as a whole.
 */
@Tag("golden")
@Tag("slow")
class GoldenFaithfulnessTest {
    private static final Kernels FAST = Backends.select().kernels();
    private static final boolean WHOLE = "whole".equals(System.getProperty("lrp4j.faithfulness"));
    /** In float64 a heat map takes a tenth of a second. */
    private static final int MAPS = WHOLE ? Integer.MAX_VALUE : 8;
    private static final int TOGETHER = 10;
    /** After how many steps a curve is compared that is not compared whole. */
    private static final int POINT = 12;
    private static final List<Score> SCORES = List.of(Score.ACCURACY, Score.PROBABILITY);

    static Stream<FaithfulnessCase> cases() {
        return GoldenCases.list("faithfulness").map(FaithfulnessCase::new);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logits(FaithfulnessCase of) {
        Tensor want = of.golden().tensor("logits");
        JsonNode tolerance = of.json().get("tolerance");
        Network network = of.network();
        Classifier fast = Classifier.of(network, FAST);
        Batch all = of.pictures(fast, DType.F32, 0, of.count());
        TensorAssert.assertCloseOfMax(fast.logits(all.inputs()), want, tolerance.get("logits_float32").asDouble());

        Classifier exact = Classifier.of(network.to(DType.F64), new ReferenceKernels());
        Batch some = of.pictures(exact, DType.F64, 0, Math.min(MAPS, of.count()));
        TensorAssert.assertCloseOfMax(exact.logits(some.inputs()), want.slice(0, 0, some.size()),
                tolerance.get("logits_float64").asDouble());
    }

    /** The reference blurs in float32. */
    @ParameterizedTest
    @MethodSource("cases")
    void blurredPictures(FaithfulnessCase of) {
        Classifier any = Classifier.of(of.network(), new ReferenceKernels());
        List<String> names = of.golden().tensorNames().stream().filter(name -> name.startsWith("blurred.")).toList();
        assertThat(names).isNotEmpty();
        for (String name : names) {
            Tensor want = of.golden().tensor(name);
            Batch pictures = of.pictures(any, DType.F64, 0, want.size(0));
            TensorAssert.assertCloseOfMax(of.blur(name.substring("blurred.".length())).of(pictures), want, 2e-6);
        }
    }

    static Stream<Arguments> methods() {
        return cases().flatMap(of -> of.golden().tensorNames().stream().filter(name -> name.startsWith("heatmap."))
                .map(name -> name.substring("heatmap.".length())).filter(name -> of.attribution(name).isPresent())
                .map(name -> Arguments.of(of, name)));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void heatMaps(FaithfulnessCase of, String method) {
        Network exact = of.network().to(DType.F64);
        Tensor stored = of.stored(method);
        Attribution attribution = of.attribution(method).orElseThrow();
        Tensor want = stored.slice(0, 0, Math.min(MAPS, stored.size(0)));
        List<Tensor> got = each(want.size(0), 2, (from, to) -> attribution
                .of(of.pictures(Classifier.of(exact, new ReferenceKernels()), DType.F64, from, to)));

        Tensor all = new ReferenceKernels().concat(got, 0);
        TensorAssert.assertCloseOfMax(all, want,
                of.json().at("/tolerance/heatmap_float64_rtol_of_max").asDouble());
    }

    static Stream<Arguments> measuredMethods() {
        return cases().flatMap(of -> of.results().map(FaithfulnessCase.Result::method).distinct()
                .map(method -> Arguments.of(of, method)));
    }

    /** Every curve of a method: whole, or in a point that tells more than those at the ends. */
    @ParameterizedTest
    @MethodSource("measuredMethods")
    void curves(FaithfulnessCase of, String method) {
        Tensor relevance = relevance(of, method);
        FaithfulnessCase.Result first =
                of.results().filter(result -> isStoredForAll(of, result.method())).findFirst().orElseThrow();
        for (FaithfulnessCase.Result result : of.results().filter(any -> any.method().equals(method)).toList()) {
            if (WHOLE || result.equals(first)) {
                compareWhole(result, relevance);
            } else {
                comparePoint(result, relevance);
            }
        }
    }

    private static void comparePoint(FaithfulnessCase.Result result, Tensor relevance) {
        Perturbation whole = result.protocol();
        int steps = Math.min(POINT, whole.steps());
        Perturbation coarse = new Perturbation(whole.units(), whole.perStep() * steps, 1, whole.baseline(),
                whole.absolute(), whole.batch());
        Faithfulness got = measured(result.of(), coarse, relevance);
        for (Score score : SCORES) {
            for (Order order : Order.values()) {
                List<Double> want = curve(result, score, order);
                assertCurve(got.curve(order, score), List.of(want.getFirst(), want.get(steps)), result);
            }
        }
    }

    private static void compareWhole(FaithfulnessCase.Result result, Tensor relevance) {
        Faithfulness got = measured(result.of(), result.protocol(), relevance);
        double tolerance = result.of().json().at("/tolerance/abpc").asDouble();
        for (Score score : SCORES) {
            JsonNode want = result.json().get(score.name().toLowerCase(Locale.ROOT));
            for (Order order : Order.values()) {
                assertCurve(got.curve(order, score), curve(result, score, order), result);
            }
            for (Measure measure : List.of(Measure.ABPC, Measure.COMPREHENSIVENESS, Measure.SUFFICIENCY)) {
                Estimate estimate = got.estimate(measure, score, new Confidence(0.95, Confidence.RESAMPLES, 1));
                assertThat(estimate.mean()).as("%s %s %s", result, score, measure).isCloseTo(
                        want.get(measure.name().toLowerCase(Locale.ROOT)).asDouble(), within(tolerance));
                if (measure == Measure.ABPC && want.has("abpc_standard_error")) {
                    assertThat(estimate.standardError())
                            .isCloseTo(want.get("abpc_standard_error").asDouble(), within(tolerance / 10));
                }
            }
        }
    }

    private static boolean isStoredForAll(FaithfulnessCase of, String method) {
        return of.golden().tensorNames().contains("heatmap." + method) && of.stored(method).size(0) == of.count();
    }

    private static List<Double> curve(FaithfulnessCase.Result result, Score score, Order order) {
        JsonNode curve = result.json().get(score.name().toLowerCase(Locale.ROOT))
                .get(order.name().toLowerCase(Locale.ROOT));
        return IntStream.range(0, curve.size()).mapToObj(k -> curve.get(k).asDouble()).toList();
    }

    private static void assertCurve(List<Double> got, List<Double> want, FaithfulnessCase.Result result) {
        double tolerance = result.of().json().at("/tolerance/curve_points").asDouble();
        assertThat(got).as(result.toString()).hasSameSizeAs(want);
        for (int k = 0; k < want.size(); k++) {
            assertThat(got.get(k)).as("%s point %d", result, k).isCloseTo(want.get(k), within(tolerance));
        }
    }

    /** The heat maps of all pictures: stored, or computed. */
    private static Tensor relevance(FaithfulnessCase of, String method) {
        return isStoredForAll(of, method)
                ? of.stored(method)
                : relevance(of, of.attribution(method).orElseThrow());
    }

    private static Tensor relevance(FaithfulnessCase of, Attribution attribution) {
        Network network = of.network();
        return new ReferenceKernels().concat(each(of.count(), TOGETHER, (from, to) -> attribution
                .of(of.pictures(Classifier.of(network, alone()), DType.F32, from, to))), 0);
    }

    /** The curves of all pictures; a few pictures per thread, each on kernels of its own. */
    private static Faithfulness measured(FaithfulnessCase of, Perturbation protocol, Tensor relevance) {
        Network network = of.network();
        return Faithfulness.of(each(of.count(), TOGETHER, (from, to) -> {
            Batch pictures = of.pictures(Classifier.of(network, alone()), DType.F32, from, to);
            return protocol.curves(pictures, relevance.slice(0, from, to), of.labels(from, to));
        }).stream().flatMap(List::stream).toList());
    }

    private static Kernels alone() {
        return Backends.alone(FAST).orElse(FAST);
    }

    /** A piece of work on the pictures from one to another. */
    private interface Piece<T> {
        T of(int from, int to);
    }

    private static <T> List<T> each(int count, int together, Piece<T> work) {
        return IntStream.range(0, Math.ceilDiv(count, together)).parallel()
                .mapToObj(i -> work.of(i * together, Math.min(count, (i + 1) * together))).toList();
    }

    /**
     * By probability no method of the reference is better. Accuracy counts pictures and is coarser: there a standard
     * error is left open.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void ourPresetsAreAtLeastAsFaithfulAsTheReference(FaithfulnessCase of) {
        Tensor relevance = relevance(of, new LrpAttribution("best", of.isTransformer()
                ? Presets.conservativePropagationGamma(100, 0)
                : Presets.compositeLrp(of.low(), of.high())));
        for (String replacement : of.results().map(FaithfulnessCase.Result::replacement).distinct().toList()) {
            Faithfulness got = measured(of, of.protocol(replacement, "signed"), relevance);
            for (Score score : SCORES) {
                double reference = of.results().filter(result -> result.replacement().equals(replacement))
                        .mapToDouble(result -> result.json().get(score.name().toLowerCase(Locale.ROOT)).get("abpc")
                                .asDouble())
                        .max().orElseThrow();
                Estimate ours = got.estimate(Measure.ABPC, score, new Confidence(0.95, Confidence.RESAMPLES, 1));
                double open = score == Score.ACCURACY ? ours.standardError() : 0;
                assertThat(ours.mean()).as("%s %s %s", of, replacement, score)
                        .isGreaterThanOrEqualTo(reference - open);
            }
        }
    }
}
