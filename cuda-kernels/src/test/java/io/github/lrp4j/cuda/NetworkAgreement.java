package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Whole networks, their gradients and their relevance under every preset: on some kernels as on the reference. */
final class NetworkAgreement {
    private static final List<Double> LOW = List.of(-4.0);
    private static final List<Double> HIGH = List.of(4.0);
    /** Of the largest relevance. Float32 reorders sums, and quotients by outputs near zero make more of that. */
    private static final Map<DType, Double> TOLERANCES = Map.of(DType.F64, 1e-9, DType.F32, 2e-3);

    private final Kernels kernels;

    NetworkAgreement(Kernels kernels) {
        this.kernels = kernels;
    }

    private static Map<String, RuleTable> presets() {
        Map<String, RuleTable> presets = new LinkedHashMap<>();
        presets.put("dynamicLrp", Presets.dynamicLrp());
        presets.put("dynamicLrp, merged", Presets.dynamicLrp().prepend(Presets.mergedBatchNorm()));
        presets.put("dynamicLrpGamma", Presets.dynamicLrpGamma(0.25, 0.1));
        presets.put("epsilonPlus", Presets.epsilonPlus());
        presets.put("epsilonGammaBox", Presets.epsilonGammaBox(LOW, HIGH));
        presets.put("compositeLrp", Presets.compositeLrp(LOW, HIGH));
        presets.put("epsilonAlpha2Beta1", Presets.epsilonAlpha2Beta1());
        presets.put("epsilonPlusFlat", Presets.epsilonPlusFlat());
        presets.put("attnLrp", Presets.attnLrp());
        presets.put("attnLrpGamma", Presets.attnLrpGamma(0.25, 0.1));
        presets.put("attnLrpAsGradient", Presets.attnLrpAsGradient());
        presets.put("conservativePropagation", Presets.conservativePropagation());
        presets.put("conservativePropagationGamma", Presets.conservativePropagationGamma(0.25, 0.1));
        presets.put("conservativePropagationAsGradient", Presets.conservativePropagationAsGradient());
        presets.put("gradient", Presets.gradient());
        return presets;
    }

    /** Values of the forward pass, and gradients. */
    void valuesAndGradients(Network.Kind kind) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            Network network = new Network(kind, dtype);
            List<Tensor> wanted = gradients(network, new ReferenceKernels());
            List<Tensor> found = gradients(network, kernels);
            compare(found, wanted, dtype == DType.F64 ? 1e-12 : 1e-5);
        }
    }

    private static List<Tensor> gradients(Network network, Kernels on) {
        Network.Pass pass = network.on(on, network.input(1));
        Tensor cotangent = TestTensors.normal(2, pass.logits().tensor().dtype(), pass.logits().shape());
        Gradients gradients = Gradients.vjp(pass.logits(), cotangent, pass.watched().toArray(Value[]::new));
        List<Tensor> results = new ArrayList<>(List.of(pass.logits().tensor()));
        pass.watched().forEach(value -> results.add(gradients.of(value)));
        return results;
    }

    /** A test for each network, type and preset. */
    Stream<DynamicTest> relevance() {
        return Stream.of(Network.Kind.values()).flatMap(kind -> TOLERANCES.keySet().stream().sorted().flatMap(dtype -> {
            Network network = new Network(kind, dtype);
            return presets().entrySet().stream().map(preset -> DynamicTest.dynamicTest(network + " " + preset.getKey(),
                    () -> agrees(network, preset.getValue(), TOLERANCES.get(dtype))));
        }));
    }

    private void agrees(Network network, RuleTable table, double tolerance) {
        Network.Pass wanted = network.on(new ReferenceKernels(), network.input(3));
        Network.Pass found = network.on(kernels, network.input(3));
        Relevance reference = explained(wanted, table);
        Relevance relevance = explained(found, table);
        compare(of(relevance, found), of(reference, wanted), tolerance);
        assertThat(relevance.plan().audit()).isEqualTo(reference.plan().audit());
        assertThat(relevance.plan().statistics()).isEqualTo(reference.plan().statistics());
        assertThat(relevance.ledger().imbalance()).isLessThan(tolerance);
        assertThat(relevance.ledger().seed()).isEqualTo(reference.ledger().seed());
    }

    private static Relevance explained(Network.Pass pass, RuleTable table) {
        return Lrp.with(table).explain(pass.logits(), Seed.target(1, 3), pass.watched().toArray(Value[]::new));
    }

    private static List<Tensor> of(Relevance relevance, Network.Pass pass) {
        return pass.watched().stream().map(relevance::of).toList();
    }

    private static void compare(List<Tensor> found, List<Tensor> wanted, double tolerance) {
        for (int i = 0; i < wanted.size(); i++) {
            TensorAssert.assertCloseOfMax(found.get(i), wanted.get(i), tolerance);
        }
    }

    /** Several explanations of one pass, which travel together. */
    void severalExplanations(Network.Kind kind) {
        Network network = new Network(kind, DType.F64);
        Network.Pass wanted = network.on(new ReferenceKernels(), network.input(4));
        Network.Pass found = network.on(kernels, network.input(4));
        List<Seed> seeds = List.of(Seed.target(0, 0), Seed.target(2, 4),
                Seed.of(TestTensors.normal(5, DType.F64, Shape.of(Network.SAMPLES, Network.CLASSES))));
        Lrp lrp = Lrp.with(Presets.epsilonAlpha2Beta1());
        List<Relevance> reference = lrp.explainEach(wanted.logits(), seeds, wanted.watched().toArray(Value[]::new));
        List<Relevance> relevance = lrp.explainEach(found.logits(), seeds, found.watched().toArray(Value[]::new));
        for (int i = 0; i < seeds.size(); i++) {
            compare(of(relevance.get(i), found), of(reference.get(i), wanted), 1e-9);
        }
    }
}
