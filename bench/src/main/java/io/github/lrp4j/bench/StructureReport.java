package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.lrp.promise.PublishedStatistics;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The graphs of networks of published size in the terms of the paper, beside its own values. Prints a table.
 *
 * <p>Every network is built with generated weights, recorded, planned and explained under the rules of
 * {@code Presets.dynamicLrp()}, as users get it: fused attention and norms, batch norms not folded. Language models read 32
 * tokens; the graph does not depend on their number. At a leaf relevance ends, which counts as a rule.
 */
public final class StructureReport {
    private StructureReport() {
    }

    /** What is explained. */
    private record Explained(Value target, List<Start> starts) {
    }

    /**
     * Runs.
     *
     * @param arguments none; the processes of the rows get the name of a network
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 1) {
            row(arguments[0]);
            return;
        }
        System.out.println(
                "| network | | nodes | Promises | origins | internal nodes | depth sum | density | nodes with a "
                        + "rule | imbalance |");
        System.out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (String name : List.of("vgg16", "resnet50", "vit_b_16", "efficientnet_v2_m", "roberta-large",
                "flan-t5-large")) {
            Fork.run("16g", StructureReport.class, name);
        }
    }

    private static Weights weights() {
        return Weights.initialized(new Quick(new SplittableRandom(1)));
    }

    private static Explained picture(String name) {
        Network network = VisionModels.load(name, weights());
        int size = network.facts().preprocessing().size();
        Tape tape = new Tape(Backend.SIMD.kernels());
        Value pixels = tape.input("pixels", new Numbers().normal(1, 3, size, size));
        return new Explained(pixels, List.of(Start.at(network.forward(tape, pixels), Seed.top1())));
    }

    private static Explained question(QuestionModel model) {
        Tape tape = new Tape(Backend.SIMD.kernels());
        TokenBatch question = TokenBatch.of(new SplittableRandom(2).longs(32, 10, 30_000).toArray());
        QuestionModel.Answer answer = model.load(weights()).model().record(tape, question);
        return new Explained(answer.words(), answer.starts());
    }

    private static void row(String name) {
        Explained explained = VisionModels.names().contains(name) ? picture(name) : question(QuestionModel.named(name));
        Relevance relevance = Lrp.with(Presets.dynamicLrp()).explain(explained.starts(), explained.target());
        PromiseStatistics here = relevance.plan().statistics();
        long ruled = relevance.plan().audit().stream().filter(step -> !step.rule().isEmpty()).count();
        System.out.printf(Locale.ROOT, "| %s | here | %,d | %,d | %,d | %,d | %,d | %.3f | %,d | %.0e |%n", name,
                here.nodes(), here.promises(), here.origins(), here.internalNodes(), here.depthSum(), here.density(),
                ruled, relevance.ledger().imbalance());
        PublishedStatistics.of(name).ifPresent(paper -> System.out.printf(Locale.ROOT,
                "| | paper | %,d | %s | | %s | %s | %s | | |%n", paper.nodes(), shown("%,d", paper.promises()),
                shown("%,d", paper.internalNodes()), shown("%,d", paper.depthSum()), shown("%.3f", paper.density())));
    }

    private static String shown(String format, Object number) {
        return Optional.ofNullable(number).map(known -> String.format(Locale.ROOT, format, known)).orElse("");
    }
}
