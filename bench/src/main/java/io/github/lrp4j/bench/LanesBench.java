package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
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

/** Several explanations of one recorded graph: in one sweep, and one after another. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
public class LanesBench {
    /** Graphs. */
    public enum Model {
        /** A VGG-16 on 224 x 224 pixels. */
        VGG16,
        /** A ResNet-50 on 32 x 32 pixels. */
        SMALL_RESNET50,
        /** An encoder of 12 blocks, 768 wide, 12 heads, over 128 tokens. */
        ENCODER,
        /** An encoder of 2 blocks, 32 wide, 4 heads, over 8 tokens. */
        SMALL_ENCODER
    }

    /** What computes. */
    @Param("SIMD")
    public Backend kernels;

    /** The graph. */
    @Param({"VGG16", "ENCODER"})
    public Model model;

    /** The rules. */
    @Param({"DYNAMIC_LRP", "DYNAMIC_LRP_GAMMA", "EPSILON_PLUS"})
    public Preset rules;

    /** How many explanations. */
    @Param({"1", "4", "10"})
    public int lanes;

    private Lrp lrp;
    private Value input;
    private Value logits;
    private List<Seed> seeds;

    /** Draws weights and input, and records a graph to explain. */
    @Setup
    public void draw() {
        Tape tape = new Tape(kernels.kernels());
        switch (model) {
            case VGG16 -> network(tape, "vgg16", 224);
            case SMALL_RESNET50 -> network(tape, "resnet50", 32);
            case ENCODER -> encoder(tape, new EncoderGraph(12, 768, 12), 128);
            case SMALL_ENCODER -> encoder(tape, new EncoderGraph(2, 32, 4), 8);
        }
        seeds = Seed.top(lanes);
        // Pixels or embeddings alone: nobody asks for the relevance of weights here.
        lrp = Lrp.with(rules.table()).only(input);
    }

    private void network(Tape tape, String name, int size) {
        input = tape.input("pixels", new Numbers().normal(1, 3, size, size));
        logits = VisionModels.load(name, Weights.initialized(new SplittableRandom(1))).forward(tape, input);
    }

    private void encoder(Tape tape, EncoderGraph graph, int tokens) {
        input = tape.input("embeddings", new Numbers().normal(1, tokens, graph.width()));
        logits = graph.record(tape, input, 100);
    }

    /** All seeds in one sweep. */
    @Benchmark
    public List<Relevance> together() {
        return lrp.explainEach(logits, seeds);
    }

    /** Each seed in a sweep of its own. */
    @Benchmark
    public List<Relevance> oneByOne() {
        return seeds.stream().map(seed -> lrp.explain(logits, seed)).toList();
    }

    /** Relevance of the input in each explanation of a list. */
    List<Tensor> ofInput(List<Relevance> explanations) {
        return explanations.stream().map(relevance -> relevance.of(input)).toList();
    }
}
