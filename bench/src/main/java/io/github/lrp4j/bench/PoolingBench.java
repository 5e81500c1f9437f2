package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
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

/** Pooling and its adjoints. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PoolingBench {
    /** Poolings of known networks, for one picture. */
    public enum Layer {
        /** First pooling of VGG: 2 x 2, stride 2. */
        VGG_POOL1(64, 224, 2, 2, 0),
        /** The pooling of ResNet's stem: 3 x 3, stride 2, overlapping. */
        RESNET_STEM(64, 112, 3, 2, 1),
        /** In the caches. */
        SMALL(32, 14, 2, 2, 0);

        final int channels;
        final int size;
        final int kernel;
        final int stride;
        final int padding;

        Layer(int channels, int size, int kernel, int stride, int padding) {
            this.channels = channels;
            this.size = size;
            this.kernel = kernel;
            this.stride = stride;
            this.padding = padding;
        }

        PoolSpec spec() {
            return PoolSpec.of(2, kernel, stride, padding);
        }
    }

    /** What computes. */
    @Param
    public Backend kernels;

    /** The layer. */
    @Param
    public Layer layer;

    private Kernels backend;
    private PoolSpec spec;
    private Tensor x;
    private Indexed pooled;

    /** Draws the operands. */
    @Setup
    public void draw() {
        backend = kernels.kernels();
        spec = layer.spec();
        x = new Numbers().normal(1, layer.channels, layer.size, layer.size);
        pooled = backend.maxPool(x, spec);
    }

    /** Largest of each window and its index. */
    @Benchmark
    public Indexed max() {
        return backend.maxPool(x, spec);
    }

    /** Each value back to where it came from, the work of relevance. */
    @Benchmark
    public Tensor maxAdjoint() {
        return backend.planeScatter(pooled.values(), pooled.indices(), x.shape());
    }

    /** Mean of each window. */
    @Benchmark
    public Tensor average() {
        return backend.avgPool(x, spec);
    }

    /** Its adjoint. */
    @Benchmark
    public Tensor averageAdjoint() {
        return backend.avgPoolAdjoint(pooled.values(), x.shape(), spec);
    }

    /** Mean of 7 x 7 equal parts. */
    @Benchmark
    public Tensor adaptive() {
        return backend.adaptiveAvgPool(x, List.of(7, 7));
    }
}
