package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whole explanations of one picture by networks with initial weights; the plan is compiled by the warm-up. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ExplainBench {
    /** Networks. */
    public enum Model {
        /** A VGG-11. */
        VGG11,
        /** A VGG-16. */
        VGG16,
        /** A ResNet-50, batch norms not folded. */
        RESNET50
    }

    /** Rule tables. */
    public enum Rules {
        /** DynamicLRP's defaults. */
        DYNAMIC_LRP,
        /** DynamicLRP with gamma. */
        DYNAMIC_LRP_GAMMA,
        /** Zennit's EpsilonPlus. */
        EPSILON_PLUS,
        /** Zennit's EpsilonGammaBox. */
        EPSILON_GAMMA_BOX,
        /** The gradient, for comparison. */
        GRADIENT;

        RuleTable table() {
            return switch (this) {
                case DYNAMIC_LRP -> Presets.dynamicLrp();
                case DYNAMIC_LRP_GAMMA -> Presets.dynamicLrpGamma(100, 1);
                case EPSILON_PLUS -> Presets.epsilonPlus();
                case EPSILON_GAMMA_BOX -> Presets.epsilonGammaBox(List.of(-2.2), List.of(2.7));
                case GRADIENT -> Presets.gradient();
            };
        }
    }

    /** What computes. */
    @Param
    public Backend kernels;

    /** The network. */
    @Param
    public Model model;

    /** The rules. */
    @Param
    public Rules rules;

    /** Pixels along each side of the picture. */
    @Param("224")
    public int size;

    private Kernels backend;
    private Network network;
    private Tensor picture;
    private Lrp lrp;
    private Value logits;
    private Value pixels;

    /** Draws weights and picture, and records a graph to explain. */
    @Setup
    public void draw() {
        backend = kernels.kernels();
        network = VisionModels.load(model.name().toLowerCase(java.util.Locale.ROOT),
                Weights.initialized(new SplittableRandom(1)));
        picture = new Numbers().normal(1, 3, size, size);
        lrp = Lrp.with(rules.table());
        Tape tape = new Tape(backend);
        pixels = tape.input("pixels", picture);
        logits = network.forward(tape, pixels);
    }

    /** The network without history. */
    @Benchmark
    public Tensor inference() {
        Tape tape = new Tape(backend, Retain.NOTHING);
        return network.forward(tape, tape.constant(picture)).tensor();
    }

    /** The network, recorded. */
    @Benchmark
    public Tensor forward() {
        Tape tape = new Tape(backend);
        return network.forward(tape, tape.input("pixels", picture)).tensor();
    }

    /** Relevance on the recorded graph. */
    @Benchmark
    public Relevance relevance() {
        return lrp.explain(logits, Seed.top1());
    }

    /** Relevance of the pixels of the last graph. */
    Tensor ofPixels() {
        return relevance().of(pixels);
    }
}
