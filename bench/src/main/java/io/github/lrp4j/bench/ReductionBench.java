package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;
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

/** Reductions and softmax along the last dimension and across it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ReductionBench {
    /** Tensors of known networks. */
    public enum Size {
        /** Attention of ViT-B: 12 heads, 197 tokens. */
        VIT_ATTENTION(12 * 197, 197),
        /** The end of ResNet-50: 2048 planes of 7 x 7. */
        RESNET_POOL(2048, 49),
        /** Logits of ImageNet, a batch. */
        LOGITS(64, 1000);

        final int rows;
        final int columns;

        Size(int rows, int columns) {
            this.rows = rows;
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

    /** Draws the operand. */
    @Setup
    public void draw() {
        backend = kernels.kernels();
        x = new Numbers().normal(size.rows, size.columns);
    }

    /** Sum of each row. */
    @Benchmark
    public Tensor sumOfRows() {
        return backend.reduce(Reduction.SUM, x, List.of(1), false);
    }

    /** Sum of each column. */
    @Benchmark
    public Tensor sumOfColumns() {
        return backend.reduce(Reduction.SUM, x, List.of(0), false);
    }

    /** Sum of everything in float64, the work of the ledger. */
    @Benchmark
    public double total() {
        return backend.total(x);
    }

    /** Largest of each row. */
    @Benchmark
    public Indexed largest() {
        return backend.extremum(x, 1, true);
    }

    /** Softmax of each row. */
    @Benchmark
    public Tensor softmax() {
        return backend.softmax(x, 1);
    }
}
