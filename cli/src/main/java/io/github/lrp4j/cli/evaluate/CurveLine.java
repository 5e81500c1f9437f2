package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.evaluate.localisation.Localisation;
import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.PictureCurves;
import io.github.lrp4j.evaluate.perturbation.Score;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of one input by one method, as a line of the journal.
 *
 * @param method what explained
 * @param name what the data call the input
 * @param curves its curves
 * @param localisation how its relevance lies on an object; empty where no mask says where that is
 * @param heatMap its relevance as a PNG file in base64; empty but for the first few pictures
 */
record CurveLine(String method, String name, PictureCurves curves, Optional<Localisation> localisation,
        String heatMap) {
    private static final String LOCALISATION = "localisation";

    /** This line without what only pages show. */
    CurveLine withoutHeatMap() {
        return new CurveLine(method, name, curves, localisation, "");
    }

    /** As JSON. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("method", method).put("key", curves.key())
                .put("name", name).put("target", curves.target()).put("label", curves.label());
        curves.curves().forEach((order, scores) -> {
            ObjectNode ofOrder = json.putObject(order.name());
            scores.forEach((score, curve) -> {
                ArrayNode points = ofOrder.putArray(score.name());
                curve.forEach(points::add);
            });
        });
        localisation
                .ifPresent(on -> json.putObject(LOCALISATION).put("hit", on.hit()).put("insideMass", on.insideMass())
                        .put("weightedMass", on.weightedMass()));
        return heatMap.isEmpty() ? json : json.put("heatMap", heatMap);
    }

    /** Whether a record is one of these. */
    static boolean is(JsonNode json) {
        return json.has(Order.MORF.name());
    }

    /**
     * What {@link #toJson} gave.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static CurveLine ofJson(JsonNode json) {
        Map<Order, Map<Score, List<Double>>> curves = new EnumMap<>(Order.class);
        for (Order order : Order.values()) {
            Map<Score, List<Double>> scores = new EnumMap<>(Score.class);
            json.path(order.name()).properties().forEach(entry -> {
                List<Double> points = new ArrayList<>();
                entry.getValue().forEach(point -> points.add(point.asDouble()));
                scores.put(Score.valueOf(entry.getKey()), points);
            });
            if (scores.isEmpty()) {
                throw new IllegalArgumentException("has no curve " + order.name());
            }
            curves.put(order, scores);
        }
        return new CurveLine(required(json, "method").asText(), required(json, "name").asText(),
                new PictureCurves(required(json, "key").asLong(), required(json, "target").asInt(),
                        required(json, "label").asInt(), curves),
                localisation(json.path(LOCALISATION)), json.path("heatMap").asText(""));
    }

    private static Optional<Localisation> localisation(JsonNode json) {
        return json.isMissingNode()
                ? Optional.empty()
                : Optional.of(new Localisation(json.path("hit").asBoolean(), json.path("insideMass").asDouble(),
                        json.path("weightedMass").asDouble()));
    }

    private static JsonNode required(JsonNode json, String key) {
        if (!json.has(key)) {
            throw new IllegalArgumentException("has no " + key);
        }
        return json.get(key);
    }
}
