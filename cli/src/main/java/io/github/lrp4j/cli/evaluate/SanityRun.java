package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.evaluate.sanity.Completeness;
import io.github.lrp4j.evaluate.sanity.ParameterRandomization;
import io.github.lrp4j.evaluate.sanity.Repeatability;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Asks of each method what every explanation should pass, over a few pictures: what its relevance adds up to, whether it is the
 * same when it is asked again and in another batch, and whether it changes when the network forgets what it has learned.
 *
 * @param network what is explained
 * @param pictures a few of its inputs
 * @param seed of the weights that take the place of the learned ones
 */
record SanityRun(Network network, Batch pictures, long seed) {
    private static final String KEY = "sanity";
    private static final String REPEATS = "repeats-bitwise";
    private static final String DIFFERENCE = "batch-difference";
    private static final String SUM = "relevance-sum";
    private static final String CORRELATION = "correlation-after-randomization";
    /** What the checks find, as {@link Measured#column} calls it. */
    static final List<String> COLUMNS = List.of(REPEATS, DIFFERENCE, SUM, CORRELATION);

    /** Checks the methods that the journal does not have yet. */
    void run(Map<String, Attribution> methods, Journal journal) {
        Set<String> done = new LinkedHashSet<>();
        journal.read(json -> {
            if (json.has(KEY)) {
                done.add(json.path("method").asText());
            }
        });
        methods.forEach((name, method) -> {
            if (!done.contains(name)) {
                ObjectNode line = JsonNodeFactory.instance.objectNode().put("method", name);
                line.set(KEY, checked(method));
                journal.append(line);
            }
        });
    }

    private ObjectNode checked(Attribution method) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Tensor relevance = method.of(pictures);
        Repeatability again = Repeatability.of(method, pictures, relevance);
        json.put(REPEATS, again.bitwise() ? 1 : 0);
        json.put(DIFFERENCE, again.largestDifference());
        ArrayNode sums = json.putArray(SUM);
        Completeness.of(pictures, relevance).forEach(of -> sums.add(of.sum()));
        ArrayNode stages = json.putArray("randomized");
        for (ParameterRandomization.Stage stage : new ParameterRandomization(seed).cascade(network, method, pictures,
                relevance)) {
            ObjectNode ofStage = stages.addObject().put("module", stage.module());
            // A picture whose relevance is the same everywhere has no ranks.
            stage.absolute().stream().filter(Double::isFinite).forEach(ofStage.withArray("correlations")::add);
        }
        return json;
    }

    /** What the journal has, as numbers for the table. */
    static Map<String, List<Measured>> measured(Journal journal, Confidence confidence) {
        Map<String, List<Measured>> all = new LinkedHashMap<>();
        journal.read(json -> {
            if (json.has(KEY)) {
                String method = json.path("method").asText();
                all.put(method, measured(method, json.path(KEY), confidence));
            }
        });
        return all;
    }

    private static List<Measured> measured(String method, JsonNode json, Confidence confidence) {
        List<Measured> numbers = new ArrayList<>();
        for (String fact : List.of(REPEATS, DIFFERENCE)) {
            numbers.add(new Measured(method, fact, confidence.of(new double[] {json.path(fact).asDouble()})));
        }
        numbers.add(new Measured(method, SUM, confidence.of(doubles(json.path(SUM)))));
        JsonNode stages = json.path("randomized");
        double[] last = doubles(stages.path(stages.size() - 1).path("correlations"));
        if (last.length > 0) {
            numbers.add(new Measured(method, CORRELATION, confidence.of(last)));
        }
        return numbers;
    }

    private static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }
}
