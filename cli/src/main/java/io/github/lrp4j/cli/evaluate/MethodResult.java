package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.evaluate.perturbation.Faithfulness;
import io.github.lrp4j.evaluate.perturbation.Measure;
import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What came of one method.
 *
 * @param method its name
 * @param count over how many inputs
 * @param curves mean curves; of {@link Score#ACCURACY} only where the right class of every input is known
 * @param measured the numbers of the table
 */
record MethodResult(String method, int count, Map<Score, Map<Order, List<Double>>> curves, List<Measured> measured) {
    /** The result of a method, from the curves of all inputs. */
    static MethodResult of(String method, Faithfulness faithfulness, Confidence confidence) {
        Map<Score, Map<Order, List<Double>>> curves = new EnumMap<>(Score.class);
        List<Measured> measured = new ArrayList<>();
        for (Score score : Arrays.stream(Score.values()).filter(faithfulness::has).toList()) {
            Map<Order, List<Double>> ofScore = new EnumMap<>(Order.class);
            for (Order order : Order.values()) {
                ofScore.put(order, faithfulness.curve(order, score));
            }
            curves.put(score, ofScore);
            for (Measure measure : Measure.values()) {
                measured.add(new Measured(method, name(score), name(measure),
                        faithfulness.estimate(measure, score, confidence)));
            }
        }
        return new MethodResult(method, faithfulness.pictures().size(), curves, measured);
    }

    /** This result with more numbers. */
    MethodResult and(List<Measured> more) {
        List<Measured> all = new ArrayList<>(measured);
        all.addAll(more);
        return new MethodResult(method, count, curves, all);
    }

    /** The columns that a screen has room for. */
    static List<String> columns(Score score) {
        return Stream.of(Measure.ABPC, Measure.COMPREHENSIVENESS, Measure.SUFFICIENCY)
                .map(measure -> name(measure) + " (" + name(score) + ")").toList();
    }

    /** {@code auc-morf}. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
