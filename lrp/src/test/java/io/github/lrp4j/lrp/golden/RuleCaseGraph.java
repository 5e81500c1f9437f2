package io.github.lrp4j.lrp.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The graph that a rule case applies its rule to: its inputs as leaves, its op applied to them.
 *
 * <p>Everything follows from the case's op, arguments and shapes. A few cases leave a geometry unsaid (which slice, which
 * power); then the one whose values are the case's output is taken.
 */
final class RuleCaseGraph {
    private static final List<String> WEIGHTS = List.of("weight", "bias");

    private final GoldenCase golden;
    private final Map<String, Value> inputs = new HashMap<>();
    private final Tensor expected;

    RuleCaseGraph(Tape tape, GoldenCase golden, DType dtype) {
        this.golden = golden;
        this.expected = golden.tensor("output", dtype);
        List<String> live = golden.names("relevances");
        for (String name : golden.names("input_order")) {
            Tensor value = golden.tensor("input." + name, dtype);
            inputs.put(name, WEIGHTS.contains(name)
                    ? tape.parameter(name, value)
                    : live.contains("relevance." + name) ? tape.input(name, value) : tape.constant(value));
        }
    }

    /** How many cells of the first input there are per cell of the output. */
    double cellsPerOutput() {
        return (double) in(golden.names("input_order").get(0)).shape().elements() / expected.elements();
    }

    Value input(String name) {
        return inputs.get(name);
    }

    /** The output. */
    Value output() {
        return switch (golden.op()) {
            case "add" -> inputs.containsKey("w") ? residual() : sum();
            case "add+cat" -> Value.cat(1, in("a"), in("b")).add(in("c"));
            case "sub" -> in("a").sub(in("b"));
            case "mul" -> args().has("scalar") ? in("a").scale(args().get("scalar").asDouble()) : in("a").mul(in("b"));
            case "div" ->
                args().has("scalar") ? in("a").scale(1 / args().get("scalar").asDouble()) : in("a").div(in("b"));
            case "mm", "bmm", "matmul" -> inputs.containsKey("a") ? in("a").matmul(in("b")) : in("x").matmul(in("w"));
            case "linear" -> in("x").linear(in("weight"), in("bias"));
            case "conv1d" -> conv(1);
            case "conv2d" -> conv(2);
            case "conv3d" -> conv(3);
            case "sum" -> in("x").sum(dims(), keepDims());
            case "mean" -> in("x").mean(dims(), keepDims());
            case "cat" -> Value.cat(args().get("dim").asInt(), in("a"), in("b"));
            case "stack" -> Value.stack(args().get("dim").asInt(), in("a"), in("b"));
            case "expand" -> in("x").expand(expected.shape());
            case "slice" -> matching(slices());
            case "permute" -> matching(permutations());
            case "pow" -> matching(Stream.of(2.0, 3.0, 4.0, 0.5, -1.0).map(e -> () -> in("x").pow(e)));
            case "max_pool2d" -> in("x").maxPool(pool());
            case "avgpool2d" -> in("x").avgPool(pool());
            case "adaptive_avg_pool2d", "adaptiveavg" -> in("x").adaptiveAvgPool(ints(args().get("output_size"), 2));
            case "relu" -> in("x").relu();
            case "gelu" -> in("x").gelu();
            case "silu" -> in("x").silu();
            case "tanh" -> in("x").tanh();
            case "sigmoid" -> in("x").sigmoid();
            case "neg" -> in("x").neg();
            case "rsqrt" -> in("x").rsqrt();
            case "softmax" -> softmax();
            case "layer_norm" -> layerNorm();
            case "rms_norm" -> inputs.containsKey("weight")
                    ? in("x").rmsNorm(1, in("weight"), args().get("eps").asDouble())
                    : rmsNormOps();
            case "attention" -> in("q").matmul(in("k").transpose(-2, -1)).scale(args().get("scale").asDouble())
                    .softmax(-1).matmul(in("v"));
            case "scaled_dot_product_attention" -> fused();
            default -> throw new IllegalStateException("no op " + golden.op());
        };
    }

    /** The output by another way that must give the same relevance: attention that is written out, as one op. */
    Optional<Value> alternative() {
        return golden.op().equals("attention") ? Optional.of(fused()) : Optional.empty();
    }

    private Value fused() {
        double scale = args().path("scale").asDouble(1 / Math.sqrt(in("q").shape().size(-1)));
        AttentionSpec spec = new AttentionSpec(scale, args().path("is_causal").asBoolean(false),
                args().path("enable_gqa").asBoolean(false));
        return in("q").scaledDotProductAttention(in("k"), in("v"), in("attn_mask"), spec);
    }

    private JsonNode args() {
        return golden.args();
    }

    private Value in(String name) {
        return inputs.get(name);
    }

    private Value sum() {
        Value sum = in("a").add(in("b"));
        return inputs.containsKey("c") ? sum.add(in("c")) : sum;
    }

    private Value residual() {
        Value h = in("x").tanh();
        return h.add(h.matmul(in("w")));
    }

    private Value rmsNormOps() {
        Value h = in("x").tanh();
        return h.mul(h.pow(2).mean(List.of(-1), true).shift(1e-6).rsqrt());
    }

    private Value softmax() {
        double temperature = args().path("temperature").asDouble(1);
        return in("x").scale(1 / temperature).softmax(-1);
    }

    private Value layerNorm() {
        return in("x").layerNorm(1, in("weight"), in("bias"), args().path("eps").asDouble(1e-5));
    }

    private Value conv(int spatial) {
        Value weight = inputs.containsKey("w") ? in("w") : in("weight");
        // Unsaid padding is what makes the sizes meet.
        int grown = expected.size(-1) + weight.shape().size(-1) - 1 - in("x").shape().size(-1);
        ConvSpec spec =
                new ConvSpec(list(args().get("stride"), spatial, 1), list(args().get("padding"), spatial, grown / 2),
                        list(args().get("dilation"), spatial, 1), args().path("groups").asInt(1));
        return in("x").conv(weight, in("bias"), spec);
    }

    private PoolSpec pool() {
        int kernel = args().get("kernel").asInt();
        return PoolSpec.of(2, kernel, args().path("stride").asInt(kernel), args().path("padding").asInt(0));
    }

    private List<Integer> dims() {
        JsonNode dim = args().get("dim");
        return dim == null ? List.of() : dim.isArray() ? list(dim, dim.size(), 0) : List.of(dim.asInt());
    }

    private boolean keepDims() {
        return args().path("keepdim").asBoolean(false);
    }

    private static int[] ints(JsonNode node, int count) {
        return list(node, count, 0).stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Integer> list(JsonNode node, int count, int otherwise) {
        if (node == null || !node.isArray()) {
            return Collections.nCopies(count, node == null ? otherwise : node.asInt());
        }
        List<Integer> values = new ArrayList<>();
        node.forEach(n -> values.add(n.asInt()));
        return values;
    }

    /** A range of one dimension and one index of another. */
    private Stream<Supplier<Value>> slices() {
        Shape shape = in("x").shape();
        int rank = shape.rank();
        return IntStream.range(0, rank).boxed().flatMap(d -> IntStream.range(0, shape.size(d)).boxed()
                .flatMap(start -> IntStream.rangeClosed(start + 1, shape.size(d)).boxed()
                        .flatMap(end -> IntStream.of(1, 2, 3).boxed()
                                .flatMap(step -> IntStream.range(0, rank).filter(s -> s != d).boxed()
                                        .flatMap(s -> IntStream.range(0, shape.size(s))
                                                .mapToObj(i -> (Supplier<Value>) () -> in("x")
                                                        .slice(d, start, end, step).select(s, i)))))));
    }

    /** A permutation and a view of its result, or a view and a permutation of that. */
    private Stream<Supplier<Value>> permutations() {
        Stream<Supplier<Value>> permuteFirst = orders(in("x").shape().rank())
                .map(order -> () -> in("x").permute(order).reshape(expected.shape()));
        Stream<Supplier<Value>> viewFirst = orders(expected.rank()).map(order -> () -> {
            int[] sizes = new int[order.length];
            for (int d = 0; d < order.length; d++) {
                sizes[order[d]] = expected.size(d);
            }
            return in("x").reshape(sizes).permute(order);
        });
        return Stream.concat(permuteFirst, viewFirst);
    }

    private static Stream<int[]> orders(int rank) {
        List<int[]> orders = new ArrayList<>();
        permute(new int[rank], 0, new boolean[rank], orders);
        return orders.stream();
    }

    private static void permute(int[] order, int at, boolean[] used, List<int[]> found) {
        if (at == order.length) {
            found.add(order.clone());
            return;
        }
        for (int d = 0; d < order.length; d++) {
            if (!used[d]) {
                used[d] = true;
                order[at] = d;
                permute(order, at + 1, used, found);
                used[d] = false;
            }
        }
    }

    private Value matching(Stream<Supplier<Value>> candidates) {
        double[] want = expected.toDoubleArray();
        return candidates.map(Supplier::get).filter(value -> value.shape().equals(expected.shape())).filter(value -> {
            double[] got = value.tensor().toDoubleArray();
            return Arrays.equals(Arrays.stream(got).map(RuleCaseGraph::rounded).toArray(),
                    Arrays.stream(want).map(RuleCaseGraph::rounded).toArray());
        }).findFirst().orElseThrow(() -> new IllegalStateException("no geometry gives this output"));
    }

    private static double rounded(double x) {
        return Math.rint(x * 1e4);
    }
}
