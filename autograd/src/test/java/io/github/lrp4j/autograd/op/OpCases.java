package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Resampling;
import io.github.lrp4j.tensor.kernels.Resampling.Mode;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every op of this package with operands at which it is smooth, in float64. */
public final class OpCases {
    /**
     * An op and operands that fit it.
     *
     * @param op what to apply
     * @param operands to what
     */
    public record OpCase(Op op, List<Tensor> operands) {
        @Override
        public String toString() {
            List<String> shapes = new ArrayList<>();
            for (Tensor operand : operands) {
                shapes.add(operand.shape().toString());
            }
            return op + " of " + String.join(", ", shapes);
        }
    }

    private OpCases() {
    }

    /** Every op of the package, found by its class file. */
    public static List<Class<?>> classes() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(Add.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(root)) {
            return in(root);
        }
        try (FileSystem jar = FileSystems.newFileSystem(root)) {
            return in(jar.getPath("/"));
        }
    }

    private static List<Class<?>> in(Path root) throws IOException, ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve(Add.class.getPackageName().replace('.', '/')))) {
            for (String file : (Iterable<String>) files.map(path -> path.getFileName().toString())::iterator) {
                if (file.endsWith(".class")) {
                    Class<?> type =
                            Class.forName(Add.class.getPackageName() + "." + file.substring(0, file.length() - 6));
                    if (Op.class.isAssignableFrom(type)) {
                        found.add(type);
                    }
                }
            }
        }
        return found;
    }

    /** The cases. */
    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        arithmetic(cases);
        pointwise(cases);
        linear(cases);
        pooling(cases);
        adjoints(cases);
        reductions(cases);
        movement(cases);
        selection(cases);
        normalisation(cases);
        attention(cases);
        return cases;
    }

    /** One line per case: the seed of each operand follows from its place. */
    private static void add(List<OpCase> cases, Op op, Object... operands) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < operands.length; i++) {
            tensors.add(operands[i] instanceof Shape shape
                    ? TestTensors.normal(100L * cases.size() + i, DType.F64, shape)
                    : (Tensor) operands[i]);
        }
        cases.add(new OpCase(op, tensors));
    }

    private static Shape s(int... sizes) {
        return Shape.of(sizes);
    }

    private static Tensor positive(int... sizes) {
        return TestTensors.uniform(7, 0.5, 2, DType.F64, s(sizes));
    }

    private static Tensor indices(int high, int... sizes) {
        return TestTensors.integers(8, 0, high, s(sizes));
    }

    private static void arithmetic(List<OpCase> cases) {
        add(cases, new Add(1), s(2, 3), s(2, 3));
        add(cases, new Add(-0.5), s(2, 1, 4), s(3, 1));
        add(cases, new Add(2), s(2, 3), Shape.SCALAR);
        add(cases, new AddBias(1), s(2, 3, 2, 2), s(3));
        add(cases, new AddBias(2), s(2, 2, 3), s(3));
        add(cases, new AddBias(0), s(4), s(4));
        add(cases, new Sub(), s(2, 3), s(2, 3));
        add(cases, new Sub(), s(4, 1), s(1, 5));
        add(cases, new Mul(), s(2, 3), s(2, 3));
        add(cases, new Mul(), s(2, 1, 4), s(3, 1));
        add(cases, new Div(), s(2, 3), positive(2, 3));
        add(cases, new Div(), s(2, 1, 4), positive(3, 1));
    }

    private static void pointwise(List<OpCase> cases) {
        for (UnaryFn.Kind kind : UnaryFn.Kind.values()) {
            // Constants that every function which has some accepts; positive arguments keep away from kinks and poles.
            UnaryFn f =
                    new UnaryFn(kind, kind == UnaryFn.Kind.CLAMP ? 0.7 : 1.3, kind == UnaryFn.Kind.SOFTPLUS ? 20 : 1.6);
            add(cases, new Elementwise(f), positive(3, 5));
            // One element more than two vectors of 16 lanes, one less than one.
            add(cases, new Elementwise(f), positive(33));
            add(cases, new Elementwise(f), positive(15));
        }
        add(cases, new Elementwise(UnaryFn.of(UnaryFn.Kind.GELU)), s(3, 5));
        add(cases, new Elementwise(UnaryFn.of(UnaryFn.Kind.SILU)), s(3, 5));
        add(cases, new Cast(DType.F64, DType.F64), s(3, 5));
    }

    private static void linear(List<OpCase> cases) {
        add(cases, new MatMul(), s(2, 3), s(3, 4));
        add(cases, new MatMul(), s(2, 1, 3, 4), s(5, 4, 2));
        add(cases, new Conv(ConvSpec.of(1, 2, 1)), s(2, 3, 7), s(4, 3, 3));
        add(cases, new Conv(ConvSpec.of(2, 1, 1)), s(2, 2, 4, 5), s(3, 2, 3, 3));
        add(cases, new Conv(new ConvSpec(List.of(2, 3), List.of(1, 0), List.of(1, 2), 2)), s(1, 4, 6, 8),
                s(6, 2, 2, 3));
        add(cases, new Conv(ConvSpec.of(3, 1, 0)), s(1, 2, 3, 4, 3), s(2, 2, 2, 2, 2));
        add(cases, new ConvTranspose(ConvSpec.of(1, 2, 1), List.of(1)), s(2, 3, 4), s(3, 2, 3));
        add(cases, new ConvTranspose(ConvSpec.of(3, 2, 1), List.of(1, 0, 1)), s(1, 2, 2, 3, 2), s(2, 2, 3, 2, 3));
        add(cases, new ConvTranspose(new ConvSpec(List.of(2, 2), List.of(0, 1), List.of(1, 2), 2), List.of(0, 1)),
                s(1, 4, 3, 3),
                s(4, 3, 2, 3));
    }

    private static void pooling(List<OpCase> cases) {
        add(cases, new MaxPool(PoolSpec.of(2, 3, 2, 1)), s(2, 2, 5, 6));
        add(cases, new MaxPool(PoolSpec.of(1, 2, 2, 0)), s(2, 3, 7));
        add(cases, new AvgPool(PoolSpec.of(2, 3, 2, 1)), s(1, 2, 5, 6));
        add(cases, new AvgPool(new PoolSpec(List.of(2, 2), List.of(2, 2), List.of(0, 0), List.of(1, 1), true, false)),
                s(1, 2, 5, 5));
        add(cases, new MaxPool(PoolSpec.of(3, 2, 1, 1)), s(1, 2, 3, 4, 3));
        add(cases, new AvgPool(PoolSpec.of(1, 3, 2, 1)), s(1, 2, 7));
        add(cases, new AvgPool(PoolSpec.of(3, 2, 1, 1)), s(1, 2, 3, 4, 3));
        add(cases, new AdaptiveAvgPool(List.of(3)), s(1, 2, 7));
        add(cases, new AdaptiveAvgPool(List.of(3, 2)), s(1, 2, 7, 5));
        add(cases, new AdaptiveAvgPool(List.of(2, 3, 1)), s(1, 2, 3, 4, 5));
    }

    private static void adjoints(List<OpCase> cases) {
        add(cases, new ConvWeightAdjoint(ConvSpec.of(1, 2, 1), List.of(3)), s(2, 3, 7), s(2, 4, 4));
        add(cases, new ConvWeightAdjoint(new ConvSpec(List.of(2, 3), List.of(1, 0), List.of(1, 2), 2), List.of(2, 3)),
                s(1, 4, 6, 8), s(1, 6, 4, 2));
        add(cases, new AvgPoolAdjoint(PoolSpec.of(2, 3, 2, 1), List.of(5, 6)), s(1, 2, 3, 3));
        add(cases, new AdaptiveAvgPoolAdjoint(List.of(7, 5)), s(1, 2, 3, 2));
    }

    private static void reductions(List<OpCase> cases) {
        add(cases, new Sum(List.of(), false), s(2, 3));
        add(cases, new Sum(List.of(0, 2), false), s(2, 3, 4));
        add(cases, new Sum(List.of(1), true), s(2, 3, 4));
        add(cases, new Mean(List.of(), true), s(2, 3));
        add(cases, new Mean(List.of(2, 3), false), s(2, 3, 2, 2));
        add(cases, new CumSum(1), s(2, 4, 3));
        add(cases, new Extremum(1, true, false), s(2, 4, 3));
        add(cases, new Extremum(0, false, true), s(4, 3));
        add(cases, new SharedExtremum(List.of(), true, false), s(2, 4));
        add(cases, new SharedExtremum(List.of(1), false, true), s(2, 4, 3));
    }

    private static void movement(List<OpCase> cases) {
        add(cases, new View(s(3, 4)), s(2, 6));
        add(cases, new Permute(List.of(2, 0, 1)), s(2, 3, 4));
        add(cases, new Slice(1, 1, 4, 1), s(2, 5));
        add(cases, new Slice(0, 1, 7, 3), s(7, 2));
        add(cases, new Slice(1, 0, 5, 2), s(2, 6, 2));
        add(cases, new Select(1, 2), s(2, 3, 4));
        add(cases, new Expand(s(4, 2, 3)), s(2, 1));
        add(cases, new Pad(List.of(1, 0), List.of(2, 1), 0.5), s(2, 3));
        add(cases, new Pad(List.of(-1, 1), List.of(0, -2), 0), s(3, 4));
        add(cases, new Cat(1), s(2, 1), s(2, 3), s(2, 2));
        add(cases, new Stack(1), s(2, 3), s(2, 3));
        add(cases, new Split(1, List.of(1, 0, 3)), s(2, 4));
        add(cases, new Unbind(1), s(2, 3, 2));
        add(cases, new Interpolate(Resampling.to(Mode.NEAREST, false, List.of(5, 3))), s(2, 1, 3, 4));
        add(cases, new Interpolate(Resampling.to(Mode.LINEAR, true, List.of(5, 3))), s(1, 2, 3, 4));
        add(cases, new Interpolate(Resampling.to(Mode.CUBIC, false, List.of(7))), s(1, 2, 4));
        add(cases, new Interpolate(Resampling.by(Mode.LINEAR, false, List.of(1.5, 0.7, 2.0), s(1, 1, 3, 4, 2))),
                s(1, 1, 3, 4, 2));
        add(cases, new Flip(List.of(0, 2)), s(2, 3, 4));
        add(cases, new Roll(List.of(1, -2), List.of(1, 0)), s(5, 3));
    }

    private static void selection(List<OpCase> cases) {
        Tensor mask = TestTensors.mask(9, s(3, 4));
        add(cases, new PairwiseExtremum(true), s(3, 4), s(3, 4));
        add(cases, new PairwiseExtremum(false), s(3, 4), s(1, 4));
        add(cases, new Where(), mask, s(3, 4), s(1, 4));
        add(cases, new MaskedFill(-3), s(2, 3, 4), mask);
        add(cases, new Gather(1), s(3, 4), indices(4, 3, 6));
        add(cases, new IndexSelect(1), s(2, 4, 3), indices(4, 5));
        add(cases, new Embedding(Embedding.NO_PADDING), s(5, 3), indices(5, 2, 4));
        add(cases, new ScatterAdd(1), s(3, 4), indices(4, 3, 6), s(3, 6));
        add(cases, new IndexAdd(0), s(4, 3), indices(4, 6), s(6, 3));
        add(cases, new Dropout(0.4, 11), s(4, 5));
    }

    private static void normalisation(List<OpCase> cases) {
        add(cases, new BatchNorm(1e-3), s(2, 3, 2, 2), s(3), s(3), s(3), positive(3));
        add(cases, new BatchNormTraining(1e-3), s(3, 2, 2, 2), s(2), s(2));
        add(cases, new BatchNormTraining(1e-3), s(5, 2), s(2), s(2));
        add(cases, new LayerNorm(1, 1e-3), s(2, 3, 5));
        add(cases, new LayerNorm(2, 1e-3), s(2, 3, 5), s(3, 5));
        add(cases, new LayerNorm(1, 1e-3), s(2, 5), s(5), s(5));
        add(cases, new RmsNorm(1, 1e-3), s(2, 5));
        add(cases, new RmsNorm(2, 1e-3), s(2, 3, 5), s(3, 5));
        add(cases, new GroupNorm(2, 1e-3), s(2, 4, 3), s(4), s(4));
        add(cases, new GroupNorm(3, 1e-3), s(2, 3, 2, 2));
        add(cases, new Softmax(1), s(2, 4, 3));
        add(cases, new LogSoftmax(0), s(4, 3));
    }

    private static void attention(List<OpCase> cases) {
        Op plain = new ScaledDotProductAttention(AttentionSpec.ofWidth(3));
        add(cases, plain, s(2, 4, 3), s(2, 5, 3), s(2, 5, 2));
        add(cases, plain, s(2, 4, 3), s(2, 5, 3), s(2, 5, 2), TestTensors.mask(10, s(4, 5)));
        add(cases, plain, s(2, 4, 3), s(5, 3), s(1, 5, 2), s(4, 5));
        add(cases, new ScaledDotProductAttention(AttentionSpec.of(0.4).causally()), s(1, 2, 4, 3), s(1, 2, 6, 3),
                s(1, 2, 6, 3));
        add(cases, new ScaledDotProductAttention(AttentionSpec.of(0.7).inGroups()), s(2, 4, 3, 2), s(2, 2, 3, 2),
                s(2, 2, 3, 3), s(4, 1, 3));
    }
}
