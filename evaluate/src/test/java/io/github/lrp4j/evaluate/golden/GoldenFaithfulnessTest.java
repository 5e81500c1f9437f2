package io.github.lrp4j.evaluate.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.attribution.LrpAttribution;
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
 * Trained models, pictures and a protocol of the reference data: logits, blurred pictures, heat maps and perturbation curves
 * are the reference's, and our presets are at least as faithful as all that was measured there.
 *
 * <p>Curves take some hundred thousand forward passes. Unless {@code -Dlrp4j.faithfulness=whole} asks for all, every curve is
 * compared in a few points, and the area between curves is where the heat maps of all pictures are stored.
 */
@Tag("golden")
@Tag("slow")
class GoldenFaithfulnessTest {
    private static final boolean WHOLE = "whole".equals(System.getProperty("lrp4j.faithfulness"));
    /** In float64 a heat map takes a tenth of a second. */
    private static final int MAPS = WHOLE ? Integer.MAX_VALUE : 8;
    private static final int TOGETHER = 10;
    /** Every how many steps a curve is compared, and how often. */
    private static final int STRIDE = 8;
    private static final int POINTS = 2;

    static Stream<FaithfulnessCase> cases() {
        return GoldenCases.list("faithfulness").map(FaithfulnessCase::new);
    }

    static Stream<FaithfulnessCase.Result> results() {
        return cases().flatMap(FaithfulnessCase::results);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logits(FaithfulnessCase of) {
        Tensor want = of.golden().tensor("logits");
        JsonNode tolerance = of.json().get("tolerance");
        Network network = of.network();
        Classifier fast = Classifier.of(network, Backends.select().kernels());
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

    /** The points after 8 and 16 steps, which tell more than those at the ends. */
    @ParameterizedTest
    @MethodSource("results")
    void pointsOfCurves(FaithfulnessCase.Result result) {
        assumeTrue(!WHOLE, "compared whole");
        Perturbation whole = result.protocol();
        int points = Math.min(POINTS, whole.steps() / STRIDE);
        Perturbation coarse = new Perturbation(whole.units(), whole.perStep() * STRIDE, points, whole.baseline(),
                whole.absolute(), whole.batch());
        Faithfulness got = measured(result.of(), coarse, relevance(result));
        for (Score score : List.of(Score.ACCURACY, Score.PROBABILITY)) {
            for (Order order : Order.values()) {
                List<Double> want = curve(result, score, order);
                assertCurve(got.curve(order, score),
                        IntStream.rangeClosed(0, points).mapToObj(k -> want.get(k * STRIDE)).toList(), result);
            }
        }
    }

    static Stream<FaithfulnessCase.Result> resultsToMeasure() {
        return WHOLE
                ? results()
                : cases().flatMap(of -> of.results().filter(GoldenFaithfulnessTest::isStoredForAll).limit(1));
    }

    private static boolean isStoredForAll(FaithfulnessCase.Result result) {
        String name = "heatmap." + result.method();
        return result.of().golden().tensorNames().contains(name)
                && result.of().golden().tensor(name).size(0) == result.of().count();
    }

    @ParameterizedTest
    @MethodSource("resultsToMeasure")
    void wholeCurves(FaithfulnessCase.Result result) {
        Faithfulness got = measured(result.of(), result.protocol(), relevance(result));
        double tolerance = result.of().json().at("/tolerance/abpc").asDouble();
        for (Score score : List.of(Score.ACCURACY, Score.PROBABILITY)) {
            JsonNode want = result.json().get(score.name().toLowerCase(Locale.ROOT));
            for (Order order : Order.values()) {
                assertCurve(got.curve(order, score), curve(result, score, order), result);
            }
            for (Measure measure : List.of(Measure.ABPC, Measure.COMPREHENSIVENESS, Measure.SUFFICIENCY)) {
                Estimate estimate = got.estimate(measure, score, 1);
                assertThat(estimate.mean()).as("%s %s %s", result, score, measure).isCloseTo(
                        want.get(measure.name().toLowerCase(Locale.ROOT)).asDouble(), within(tolerance));
                if (measure == Measure.ABPC && want.has("abpc_standard_error")) {
                    assertThat(estimate.standardError())
                            .isCloseTo(want.get("abpc_standard_error").asDouble(), within(tolerance / 10));
                }
            }
        }
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

    /** Pieces of heat maps for some pictures: stored for all, or computed. */
    private interface Maps {
        Tensor of(Batch pictures, int from, int to);
    }

    private static Maps relevance(FaithfulnessCase.Result result) {
        FaithfulnessCase of = result.of();
        if (isStoredForAll(result)) {
            Tensor stored = of.stored(result.method());
            return (pictures, from, to) -> stored.slice(0, from, to);
        }
        Attribution attribution = of.attribution(result.method()).orElseThrow();
        return (pictures, from, to) -> attribution.of(pictures);
    }

    /** The curves of all pictures; a few pictures per thread, each on kernels of its own. */
    private static Faithfulness measured(FaithfulnessCase of, Perturbation protocol, Maps maps) {
        Network network = of.network();
        return Faithfulness.of(each(of.count(), TOGETHER, (from, to) -> {
            Batch pictures = of.pictures(Classifier.of(network, alone()), DType.F32, from, to);
            return protocol.curves(pictures, maps.of(pictures, from, to), of.labels(from, to));
        }).stream().flatMap(List::stream).toList());
    }

    private static Kernels alone() {
        Kernels kernels = Backends.select().kernels();
        return Backends.alone(kernels).orElse(kernels);
    }

    /** A piece of work on the pictures from one to another. */
    private interface Piece<T> {
        T of(int from, int to);
    }

    private static <T> List<T> each(int count, int together, Piece<T> work) {
        return IntStream.range(0, Math.ceilDiv(count, together)).parallel()
                .mapToObj(i -> work.of(i * together, Math.min(count, (i + 1) * together))).toList();
    }

    static Stream<Arguments> replacements() {
        return cases().flatMap(of -> of.json().get("results").properties().stream()
                .map(replacement -> Arguments.of(of, replacement.getKey())));
    }

    /**
     * By probability no method of the reference is better. Accuracy counts pictures and is coarser: there a standard error is
     * left open.
     */
    @ParameterizedTest
    @MethodSource("replacements")
    void ourPresetsAreAtLeastAsFaithfulAsTheReference(FaithfulnessCase of, String replacement) {
        Attribution best = new LrpAttribution("best", of.isTransformer()
                ? Presets.conservativePropagationGamma(100, 0)
                : Presets.compositeLrp(of.low(), of.high()));
        Faithfulness got = measured(of, of.protocol(replacement, "signed"), (pictures, from, to) -> best.of(pictures));

        for (Score score : List.of(Score.ACCURACY, Score.PROBABILITY)) {
            double reference = of.results().filter(result -> result.replacement().equals(replacement))
                    .mapToDouble(result -> result.json().get(score.name().toLowerCase(Locale.ROOT)).get("abpc").asDouble())
                    .max().orElseThrow();
            Estimate ours = got.estimate(Measure.ABPC, score, 1);
            double open = score == Score.ACCURACY ? ours.standardError() : 0;
            assertThat(ours.mean()).as("%s %s %s", of, replacement, score).isGreaterThanOrEqualTo(reference - open);
        }
    }
}
