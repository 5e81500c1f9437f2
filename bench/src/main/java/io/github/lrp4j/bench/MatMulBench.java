package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
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

/** Matrix products {@code [M, K] [K, N]}, the second operand a transposed weight as linear layers have it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MatMulBench {
    /** Products that occur in known networks. */
    public enum Size {
        /** Last layer of VGG, one picture: limited by memory. */
        VGG_HEAD(1, 4096, 1000),
        /** First layer of a ViT-B MLP. */
        VIT_MLP(197, 768, 3072),
        /** The usual square. */
        SQUARE_1024(1024, 1024, 1024),
        /** So small that calling costs more than computing. */
        TINY(16, 32, 10);

        final int rows;
        final int inner;
        final int columns;

        Size(int rows, int inner, int columns) {
            this.rows = rows;
            this.inner = inner;
            this.columns = columns;
        }
    }

    /** What computes. */
    @Param
    public Backend kernels;

    /** The shapes. */
    @Param
    public Size size;

    private Kernels backend;
    private Tensor x;
    private Tensor weight;

    /** Draws the operands; the weight is durable, as weights of a model are. */
    @Setup
    public void draw() {
        Numbers numbers = new Numbers();
        backend = kernels.kernels();
        x = numbers.normal(size.rows, size.inner);
        weight = numbers.normal(size.columns, size.inner).durable();
    }

    /** {@code x w^T}. */
    @Benchmark
    public Tensor linear() {
        return backend.matmul(x, weight.transpose(0, 1));
    }
}
