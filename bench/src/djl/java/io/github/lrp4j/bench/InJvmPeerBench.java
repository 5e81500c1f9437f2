package io.github.lrp4j.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The same kernels by lrp4j and by PyTorch inside the JVM, which DJL loads as a native library; results of both are
 * compared with the reference kernels first.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC",
    "--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class InJvmPeerBench {
    private static final double TOLERANCE = 1e-4;

    /** Who computes. */
    public enum Side {
        /** The vectorised kernels. */
        LRP4J,
        /** DJL's PyTorch. */
        PYTORCH
    }

    /** Kernels and shapes. */
    public enum Product {
        /** First linear layer of VGG, one picture. */
        LINEAR_VGG_GEMV {
            @Override
            Twins draw(Numbers numbers) {
                return linear(numbers, MatMulBench.Size.VGG_GEMV);
            }
        },
        /** First layer of a ViT-B MLP. */
        LINEAR_VIT_MLP_IN {
            @Override
            Twins draw(Numbers numbers) {
                return linear(numbers, MatMulBench.Size.VIT_MLP_IN);
            }
        },
        /** First layer of an MLP of RoBERTa-large. */
        LINEAR_ROBERTA_MLP_IN {
            @Override
            Twins draw(Numbers numbers) {
                return linear(numbers, MatMulBench.Size.ROBERTA_MLP_IN);
            }
        },
        /** The usual square. */
        LINEAR_SQUARE_1024 {
            @Override
            Twins draw(Numbers numbers) {
                return linear(numbers, MatMulBench.Size.SQUARE_1024);
            }
        },
        /** A layer of the embedded network. */
        CONV_EMBEDDED {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.EMBEDDED);
            }
        },
        /** VGG, 64 channels at 224 pixels. */
        CONV_VGG1_2 {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.VGG_CONV1_2);
            }
        },
        /** VGG, 256 channels at 56 pixels. */
        CONV_VGG3_2 {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.VGG_CONV3_2);
            }
        },
        /** VGG, 512 channels at 14 pixels. */
        CONV_VGG5_1 {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.VGG_CONV5_1);
            }
        },
        /** The stem of ResNet. */
        CONV_RESNET_STEM {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.RESNET_STEM);
            }
        },
        /** A bottleneck's 1 x 1 convolution. */
        CONV_RESNET_1X1 {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.RESNET_1X1);
            }
        },
        /** A depthwise convolution. */
        CONV_DEPTHWISE {
            @Override
            Twins draw(Numbers numbers) {
                return conv(numbers, ConvBench.Layer.DEPTHWISE);
            }
        },
        /** Softmax of ViT-B's attention. */
        SOFTMAX_VIT {
            @Override
            Twins draw(Numbers numbers) {
                return moving(2, numbers.normal(12 * 197, 197), (k, x) -> k.softmax(x, 1), x -> x.softmax(1));
            }
        },
        /** Softmax of RoBERTa-large's attention. */
        SOFTMAX_ROBERTA {
            @Override
            Twins draw(Numbers numbers) {
                return moving(2, numbers.normal(16 * 384, 384), (k, x) -> k.softmax(x, 1), x -> x.softmax(1));
            }
        },
        /** GELU in a ViT-B MLP. */
        GELU_VIT {
            @Override
            Twins draw(Numbers numbers) {
                return moving(2, numbers.normal(197, 3072), (k, x) -> k.unary(UnaryFn.of(UnaryFn.Kind.GELU), x),
                        Activation::gelu);
            }
        },
        /** ReLU after the first convolutions of VGG. */
        RELU_VGG {
            @Override
            Twins draw(Numbers numbers) {
                return moving(2, numbers.normal(64, 224, 224), (k, x) -> k.unary(UnaryFn.of(UnaryFn.Kind.RELU), x),
                        Activation::relu);
            }
        },
        /** A sum in a ViT-B MLP. */
        ADD_VIT {
            @Override
            Twins draw(Numbers numbers) {
                return moving(2, numbers.normal(197, 3072), (k, x) -> k.binary(BinaryFn.ADD, x, x), x -> x.add(x));
            }
        };

        abstract Twins draw(Numbers numbers);
    }

    /** A kernel of ours. */
    private interface Ours {
        Tensor on(Kernels kernels, Tensor x);
    }

    /**
     * The same work on both sides.
     *
     * @param operands in PyTorch's order
     * @param ours on these kernels
     * @param theirs on the operands
     * @param amount operations or bytes
     * @param unit which of them
     */
    record Twins(List<Tensor> operands, Function<Kernels, Tensor> ours, Function<NDList, NDArray> theirs,
            double amount, Work.Unit unit) {
    }

    /** What computes. */
    @Param
    public Side side;

    /** What is computed. */
    @Param
    public Product product;

    private Twins twins;
    private Kernels kernels;
    private NDManager manager;
    private NDList operands;
    private Peak peak;

    private static Twins linear(Numbers numbers, MatMulBench.Size size) {
        Tensor x = numbers.normal(size.rows, size.inner);
        Tensor w = numbers.normal(size.columns, size.inner).durable();
        double products = (double) size.rows * size.inner * size.columns;
        boolean gemv = size.rows == 1;
        return new Twins(List.of(x, w), kernels -> kernels.matmul(x, w.transpose(0, 1)),
                list -> Linear.linear(list.get(0), list.get(1)).singletonOrThrow(),
                gemv ? Float.BYTES * products : 2 * products, gemv ? Work.Unit.BYTE : Work.Unit.FLOP);
    }

    private static Twins conv(Numbers numbers, ConvBench.Layer layer) {
        Tensor x = numbers.normal(layer.input().toArray());
        Tensor w = numbers.normal(layer.weight().toArray()).durable();
        Shape stride = new Shape(layer.stride, layer.stride);
        Shape padding = new Shape(layer.padding, layer.padding);
        return new Twins(List.of(x, w), kernels -> kernels.conv(x, w, layer.spec()),
                list -> Conv2d.conv2d(list.get(0), list.get(1), null, stride, padding, new Shape(1, 1), layer.groups)
                        .singletonOrThrow(),
                layer.flop(), Work.Unit.FLOP);
    }

    private static Twins moving(int passes, Tensor x, Ours ours, Function<NDArray, NDArray> theirs) {
        return new Twins(List.of(x), kernels -> ours.on(kernels, x), list -> theirs.apply(list.get(0)),
                (double) Float.BYTES * passes * x.elements(), Work.Unit.BYTE);
    }

    /** Draws the operands and checks the result. */
    @Setup
    public void prepare() {
        twins = product.draw(new Numbers());
        Tensor actual;
        if (side == Side.LRP4J) {
            kernels = Backend.SIMD.kernels();
            actual = twins.ours.apply(kernels);
        } else {
            manager = NDManager.newBaseManager();
            operands = new NDList();
            for (Tensor operand : twins.operands) {
                operands.add(manager.create(operand.toFloatArray(), shape(operand)));
            }
            try (NDArray result = twins.theirs.apply(operands)) {
                actual = Tensor.of(result.toFloatArray(),
                        LongStream.of(result.getShape().getShape()).mapToInt(Math::toIntExact).toArray());
            }
        }
        Tensor expected = twins.ours.apply(new ReferenceKernels());
        Agreement.require(side + " " + product, List.of(expected), List.of(actual), TOLERANCE);
        peak = Peak.measured();
    }

    private static Shape shape(Tensor tensor) {
        return new Shape(IntStream.of(tensor.shape().toArray()).asLongStream().toArray());
    }

    /** Frees what DJL holds. */
    @TearDown
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }

    /** The kernel. */
    @Benchmark
    public Object run(Rates rates) {
        rates.count(twins.unit, twins.amount, peak);
        // Both sides may use the memory of the result again, as in a model.
        if (side == Side.LRP4J) {
            Tensor result = twins.ours.apply(kernels);
            kernels.release(result);
            return result;
        }
        try (NDArray result = twins.theirs.apply(operands)) {
            return result.getShape();
        }
    }
}
