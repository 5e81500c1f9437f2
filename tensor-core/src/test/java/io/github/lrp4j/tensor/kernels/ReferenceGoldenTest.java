package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn.Kind;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenCases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden ops that are one kernel each, in float64 and float32. What takes several kernels is tested where it lives. */
@Tag("golden")
class ReferenceGoldenTest {
    private static final Kernels KERNELS = new ReferenceKernels();

    static Stream<GoldenCase> cases() {
        // Some cases collect several calls under one op; those name more than one output.
        return GoldenCases.list("ops")
                .filter(golden -> golden.names("outputs").size() == 1 && !golden.args().has("then")
                        && output(golden, DType.F64).isPresent());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theKernelGivesTheOutput(GoldenCase golden) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            Tensor got = output(golden, dtype).orElseThrow();
            assertThat(got.isContiguous()).isTrue();
            golden.assertMatches("output", got, dtype);
        }
    }

    @Test
    void mostKernelsAreCovered() {
        assertThat(cases().count()).isGreaterThan(70);
    }

    private static Optional<Tensor> output(GoldenCase golden, DType dtype) {
        List<Tensor> in = golden.inputs(dtype);
        JsonNode args = golden.args();
        Tensor x = in.getFirst();
        return Optional.ofNullable(switch (golden.op()) {
            case "abs", "neg", "sqrt", "rsqrt", "square", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh",
                    "sigmoid", "relu",
                    "silu", "erf", "reciprocal", "hardswish", "hardsigmoid" ->
                unary(Kind.valueOf(golden.op().toUpperCase(Locale.ROOT)), 0, 0, x);
            case "gelu" ->
                unary(args.path("approximate").asText().equals("tanh") ? Kind.GELU_TANH : Kind.GELU, 0, 0, x);
            case "elu" -> unary(Kind.ELU, args.path("alpha").asDouble(), 0, x);
            case "leaky_relu" -> unary(Kind.LEAKY_RELU, args.path("negative_slope").asDouble(), 0, x);
            case "softplus" -> unary(Kind.SOFTPLUS, args.path("beta").asDouble(), args.path("threshold").asDouble(), x);
            case "relu6" -> unary(Kind.CLAMP, 0, 6, x);
            case "clamp" -> unary(Kind.CLAMP, args.path("min").asDouble(Double.NEGATIVE_INFINITY),
                    args.path("max").asDouble(Double.POSITIVE_INFINITY), x);
            case "add" -> args.isEmpty() ? KERNELS.binary(BinaryFn.ADD, x, in.get(1)) : null;
            case "sub" -> args.isEmpty() ? KERNELS.binary(BinaryFn.SUB, x, in.get(1)) : null;
            case "mul" -> args.isEmpty() && in.size() == 2 ? KERNELS.binary(BinaryFn.MUL, x, in.get(1)) : null;
            case "div" -> args.isEmpty() ? KERNELS.binary(BinaryFn.DIV, x, in.get(1)) : null;
            case "pow" -> in.size() == 2 ? KERNELS.binary(BinaryFn.POW, x, in.get(1)) : null;
            case "where" -> KERNELS.where(x, in.get(1), in.get(2));
            case "sum", "mean", "prod", "amax" -> KERNELS.reduce(
                    Reduction.valueOf(golden.op().toUpperCase(Locale.ROOT).replace("AMAX", "MAX")), x, dims(args, x),
                    args.path("keepdim").asBoolean());
            case "cumsum" -> KERNELS.cumulativeSum(x, args.path("dim").asInt(), false);
            case "matmul", "mm", "bmm" -> x.rank() > 1 && in.get(1).rank() > 1 ? KERNELS.matmul(x, in.get(1)) : null;
            case "linear" -> plusBias(KERNELS.matmul(x, in.get(1).transpose(0, 1)), in, 0);
            case "conv1d", "conv2d", "conv3d" -> x.rank() == in.get(1).rank() ? conv(in, args) : null;
            case "conv_transpose1d", "conv_transpose2d" -> convTransposed(in, args);
            case "max_pool1d", "max_pool2d", "max_pool3d" -> KERNELS.maxPool(x, pool(args, x)).values();
            case "avg_pool1d", "avg_pool2d" -> KERNELS.avgPool(x, pool(args, x));
            case "adaptive_avg_pool2d" -> KERNELS.adaptiveAvgPool(x, integers(args.path("output_size"), 2, 0));
            case "softmax" -> KERNELS.softmax(x, x.shape().axis(args.path("dim").asInt()));
            case "log_softmax" -> KERNELS.logSoftmax(x, x.shape().axis(args.path("dim").asInt()));
            case "layer_norm" -> {
                Tensor y = KERNELS
                        .standardize(x, x.rank() - args.path("normalized_shape").size(), args.path("eps").asDouble())
                        .output();
                yield in.size() == 1
                        ? y
                        : KERNELS.binary(BinaryFn.ADD, KERNELS.binary(BinaryFn.MUL, y, in.get(1)), in.get(2));
            }
            case "gather" -> KERNELS.gather(x, args.path("dim").asInt(), in.get(1));
            case "scatter_add" -> KERNELS.scatterAdd(x, args.path("dim").asInt(), in.get(1), in.get(2));
            case "index_select" -> KERNELS.indexSelect(x, args.path("dim").asInt(), in.get(1));
            case "index_add" -> KERNELS.indexAdd(x, args.path("dim").asInt(), in.get(1), in.get(2));
            case "cat" -> KERNELS.concat(in, args.path("dim").asInt());
            case "flip" -> KERNELS.flip(x, dims(args, x));
            case "pad" -> args.path("mode").asText().equals("constant") ? pad(x, args) : null;
            default -> null;
        });
    }

    private static Tensor unary(Kind kind, double alpha, double beta, Tensor x) {
        return KERNELS.unary(new UnaryFn(kind, alpha, beta), x);
    }

    private static List<Integer> dims(JsonNode args, Tensor x) {
        List<Integer> dims = new ArrayList<>();
        JsonNode stated = args.has("dims") ? args.path("dims") : args.path("dim");
        if (stated.isInt()) {
            dims.add(x.shape().axis(stated.asInt()));
        }
        stated.forEach(dim -> dims.add(x.shape().axis(dim.asInt())));
        return dims;
    }

    /** A list of numbers, or one number that holds in every one of {@code count} dimensions. */
    private static List<Integer> integers(JsonNode stated, int count, int otherwise) {
        if (!stated.isArray()) {
            return Collections.nCopies(count, stated.asInt(otherwise));
        }
        List<Integer> numbers = new ArrayList<>();
        stated.forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    private static ConvSpec convSpec(JsonNode args, int spatial) {
        return new ConvSpec(integers(args.path("stride"), spatial, 1), integers(args.path("padding"), spatial, 0),
                integers(args.path("dilation"), spatial, 1), args.path("groups").asInt(1));
    }

    private static Tensor conv(List<Tensor> in, JsonNode args) {
        Tensor x = in.getFirst();
        return plusBias(KERNELS.conv(x, in.get(1), convSpec(args, x.rank() - 2)), in, x.rank() - 2);
    }

    private static Tensor convTransposed(List<Tensor> in, JsonNode args) {
        Tensor x = in.get(0);
        Tensor w = in.get(1);
        int spatial = x.rank() - 2;
        ConvSpec spec = convSpec(args, spatial);
        int[] sizes = x.shape().toArray();
        sizes[1] = w.size(1) * spec.groups();
        for (int d = 0; d < spatial; d++) {
            sizes[d + 2] = (x.size(d + 2) - 1) * spec.stride().get(d) - 2 * spec.padding().get(d)
                    + spec.dilation().get(d) * (w.size(d + 2) - 1) + args.path("output_padding").asInt() + 1;
        }
        return plusBias(KERNELS.convInputAdjoint(x, w, Shape.of(sizes), spec), in, spatial);
    }

    private static Tensor plusBias(Tensor y, List<Tensor> in, int trailing) {
        if (in.size() < 3) {
            return y;
        }
        int[] sizes = new int[trailing + 1];
        Arrays.fill(sizes, 1);
        sizes[0] = -1;
        return KERNELS.binary(BinaryFn.ADD, y, in.get(2).reshape(sizes));
    }

    private static PoolSpec pool(JsonNode args, Tensor x) {
        int spatial = x.rank() - 2;
        List<Integer> kernel = integers(args.path("kernel_size"), spatial, 0);
        List<Integer> stride = args.has("stride") ? integers(args.path("stride"), spatial, 1) : kernel;
        return new PoolSpec(kernel, stride, integers(args.path("padding"), spatial, 0),
                integers(args.path("dilation"), spatial, 1),
                args.path("ceil_mode").asBoolean(), args.path("count_include_pad").asBoolean(true));
    }

    private static Tensor pad(Tensor x, JsonNode args) {
        List<Integer> stated = integers(args.path("pad"), 0, 0);
        List<Integer> before = new ArrayList<>(Collections.nCopies(x.rank(), 0));
        List<Integer> after = new ArrayList<>(before);
        for (int i = 0; i < stated.size(); i += 2) {
            before.set(x.rank() - 1 - i / 2, stated.get(i));
            after.set(x.rank() - 1 - i / 2, stated.get(i + 1));
        }
        return KERNELS.pad(x, before, after, args.path("value").asDouble());
    }
}
