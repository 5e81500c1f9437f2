package io.github.lrp4j.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Cat;
import io.github.lrp4j.evaluate.golden.ModelMethods;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import io.github.lrp4j.zoo.vision.GoldenConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Relevance of a whole network on any kernels under a method that a golden case gives: of the pixels, of the module outputs
 * in between and of the biases; the counts of Promises are the paper's, and the books balance.
 */
final class GoldenRelevanceCheck {
    /** Types of the reference's nodes that only change the shape. */
    private static final Pattern SHAPES =
            Pattern.compile("(Clone|Expand|Permute|Select|Squeeze|T|Transpose|Unsqueeze|View)Backward");

    private GoldenRelevanceCheck() {
    }

    /** Every case with the name of every relevance in it. */
    static Stream<Arguments> relevances() {
        return GoldenCases.list("models").flatMap(golden -> {
            Stream.Builder<Arguments> each = Stream.builder();
            golden.json().get("relevances").fieldNames().forEachRemaining(name -> each.add(Arguments.of(golden, name)));
            return each.build();
        });
    }

    /** The method in {@code relevance.METHOD.BATCH}; it may contain dots. */
    static String method(String name) {
        return name.substring(name.indexOf('.') + 1, name.lastIndexOf('.'));
    }

    /** @param name of the relevance of the pixels: {@code relevance.METHOD.BATCH} */
    static void check(GoldenCase golden, String name, Kernels kernels, DType dtype, boolean folded) {
        String method = method(name);
        String batch = name.substring(name.lastIndexOf('.') + 1);
        assumeTrue(golden.tolerance(name, dtype).isPresent(), "ill-conditioned in " + dtype);
        String text = golden.json().get("relevances").get(name).get("method").asText();
        Network network = network(golden).to(dtype);
        Tape tape = new Tape(kernels);
        Value pixels = tape.input("pixels", golden.tensor("input." + batch, dtype));
        Value logits = (folded ? BatchNormFolding.fold(network) : network).forward(tape, pixels);

        Relevance relevance = Lrp.with(ModelMethods.table(method, text, golden.json())).keepingAll()
                .explain(logits, Seed.of(golden.tensor("start." + batch, dtype)));

        golden.assertMatches(name,
                ModelMethods.isGradientForm(method) ? relevance.timesValue(pixels) : relevance.of(pixels), dtype);
        assertThat(relevance.ledger().imbalance()).isLessThan(dtype == DType.F64 ? 1e-12 : 1e-5);
        if (batch.equals("b1")) {
            modulesMatch(golden, method, name, relevance, dtype);
            double size = golden.json().get("relevances").get(name).get("conditioning").get("l1").asDouble();
            booksMatch(golden.json().path("ledger").path(method), relevance.ledger(), dtype, size);
            countsMatch(golden.json().path("stats").path(method), relevance);
        }
    }

    private static Network network(GoldenCase golden) {
        String architecture = golden.json().get("config").get("arch").asText();
        try {
            return new GoldenConfig(golden.json().get("config")).network(architecture,
                    Weights.open(golden.file("model.safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Relevance of a module's output is that of the last node in its scope. */
    private static void modulesMatch(GoldenCase golden, String method, String like, Relevance relevance, DType dtype) {
        for (String name : golden.tensorNames()) {
            if (name.startsWith("relevance_at.") && name.endsWith("." + method)) {
                String module = name.substring("relevance_at.".length(), name.length() - method.length() - 1);
                Node output = lastNodeOf(module, relevance.graph());
                // Closer to the output rounding has had less room: the tolerance of the pixels is ample.
                golden.tolerance(like, dtype).orElseThrow().assertHolds(relevance.of(output, 0), golden.tensor(name));
            }
        }
    }

    private static Node lastNodeOf(String module, Graph graph) {
        return IntStream.range(0, graph.size()).mapToObj(graph::node)
                .filter(node -> node.scope().equals(module) || node.scope().startsWith(module + "."))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new IllegalStateException("no node in scope " + module));
    }

    /** @param size sum of the magnitudes of all pixels' relevance, of which the books' sums are the difference */
    private static void booksMatch(JsonNode want, ConservationLedger got, DType dtype, double size) {
        if (want.isMissingNode()) {
            return;
        }
        double tolerance = dtype == DType.F64 ? Math.max(1e-8, 1e-14 * size) : Math.max(2e-3, 1e-5 * size);
        assertThat(got.seed()).isEqualTo(want.get("start").asDouble());
        assertThat(got.at(Ending.Kind.INPUT)).isCloseTo(want.get("input").asDouble(), within(tolerance));
        want.get("biases_tokens_positions").properties().forEach(bias -> assertThat(got.endings())
                .anySatisfy(ending -> {
                    assertThat(ending.name()).isEqualTo(bias.getKey());
                    assertThat(ending.amount()).isCloseTo(bias.getValue().asDouble(), within(tolerance));
                }));
        double lost = Arrays.stream(Sink.values()).filter(sink -> sink != Sink.CREATED).mapToDouble(got::at).sum();
        assertThat(lost).isCloseTo(want.get("lost").asDouble(), within(tolerance));
    }

    private static void countsMatch(JsonNode want, Relevance relevance) {
        if (want.isMissingNode()) {
            return;
        }
        PromiseStatistics got = relevance.plan().statistics();
        // Where a branch meets a node with other consumers that is an origin itself, the reference has a second object.
        long doubled = relevance.plan().promises().stream().filter(promise -> promise.kind() == Promise.Kind.ORIGIN
                && !promise.parents().isEmpty() && relevance.graph().uses(promise.origin()).size() > 1).count();
        if (want.get("graph_nodes").properties().stream().anyMatch(type -> type.getKey().startsWith("ScaledDot"))) {
            // Around attention frameworks differ in how many nodes only change the shape.
            int others = want.get("graph_nodes").properties().stream()
                    .filter(type -> !SHAPES.matcher(type.getKey()).lookingAt())
                    .mapToInt(type -> type.getValue().asInt()).sum();
            assertThat(relevance.graph().nodes().stream()
                    .filter(node -> !(node.op() instanceof Movement) || node.op() instanceof Cat)).hasSize(others);
        } else {
            assertThat(got.nodes()).isEqualTo(want.get("total_nodes").asInt());
            assertThat(got.internalNodes()).isEqualTo(want.get("promise_internal_nodes").asInt());
        }
        assertThat(got.promises() + doubled).isEqualTo(want.get("promise_objects").asInt());
        assertThat(got.origins()).isEqualTo(want.get("promise_start_nodes").asInt());
        assertThat(got.leafArguments()).isEqualTo(want.get("leaf_promise_arguments").asInt());
    }
}
