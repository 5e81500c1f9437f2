package io.github.lrp4j.cli.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.evaluate.text.SpanHits;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured of one question by one method, as a line of the journal.
 *
 * @param method what explained
 * @param key place of the question in the file
 * @param id what the file calls it
 * @param state whether it was measured
 * @param answer what the model answered
 * @param exact whether that is right to the letter
 * @param f1 how far it is right
 * @param hits how the most relevant tokens lie to it; null where it was not measured
 * @param relevance of each token; empty but for the first few questions
 */
record QuestionLine(String method, long key, String id, State state, String answer, double exact, double f1,
        SpanHits hits, List<Double> relevance) {
    /** What became of a question. */
    enum State {
        /** Measured. */
        MEASURED,
        /** Its context has no answer. */
        UNANSWERABLE,
        /** It has more tokens than are read. */
        TOO_LONG
    }

    private static final String STATE = "state";
    private static final String RELEVANCE = "relevance";

    /** Copies. */
    QuestionLine {
        relevance = List.copyOf(relevance);
    }

    /** A question that was not measured. */
    static QuestionLine passed(String method, long key, String id, State state) {
        return new QuestionLine(method, key, id, state, "", 0, 0, null, List.of());
    }

    /** As JSON. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("method", method).put("key", key).put("id", id)
                .put(STATE, MethodResult.name(state));
        if (hits == null) {
            return json;
        }
        json.put("answer", answer).put("exact", exact).put("f1", f1)
                .put("top1InPrediction", hits.top1InPrediction()).put("top1InLabel", hits.top1InLabel())
                .put("strictHits", hits.strictHits()).put("hits", hits.hits())
                .put("strictUnion", hits.strictUnion()).put("union", hits.union());
        if (!relevance.isEmpty()) {
            relevance.forEach(json.putArray(RELEVANCE)::add);
        }
        return json;
    }

    /** Whether a record is one of these. */
    static boolean is(JsonNode json) {
        return json.has(STATE);
    }

    /**
     * What {@link #toJson} gave.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static QuestionLine ofJson(JsonNode json) {
        State state = State.valueOf(json.path(STATE).asText().toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
        SpanHits hits = state != State.MEASURED
                ? null
                : new SpanHits(json.path("top1InPrediction").asBoolean(), json.path("top1InLabel").asBoolean(),
                        json.path("strictHits").asInt(), json.path("hits").asInt(), json.path("strictUnion").asInt(),
                        json.path("union").asInt());
        List<Double> relevance = new ArrayList<>();
        json.path(RELEVANCE).forEach(ofToken -> relevance.add(ofToken.asDouble()));
        return new QuestionLine(json.path("method").asText(), json.path("key").asLong(), json.path("id").asText(),
                state,
                json.path("answer").asText(), json.path("exact").asDouble(), json.path("f1").asDouble(), hits,
                relevance);
    }
}
