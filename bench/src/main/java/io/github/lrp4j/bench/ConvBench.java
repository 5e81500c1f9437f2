package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
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

/** Convolutions, and their adjoints to the input and to the weight. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConvBench {
    /** Layers of known networks, for one picture. */
    public enum Layer {
        /** First convolution of VGG: few channels, many pixels. */
        VGG_CONV1_1(3, 64, 224, 3, 1, 1, 1),
        /** VGG, 256 channels at 56 pixels. */
        VGG_CONV3_2(256, 256, 56, 3, 1, 1, 1),
        /** VGG, 512 channels at 14 pixels. */
        VGG_CONV5_1(512, 512, 14, 3, 1, 1, 1),
        /** The stem of ResNet: 7 x 7, stride 2. */
        RESNET_STEM(3, 64, 224, 7, 2, 3, 1),
        /** A bottleneck's 1 x 1 convolution. */
        RESNET_1X1(256, 64, 56, 1, 1, 0, 1),
        /** A depthwise convolution. */
        DEPTHWISE(240, 240, 28, 3, 1, 1, 240),
        /** A layer of the embedded network. */
        EMBEDDED(16, 32, 14, 3, 1, 1, 1);

        final int in;
        final int out;
        final int size;
        final int kernel;
        final int groups;
        final int stride;
        final int padding;

        Layer(int in, int out, int size, int kernel, int stride, int padding, int groups) {
            this.in = in;
            this.out = out;
            this.size = size;
            this.kernel = kernel;
            this.groups = groups;
            this.stride = stride;
            this.padding = padding;
        }

        ConvSpec spec() {
            return new ConvSpec(List.of(stride, stride), List.of(padding, padding), List.of(1, 1), groups);
        }
    }

    /** What computes. */
    @Param
    public Backend kernels;

    /** The layer. */
    @Param
    public Layer layer;

    private Kernels backend;
    private ConvSpec spec;
    private Tensor x;
    private Tensor weight;
    private Tensor cotangent;

    /** Draws the operands; the weight is durable, as weights of a model are. */
    @Setup
    public void draw() {
        Numbers numbers = new Numbers();
        backend = kernels.kernels();
        spec = layer.spec();
        x = numbers.normal(1, layer.in, layer.size, layer.size);
        weight = numbers.normal(layer.out, layer.in / layer.groups, layer.kernel, layer.kernel).durable();
        cotangent = numbers.normal(backend.conv(x, weight, spec).shape().toArray());
    }

    /** The convolution. */
    @Benchmark
    public Tensor forward() {
        return backend.conv(x, weight, spec);
    }

    /** Its adjoint to the input, the work of relevance. */
    @Benchmark
    public Tensor inputAdjoint() {
        return backend.convInputAdjoint(cotangent, weight, x.shape(), spec);
    }

    /** Its adjoint to the weight, the work of training. */
    @Benchmark
    public Tensor weightAdjoint() {
        return backend.convWeightAdjoint(cotangent, x, weight.shape(), spec);
    }
}
