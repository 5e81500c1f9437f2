package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.cli.console.Json;
import io.github.lrp4j.evaluate.perturbation.Estimate;
import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Numbers as CSV and JSON; the same numbers give the same bytes. */
final class ResultFiles {
    private ResultFiles() {
    }

    /** A line per method, score and measure. */
    static String csv(List<Measured> measured) {
        StringBuilder csv = new StringBuilder(
                "method,score,measure,mean,standard_error,low,high,bootstrap_low,bootstrap_high,count\n");
        for (Measured m : measured) {
            csv.append(m.method()).append(',').append(m.score()).append(',').append(m.measure()).append(',')
                    .append(numbers(m.estimate()).values().stream().map(String::valueOf)
                            .collect(Collectors.joining(",")))
                    .append(',').append(m.estimate().count()).append('\n');
        }
        return csv.toString();
    }

    /**
     * Everything.
     *
     * @param facts what else is known of the run, by name
     */
    static String json(Configuration configuration, Map<String, Long> facts, List<Measured> measured,
            List<MethodResult> curves) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("configuration", configuration.toJson());
        facts.forEach(json::put);
        ObjectNode methods = json.putObject("methods");
        for (String method : measured.stream().map(Measured::method).distinct().toList()) {
            ArrayNode numbers = methods.putObject(method).putArray("measures");
            measured.stream().filter(m -> m.method().equals(method)).forEach(m -> {
                ObjectNode one = numbers.addObject().put("score", m.score()).put("measure", m.measure());
                numbers(m.estimate()).forEach(one::put);
                one.put("count", m.estimate().count());
            });
        }
        for (MethodResult result : curves) {
            ObjectNode ofMethod = methods.withObject("/" + escaped(result.method())).putObject("curves");
            for (Map.Entry<Score, Map<Order, List<Double>>> score : result.curves().entrySet()) {
                ObjectNode ofScore = ofMethod.putObject(MethodResult.name(score.getKey()));
                score.getValue().forEach((order, points) -> points
                        .forEach(ofScore.withArray(MethodResult.name(order))::add));
            }
        }
        return Json.text(json);
    }

    private static Map<String, Double> numbers(Estimate estimate) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("mean", estimate.mean());
        numbers.put("standardError", estimate.standardError());
        numbers.put("low", estimate.normal().low());
        numbers.put("high", estimate.normal().high());
        numbers.put("bootstrapLow", estimate.bootstrap().low());
        numbers.put("bootstrapHigh", estimate.bootstrap().high());
        return numbers;
    }

    /** As a part of a JSON pointer. */
    private static String escaped(String name) {
        return name.chars().mapToObj(c -> c == '~' ? "~0" : c == '/' ? "~1" : Character.toString(c))
                .collect(Collectors.joining());
    }
}
