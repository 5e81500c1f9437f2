package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
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

/** Elementwise functions: cheap ones are limited by memory, exp and GELU by arithmetic. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ElementwiseBench {
    /** Activations of known networks, for one picture. */
    public enum Size {
        /** After the first convolutions of VGG. */
        VGG_CONV1(64, 224, 224),
        /** A hidden layer of a ViT-B MLP. */
        VIT_MLP(197, 3072, 1),
        /** In the caches. */
        SMALL(32, 14, 14);

        final int channels;
        final int height;
        final int width;

        Size(int channels, int height, int width) {
            this.channels = channels;
            this.height = height;
            this.width = width;
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
    private Tensor y;
    private Tensor bias;

    /** Draws the operands. */
    @Setup
    public void draw() {
        Numbers numbers = new Numbers();
        backend = kernels.kernels();
        x = numbers.normal(1, size.channels, size.height, size.width);
        y = numbers.normal(1, size.channels, size.height, size.width);
        bias = numbers.normal(1, size.channels, 1, 1);
    }

    /** {@code x + y}. */
    @Benchmark
    public Tensor add() {
        return backend.binary(BinaryFn.ADD, x, y);
    }

    /** {@code x + b}, b broadcast over the pixels. */
    @Benchmark
    public Tensor addBias() {
        return backend.binary(BinaryFn.ADD, x, bias);
    }

    /** {@code max(x, 0)}. */
    @Benchmark
    public Tensor relu() {
        return backend.unary(UnaryFn.of(UnaryFn.Kind.RELU), x);
    }

    /** GELU with the error function. */
    @Benchmark
    public Tensor gelu() {
        return backend.unary(UnaryFn.of(UnaryFn.Kind.GELU), x);
    }

    /** {@code e^x}. */
    @Benchmark
    public Tensor exp() {
        return backend.unary(UnaryFn.of(UnaryFn.Kind.EXP), x);
    }

    /** The share of a sum that x gets, the work of relevance at additions. */
    @Benchmark
    public Tensor absoluteShare() {
        return backend.absoluteShare(y, x, y, 1e-11);
    }

    /** The quotient of the epsilon rule. */
    @Benchmark
    public Tensor stabilizedQuotient() {
        return backend.stabilizedQuotient(x, y, 1e-11);
    }
}
