package io.github.lrp4j.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.vision.BatchNormFolding;
import io.github.lrp4j.zoo.vision.ResNet;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Relevance of whole networks equals the reference data under every method that a case gives: of the pixels, of the module
 * outputs in between and of the biases; the counts of Promises are the paper's, and the books balance.
 */
@Tag("golden")
class GoldenRelevanceTest {
    /** Architectures of the reference data that model-zoo does not have yet. */
    private static final Set<String> MISSING_ARCHITECTURES = Set.of("vit", "efficientnet_v2");

    private static final Kernels REFERENCE = new ReferenceKernels();
    private static final Kernels FAST = Backends.select().kernels();

    static Stream<Arguments> relevances() {
        return GoldenCases.list("models").flatMap(golden -> {
            Stream.Builder<Arguments> each = Stream.builder();
            golden.json().get("relevances").fieldNames().forEachRemaining(name -> each.add(Arguments.of(golden, name)));
            return each.build();
        });
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("relevances")
    void inFloat64(GoldenCase golden, String name) {
        check(golden, name, REFERENCE, DType.F64, false);
    }

    static Stream<Arguments> foldedRelevances() {
        return relevances().filter(each -> ModelMethods.folds(((String) each.get()[1]).split("\\.")[1]));
    }

    /** The same with batch norms folded into the weights beforehand, instead of merged on the graph. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("foldedRelevances")
    void inFloat64OfFoldedWeights(GoldenCase golden, String name) {
        check(golden, name, REFERENCE, DType.F64, true);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("relevances")
    void inFloat32(GoldenCase golden, String name) {
        check(golden, name, FAST, DType.F32, false);
    }

    /** @param name of the relevance of the pixels: {@code relevance.METHOD.BATCH} */
    private static void check(GoldenCase golden, String name, Kernels kernels, DType dtype, boolean folded) {
        String[] parts = name.split("\\.");
        String method = parts[1];
        String batch = parts[2];
        String text = golden.json().get("relevances").get(name).get("method").asText();
        Network network = network(golden).to(dtype);
        Tape tape = new Tape(kernels);
        Value pixels = tape.input("pixels", golden.tensor("input." + batch, dtype));
        Value logits = (folded ? BatchNormFolding.fold(network) : network).forward(tape, pixels);

        Relevance relevance = Lrp.with(ModelMethods.table(method, text, golden)).keepingAll()
                .explain(logits, Seed.of(golden.tensor("start." + batch, dtype)));

        golden.assertMatches(name, relevance.of(pixels), dtype);
        assertThat(relevance.ledger().imbalance()).isLessThan(dtype == DType.F64 ? 1e-12 : 1e-5);
        if (batch.equals("b1")) {
            modulesMatch(golden, method, name, relevance, dtype);
            booksMatch(golden.json().path("ledger").path(method), relevance.ledger(), dtype);
            countsMatch(golden.json().path("stats").path(method), relevance.plan().statistics());
        }
    }

    private static Network network(GoldenCase golden) {
        String architecture = golden.json().get("config").get("arch").asText();
        assumeTrue(!MISSING_ARCHITECTURES.contains(architecture), "no " + architecture + " yet");
        try {
            Weights weights = Weights.open(golden.file("model.safetensors"));
            return switch (architecture) {
                case "vgg" -> Vgg.fromWeights(architecture, weights);
                case "resnet" -> ResNet.fromWeights(architecture, weights);
                default -> throw new IllegalStateException("unknown architecture " + architecture);
            };
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

    private static void booksMatch(JsonNode want, ConservationLedger got, DType dtype) {
        if (want.isMissingNode()) {
            return;
        }
        double tolerance = dtype == DType.F64 ? 1e-8 : 2e-3;
        assertThat(got.seed()).isEqualTo(want.get("start").asDouble());
        assertThat(got.at(Ending.Kind.INPUT)).isCloseTo(want.get("input").asDouble(), within(tolerance));
        want.get("biases_tokens_positions").properties().forEach(bias -> assertThat(got.endings())
                .anySatisfy(ending -> {
                    assertThat(ending.name()).isEqualTo(bias.getKey());
                    assertThat(ending.amount()).isCloseTo(bias.getValue().asDouble(), within(tolerance));
                }));
        assertThat(got.at(Sink.STABILIZER)).isCloseTo(want.get("lost").asDouble(), within(tolerance));
    }

    private static void countsMatch(JsonNode want, PromiseStatistics got) {
        if (want.isMissingNode()) {
            return;
        }
        assertThat(got.nodes()).isEqualTo(want.get("total_nodes").asInt());
        assertThat(got.promises()).isEqualTo(want.get("promise_objects").asInt());
        assertThat(got.origins()).isEqualTo(want.get("promise_start_nodes").asInt());
        assertThat(got.internalNodes()).isEqualTo(want.get("promise_internal_nodes").asInt());
        assertThat(got.leafArguments()).isEqualTo(want.get("leaf_promise_arguments").asInt());
    }
}
