package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.Locale;
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

/**
 * Whole explanations of the input alone by models with initial weights, batch norms folded; the plan is compiled by the
 * warm-up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC", "-Xmx12g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ExplainBench {
    /** Models. */
    public enum Model {
        /** A VGG-11. */
        VGG11,
        /** A VGG-16. */
        VGG16,
        /** A ResNet-50. */
        RESNET50,
        /** A ViT-B/16. */
        VIT_B_16,
        /** RoBERTa-large with a head for questions. */
        ROBERTA_LARGE;

        Subject subject(int batch) {
            Weights weights = Weights.initialized(new Quick(new SplittableRandom(1)));
            String name = name().toLowerCase(Locale.ROOT);
            return Subject.named(this == ROBERTA_LARGE ? name.replace('_', '-') : name, weights, batch);
        }
    }

    /** What computes. */
    @Param("SIMD")
    public Backend kernels;

    /** The model. */
    @Param
    public Model model;

    /** The rules. */
    @Param
    public Preset rules;

    /** Pictures or questions at once. */
    @Param({"1", "8"})
    public int batch;

    private Kernels backend;
    private Subject subject;
    private Lrp lrp;
    private Subject.Recorded recorded;

    /** Draws weights and input, and records a graph to explain. */
    @Setup
    public void draw() {
        explain(model.subject(batch));
    }

    /** Explains this subject. */
    void explain(Subject chosen) {
        backend = kernels.kernels();
        subject = chosen;
        recorded = subject.record(new Tape(backend));
        lrp = Lrp.with(rules.table()).only(recorded.input());
    }

    /** The model without history. */
    @Benchmark
    public List<Tensor> inference() {
        return outputs(subject.record(new Tape(backend, Retain.NOTHING)));
    }

    /** The model, recorded. */
    @Benchmark
    public List<Tensor> forward() {
        return outputs(subject.record(new Tape(backend)));
    }

    /** Relevance on the recorded graph. */
    @Benchmark
    public Relevance relevance() {
        return lrp.explain(recorded.starts(), recorded.input());
    }

    /** The model, recorded, and its relevance: a whole explanation. */
    @Benchmark
    public Tensor forwardAndRelevance() {
        Subject.Recorded fresh = subject.record(new Tape(backend));
        return lrp.only(fresh.input()).explain(fresh.starts(), fresh.input()).of(fresh.input());
    }

    private static List<Tensor> outputs(Subject.Recorded run) {
        return run.starts().stream().map(Start::output).map(output -> output.tensor()).toList();
    }

    /** Relevance of the input of the last graph. */
    Tensor ofInput() {
        return relevance().of(recorded.input());
    }
}
