package io.github.lrp4j.tensor.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.kernels.UnaryFn.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The golden ops that are one kernel each, as some kernels compute them. */
public final class GoldenKernels {
    private final Kernels kernels;

    /** @param kernels that compute the cases */
    public GoldenKernels(Kernels kernels) {
        this.kernels = kernels;
    }

    /** The cases that are one kernel each. */
    public Stream<GoldenCase> cases() {
        // Some cases collect several calls under one op; those name more than one output.
        return GoldenCases.list("ops")
                .filter(golden -> golden.names("outputs").size() == 1 && !golden.args().has("then")
                        && output(golden, DType.F64).isPresent());
    }

    /** What the kernels make of a case; empty if that takes several kernels. */
    public Optional<Tensor> output(GoldenCase golden, DType dtype) {
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
            case "add" -> args.isEmpty() ? kernels.binary(BinaryFn.ADD, x, in.get(1)) : null;
            case "sub" -> args.isEmpty() ? kernels.binary(BinaryFn.SUB, x, in.get(1)) : null;
            case "mul" -> args.isEmpty() && in.size() == 2 ? kernels.binary(BinaryFn.MUL, x, in.get(1)) : null;
            case "div" -> args.isEmpty() ? kernels.binary(BinaryFn.DIV, x, in.get(1)) : null;
            case "pow" -> in.size() == 2 ? kernels.binary(BinaryFn.POW, x, in.get(1)) : null;
            case "where" -> kernels.where(x, in.get(1), in.get(2));
            case "sum", "mean", "prod", "amax" -> kernels.reduce(
                    Reduction.valueOf(golden.op().toUpperCase(Locale.ROOT).replace("AMAX", "MAX")), x, dims(args, x),
                    args.path("keepdim").asBoolean());
            case "cumsum" -> kernels.cumulativeSum(x, args.path("dim").asInt(), false);
            case "matmul", "mm", "bmm" -> x.rank() > 1 && in.get(1).rank() > 1 ? kernels.matmul(x, in.get(1)) : null;
            case "linear" -> plusBias(kernels.matmul(x, in.get(1).transpose(0, 1)), in, 0);
            case "conv1d", "conv2d", "conv3d" -> x.rank() == in.get(1).rank() ? conv(in, args) : null;
            case "conv_transpose1d", "conv_transpose2d" -> convTransposed(in, args);
            case "max_pool1d", "max_pool2d", "max_pool3d" -> kernels.maxPool(x, pool(args, x)).values();
            case "avg_pool1d", "avg_pool2d" -> kernels.avgPool(x, pool(args, x));
            case "adaptive_avg_pool2d" -> kernels.adaptiveAvgPool(x, integers(args.path("output_size"), 2, 0));
            case "softmax" -> kernels.softmax(x, x.shape().axis(args.path("dim").asInt()));
            case "log_softmax" -> kernels.logSoftmax(x, x.shape().axis(args.path("dim").asInt()));
            case "layer_norm" -> {
                Tensor y = kernels
                        .standardize(x, x.rank() - args.path("normalized_shape").size(), args.path("eps").asDouble())
                        .output();
                yield in.size() == 1
                        ? y
                        : kernels.binary(BinaryFn.ADD, kernels.binary(BinaryFn.MUL, y, in.get(1)), in.get(2));
            }
            case "gather" -> kernels.gather(x, args.path("dim").asInt(), in.get(1));
            case "scatter_add" -> kernels.scatterAdd(x, args.path("dim").asInt(), in.get(1), in.get(2));
            case "index_select" -> kernels.indexSelect(x, args.path("dim").asInt(), in.get(1));
            case "index_add" -> kernels.indexAdd(x, args.path("dim").asInt(), in.get(1), in.get(2));
            case "cat" -> kernels.concat(in, args.path("dim").asInt());
            case "flip" -> kernels.flip(x, dims(args, x));
            case "pad" -> args.path("mode").asText().equals("constant") ? pad(x, args) : null;
            default -> null;
        });
    }

    private Tensor unary(Kind kind, double alpha, double beta, Tensor x) {
        return kernels.unary(new UnaryFn(kind, alpha, beta), x);
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

    private Tensor conv(List<Tensor> in, JsonNode args) {
        Tensor x = in.getFirst();
        return plusBias(kernels.conv(x, in.get(1), convSpec(args, x.rank() - 2)), in, x.rank() - 2);
    }

    private Tensor convTransposed(List<Tensor> in, JsonNode args) {
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
        return plusBias(kernels.convInputAdjoint(x, w, Shape.of(sizes), spec), in, spatial);
    }

    private Tensor plusBias(Tensor y, List<Tensor> in, int trailing) {
        if (in.size() < 3) {
            return y;
        }
        int[] sizes = new int[trailing + 1];
        Arrays.fill(sizes, 1);
        sizes[0] = -1;
        return kernels.binary(BinaryFn.ADD, y, in.get(2).reshape(sizes));
    }

    private static PoolSpec pool(JsonNode args, Tensor x) {
        int spatial = x.rank() - 2;
        List<Integer> kernel = integers(args.path("kernel_size"), spatial, 0);
        List<Integer> stride = args.has("stride") ? integers(args.path("stride"), spatial, 1) : kernel;
        return new PoolSpec(kernel, stride, integers(args.path("padding"), spatial, 0),
                integers(args.path("dilation"), spatial, 1),
                args.path("ceil_mode").asBoolean(), args.path("count_include_pad").asBoolean(true));
    }

    private Tensor pad(Tensor x, JsonNode args) {
        List<Integer> stated = integers(args.path("pad"), 0, 0);
        List<Integer> before = new ArrayList<>(Collections.nCopies(x.rank(), 0));
        List<Integer> after = new ArrayList<>(before);
        for (int i = 0; i < stated.size(); i += 2) {
            before.set(x.rank() - 1 - i / 2, stated.get(i));
            after.set(x.rank() - 1 - i / 2, stated.get(i + 1));
        }
        return kernels.pad(x, before, after, args.path("value").asDouble());
    }
}
