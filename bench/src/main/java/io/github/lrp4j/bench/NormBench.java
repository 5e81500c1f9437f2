package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Normalized;
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

/** Layer norm and batch norm. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class NormBench {
    private static final double EPS = 1e-5;

    /** What computes. */
    @Param
    public Backend kernels;

    private Kernels backend;
    private Tensor tokens;
    private Tensor gradient;
    private Normalized statistics;
    private Tensor planes;
    private Tensor scale;
    private Tensor shift;

    /** Draws a ViT-B layer's 197 tokens and a ResNet stage's 256 planes of 56 x 56. */
    @Setup
    public void draw() {
        Numbers numbers = new Numbers();
        backend = kernels.kernels();
        tokens = numbers.normal(1, 197, 768);
        gradient = numbers.normal(1, 197, 768);
        statistics = backend.standardize(tokens, 2, EPS);
        planes = numbers.normal(1, 256, 56, 56);
        scale = numbers.normal(256);
        shift = numbers.normal(256);
    }

    /** Layer norm without its affine part. */
    @Benchmark
    public Normalized layerNorm() {
        return backend.standardize(tokens, 2, EPS);
    }

    /** Its adjoint. */
    @Benchmark
    public Tensor layerNormAdjoint() {
        return backend.standardizeVjp(gradient, tokens, statistics.mean(), statistics.inverseDeviation(), 2);
    }

    /** Batch norm in evaluation. */
    @Benchmark
    public Tensor batchNorm() {
        return backend.channelAffine(planes, scale, shift);
    }

    /** Statistics of batch norm in training. */
    @Benchmark
    public Normalized batchStatistics() {
        return backend.channelStatistics(planes, EPS);
    }
}
