package io.github.lrp4j.autograd.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.BatchNormalized;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.Accumulate;
import io.github.lrp4j.autograd.expr.CrossEntropy;
import io.github.lrp4j.autograd.expr.Extrema;
import io.github.lrp4j.autograd.expr.Indexing;
import io.github.lrp4j.autograd.expr.Loss;
import io.github.lrp4j.autograd.expr.Moments;
import io.github.lrp4j.autograd.expr.Ordered;
import io.github.lrp4j.autograd.expr.Rearrange;
import io.github.lrp4j.autograd.expr.Resize;
import io.github.lrp4j.autograd.expr.Scan;
import io.github.lrp4j.autograd.expr.WeightNorm;
import io.github.lrp4j.autograd.expr.Windows;
import io.github.lrp4j.autograd.op.Embedding;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.Resampling.Mode;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** What a golden op case asks for, said with this module: outputs from inputs. */
final class GoldenOps {
    private final GoldenCase golden;
    private final Arguments args;
    private final Map<String, Value> inputs;
    private final Tape tape;
    private final int outputs;

    private GoldenOps(GoldenCase golden, Map<String, Value> inputs) {
        this.golden = golden;
        this.args = new Arguments(golden.args());
        this.inputs = inputs;
        this.tape = inputs.values().iterator().next().tape();
        this.outputs = golden.names("outputs").size();
    }

    /** The outputs in the order of the case; none where the op is not supported. */
    static List<Value> apply(GoldenCase golden, Map<String, Value> inputs) {
        return new GoldenOps(golden, inputs).apply();
    }

    private Value in(String name) {
        return inputs.get(name);
    }

    private List<Value> apply() {
        Value x = inputs.containsKey("x") ? in("x") : inputs.values().iterator().next();
        return switch (golden.op()) {
            case "sort", "topk", "split", "chunk", "unbind", "batch_norm", "argmax", "maximum_minimum", "tril",
                    "weight_norm" ->
                several(x);
            case "max", "min" -> extremum(x);
            case "pow" -> inputs.containsKey("e")
                    ? List.of(in("e").mul(x.log()).exp())
                    : args.list("exponents").isEmpty() ? List.of() : exponents(x);
            case "div" -> args.has("scalar")
                    ? List.of(x.scale(1 / args.real("scalar", 1)), x.reciprocal().scale(args.real("scalar", 1)))
                    : List.of(in("a").div(in("b")));
            case "sum", "mean", "relu", "abs" -> outputs > 1 ? collected(x) : List.of(single(x));
            default -> {
                Value output = single(x);
                yield output == null ? List.of() : List.of(output);
            }
        };
    }

    private List<Value> exponents(Value x) {
        List<Value> powers = new ArrayList<>();
        golden.args().path("exponents").forEach(exponent -> powers.add(x.pow(exponent.asDouble())));
        return powers;
    }

    private Value constant(Tensor tensor) {
        return tape.constant(tensor);
    }

    private List<Value> several(Value x) {
        return switch (golden.op()) {
            case "sort" -> ordered(Ordered.sort(x, args.number("dim"), args.flag("descending")));
            case "topk" -> ordered(Ordered.topK(x, args.number("k"), args.number("dim"), args.flag("largest")));
            case "split", "chunk" -> x.split(args.number("dim"), args.parts(x.shape()));
            case "unbind" -> x.unbind(args.number("dim"));
            case "batch_norm" -> batchNorm(x);
            case "argmax" -> List.of(constant(Extrema.argMax(x, args.number("dim", -1))),
                    constant(Extrema.argMin(x, args.number("dim", -1))));
            case "maximum_minimum" -> List.of(Extrema.maximum(in("a"), in("b")), Extrema.minimum(in("a"), in("b")));
            case "tril" -> List.of(Rearrange.lowerTriangle(x, args.number("tril_diagonal")),
                    Rearrange.upperTriangle(x, args.number("triu_diagonal")));
            case "weight_norm" -> {
                Value weight = WeightNorm.of(in("v"), in("g"), args.number("dim"));
                yield List.of(weight, x.linear(weight, null));
            }
            default -> throw new IllegalStateException(golden.op());
        };
    }

    private List<Value> ordered(Ordered ordered) {
        return List.of(ordered.values(), constant(ordered.indices()));
    }

    private List<Value> batchNorm(Value x) {
        Tensor mean = in("running_mean").tensor();
        Tensor variance = in("running_var").tensor();
        double eps = args.real("eps", 1e-5);
        if (!args.flag("training")) {
            return List.of(x.batchNorm(mean, variance, in("weight"), in("bias"), eps));
        }
        BatchNormalized result = x.batchNormTraining(in("weight"), in("bias"), eps);
        double momentum = args.real("momentum", 0.1);
        return List.of(result.output(), constant(result.runningMean(mean, momentum)),
                constant(result.runningVariance(variance, momentum)));
    }

    private List<Value> extremum(Value x) {
        boolean largest = golden.op().equals("max");
        if (args.has("dim")) {
            int dim = args.number("dim");
            boolean keep = args.flag("keepdim");
            return largest
                    ? List.of(x.max(dim, keep), constant(Extrema.argMax(x, dim)))
                    : List.of(x.min(dim, keep), constant(Extrema.argMin(x, dim)));
        }
        if (outputs == 1) {
            return List.of(Extrema.max(x, List.of(), false));
        }
        if (x.shape().rank() == 0) {
            return List.of(x.sum(), Extrema.max(x, List.of(), false), x.softmax(0), x.reshape(1),
                    x.reshape(1).reshape(x.shape()),
                    x.square(), x.exp());
        }
        return List.of(x.max(1, false), constant(Extrema.argMax(x, 1)), x.min(1, false), constant(Extrema.argMin(x, 1)),
                Extrema.max(x, List.of(1), false));
    }

    /** Cases that collect several functions of one input under the name of the first. */
    private List<Value> collected(Value x) {
        return switch (golden.op()) {
            case "relu" ->
                List.of(x.relu(), x.sigmoid(), x.tanh(), x.gelu(), x.silu(), x.exp(), x.square(), x.sqrt(), x.log());
            case "abs" -> List.of(x.abs(), x.relu());
            case "mean" ->
                List.of(Moments.variance(x, List.of(1), false, 1), Moments.variance(x, List.of(1), false, 0));
            case "sum" -> inputs.size() == 1
                    ? List.of(x.sum(List.of(1), false), x.mean(List.of(1), false))
                    : List.of(x.sum(List.of(0), false), x.mean(List.of(0), false), Scan.product(x, 0, false),
                            Value.cat(0, x, in("y")), in("a").matmul(in("b")), x.relu(), in("a").transpose(0, 1));
            default -> throw new IllegalStateException(golden.op());
        };
    }

    /** The output of an op that has one; null where the op is not supported. */
    private Value single(Value x) {
        String op = golden.op();
        return switch (op) {
            case "neg", "abs", "square", "sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "sin", "cos",
                    "tanh",
                    "sigmoid", "relu", "silu", "hardswish", "hardsigmoid", "erf" ->
                x.elementwise(UnaryFn.of(UnaryFn.Kind.valueOf(op.toUpperCase(Locale.ROOT))));
            case "gelu" -> args.text("approximate", "none").equals("tanh") ? x.geluTanh() : x.gelu();
            case "quick_gelu" -> x.mul(x.scale(1.702).sigmoid());
            case "leaky_relu" -> x.leakyRelu(args.real("negative_slope", 0.01));
            case "elu" -> x.elementwise(new UnaryFn(UnaryFn.Kind.ELU, args.real("alpha", 1), 0));
            case "softplus" ->
                x.elementwise(new UnaryFn(UnaryFn.Kind.SOFTPLUS, args.real("beta", 1), args.real("threshold", 20)));
            case "relu6" -> x.clamp(0, 6);
            case "clamp" ->
                x.clamp(args.real("min", Double.NEGATIVE_INFINITY), args.real("max", Double.POSITIVE_INFINITY));
            case "dropout" -> args.flag("training") ? null : x.dropout(0, new Random(0));
            case "add", "sub", "mul", "rsub", "addcmul", "shared_use" -> arithmetic(x);
            case "matmul", "mm", "bmm", "addmm", "outer", "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d",
                    "conv_transpose2d", "mha_block", "rotary", "scaled_dot_product_attention" ->
                linear(x);
            case "max_pool1d", "max_pool2d", "max_pool3d", "avg_pool1d", "avg_pool2d", "adaptive_avg_pool2d",
                    "adaptive_max_pool2d", "unfold" ->
                pooled(x);
            case "sum", "mean", "amax", "prod", "cumsum", "cumprod", "var", "std", "norm", "normalize", "logsumexp" ->
                reduced(x);
            case "softmax" -> x.softmax(args.number("dim"));
            case "log_softmax" -> x.logSoftmax(args.number("dim"));
            case "layer_norm" -> x.layerNorm(args.normalizedDims(), in("weight"), in("bias"), args.real("eps", 1e-5));
            case "rms_norm" -> x.rmsNorm(args.normalizedDims(), in("weight"), args.real("eps", 1e-6));
            case "group_norm" ->
                x.groupNorm(args.number("num_groups"), in("weight"), in("bias"), args.real("eps", 1e-5));
            case "instance_norm" -> x.instanceNorm(null, null, args.real("eps", 1e-5));
            case "cross_entropy" ->
                CrossEntropy.MEAN.smoothed(args.real("label_smoothing", 0)).of(x, in("target").tensor());
            // The stored input is what the log-probabilities are made of.
            case "nll_loss" -> CrossEntropy.MEAN.ofLogProbabilities(x.logSoftmax(1), in("target").tensor());
            case "mse_loss" -> Loss.meanSquaredError(x, in("y"));
            case "binary_cross_entropy_with_logits" -> Loss.binaryCrossEntropyWithLogits(x, in("y"));
            case "index", "where", "masked_fill", "gather", "index_select", "embedding", "scatter_add", "index_add" ->
                selected(x);
            default -> moved(x);
        };
    }

    private Value arithmetic(Value x) {
        return switch (golden.op()) {
            case "add" -> in("a").add(in("b"), args.real("alpha", 1));
            case "sub" -> in("a").sub(in("b"));
            case "mul" -> args.has("scalar") ? x.scale(args.real("scalar", 1)) : x.mul(inputs.getOrDefault("b", x));
            case "rsub" -> x.neg().shift(args.real("scalar", 1));
            case "addcmul" -> in("t").add(in("a").mul(in("b")), args.real("value", 1));
            case "shared_use" -> x.relu().mul(x.sigmoid()).add(x);
            default -> throw new IllegalStateException(golden.op());
        };
    }

    private Value linear(Value x) {
        return switch (golden.op()) {
            case "matmul", "mm", "bmm" -> in("a").matmul(in("b"));
            case "addmm" -> in("bias").scale(args.real("beta", 1)).add(in("a").matmul(in("b")), args.real("alpha", 1));
            case "outer" -> in("a").unsqueeze(1).mul(in("b"));
            case "linear" -> x.linear(in("weight"), in("bias"));
            case "conv1d", "conv2d", "conv3d" ->
                x.conv(in("weight"), in("bias"), args.conv(in("weight").shape().rank() - 2));
            case "conv_transpose1d", "conv_transpose2d" -> {
                int spatial = in("weight").shape().rank() - 2;
                yield x.convTranspose(in("weight"), in("bias"), args.conv(spatial),
                        args.perDimension("output_padding", spatial, 0));
            }
            case "mha_block" -> attention(x);
            case "scaled_dot_product_attention" -> {
                AttentionSpec spec = new AttentionSpec(args.real("scale", 1 / Math.sqrt(in("q").shape().size(-1))),
                        args.flag("is_causal"), args.flag("enable_gqa"));
                yield in("q").scaledDotProductAttention(in("k"), in("v"), in("attn_mask"), spec);
            }
            case "rotary" -> args.has("theta") ? rotaryHalf(x) : rotaryInterleaved(x);
            default -> throw new IllegalStateException(golden.op());
        };
    }

    private Value attention(Value x) {
        int heads = args.number("heads");
        int batch = x.shape().size(0);
        int length = x.shape().size(1);
        int width = x.shape().size(2);
        List<Value> packed = x.linear(in("w_qkv"), in("b_qkv")).split(-1, width, width, width).stream()
                .map(part -> part.reshape(batch, length, heads, width / heads).transpose(1, 2)).toList();
        Value scores =
                packed.get(0).matmul(packed.get(1).transpose(-2, -1)).scale(1 / Math.sqrt((double) width / heads));
        return scores.softmax(-1).matmul(packed.get(2)).transpose(1, 2).reshape(batch, length, width);
    }

    private Value rotaryHalf(Value x) {
        int half = x.shape().size(-1) / 2;
        List<Value> halves = x.split(-1, half, half);
        return x.mul(in("cos")).add(Value.cat(-1, halves.get(1).neg(), halves.get(0)).mul(in("sin")));
    }

    private Value rotaryInterleaved(Value x) {
        Value even = x.slice(-1, 0, Integer.MAX_VALUE, 2);
        Value odd = x.slice(-1, 1, Integer.MAX_VALUE, 2);
        Value first = even.mul(in("cos")).sub(odd.mul(in("sin")));
        Value second = even.mul(in("sin")).add(odd.mul(in("cos")));
        return Value.stack(-1, first, second).reshape(x.shape());
    }

    private Value pooled(Value x) {
        int spatial = x.shape().rank() - 2;
        return switch (golden.op()) {
            case "max_pool1d", "max_pool2d", "max_pool3d" -> x.maxPool(args.pool(spatial));
            case "avg_pool1d", "avg_pool2d" -> x.avgPool(args.pool(spatial));
            case "adaptive_max_pool2d" -> Windows.adaptiveMaxPool(x, args.array("output_size"));
            case "unfold" -> {
                int[] kernel = args.array("kernel_size");
                yield Windows.unfold(x, kernel[0], kernel[1], args.conv(spatial));
            }
            default -> x.adaptiveAvgPool(args.array("output_size"));
        };
    }

    private Value indexed(Value x) {
        if (inputs.containsKey("mask")) {
            return Indexing.masked(x, in("mask").tensor());
        }
        if (inputs.containsKey("j")) {
            return Indexing.at(x, in("i").tensor(), in("j").tensor());
        }
        boolean second = golden.json().path("description").asText().contains("x[:, i]");
        return second ? x.indexSelect(1, in("i")) : Indexing.at(x, in("i").tensor());
    }

    private Value reduced(Value x) {
        List<Integer> dims = args.list("dim");
        boolean keep = args.flag("keepdim");
        int correction = golden.json().path("description").asText().contains("unbiased=False") ? 0 : 1;
        return switch (golden.op()) {
            case "sum" -> x.sum(dims, keep);
            case "mean" -> x.mean(dims, keep);
            case "amax" -> Extrema.max(x, dims, keep);
            case "prod" -> Scan.product(x, args.number("dim"), keep);
            case "cumsum" -> Scan.cumulativeSum(x, args.number("dim"));
            case "cumprod" -> Scan.cumulativeProduct(x, args.number("dim"));
            case "var" -> Moments.variance(x, dims, keep, correction);
            case "std" -> Moments.deviation(x, dims, keep, correction);
            case "norm" -> Moments.norm(x, dims, keep);
            case "normalize" -> Moments.normalized(x, args.number("dim"), args.real("eps", 1e-12));
            case "logsumexp" -> Moments.logSumExp(x, dims, keep);
            default -> throw new IllegalStateException(golden.op());
        };
    }

    private Value selected(Value x) {
        int dim = args.number("dim", 0);
        return switch (golden.op()) {
            case "index" -> indexed(x);
            case "where" -> in("cond").where(in("a"), in("b"));
            case "masked_fill" -> {
                Value filled = x.maskedFill(in("mask"), args.real("value", 0));
                yield args.has("then") ? filled.softmax(-1) : filled;
            }
            case "gather" -> x.gather(dim, in("index"));
            case "index_select" -> x.indexSelect(dim, in("index"));
            case "embedding" ->
                tape.apply(new Embedding(args.number("padding_idx", Embedding.NO_PADDING)), in("weight"), in("index"));
            case "scatter_add" -> Accumulate.scatterAdd(x, dim, in("index"), in("src"));
            case "index_add" -> Accumulate.indexAdd(x, dim, in("index"), in("src"));
            default -> throw new IllegalStateException(golden.op());
        };
    }

    private Value moved(Value x) {
        return switch (golden.op()) {
            case "view" -> x.reshape(args.array("shape"));
            case "reshape" ->
                x.transpose(args.array("transpose")[0], args.array("transpose")[1]).reshape(args.array("shape"));
            case "clone_contiguous" -> x.transpose(0, 1);
            case "flatten" -> x.flatten(args.number("start_dim"), args.number("end_dim"));
            case "squeeze" -> x.squeeze(args.number("dim"));
            case "unsqueeze" -> x.unsqueeze(args.number("dim"));
            case "expand" -> x.expand(args.array("size"));
            case "permute" -> x.permute(args.array("dims"));
            case "transpose" -> x.transpose(args.array("dims")[0], args.array("dims")[1]);
            case "slice" -> x.slice(args.number("dim"), args.number("start"), args.number("end"), args.number("step"));
            case "select" -> x.select(args.number("dim"), args.number("index"));
            case "cat" -> Value.cat(args.number("dim"), inputs.values().toArray(Value[]::new));
            case "stack" -> Value.stack(args.number("dim"), inputs.values().toArray(Value[]::new));
            case "flip" -> Rearrange.flip(x, args.array("dims"));
            case "roll" -> Rearrange.roll(x, args.array("shifts")[0], args.array("dims")[0]);
            case "repeat" -> Rearrange.repeat(x, args.array("repeats"));
            case "repeat_interleave" -> Rearrange.repeatInterleave(x, args.number("repeats"), args.number("dim"));
            case "pixel_shuffle" -> Rearrange.pixelShuffle(x, args.number("upscale_factor"));
            case "pad" -> padded(x);
            case "interpolate" -> interpolated(x);
            default -> null;
        };
    }

    private Value interpolated(Value x) {
        Mode mode = switch (args.text("mode", "nearest")) {
            case "nearest" -> Mode.NEAREST;
            case "linear", "bilinear", "trilinear" -> Mode.LINEAR;
            default -> Mode.CUBIC;
        };
        boolean align = args.flag("align_corners");
        if (args.has("size")) {
            return Resize.to(x, mode, align, args.array("size"));
        }
        int spatial = x.shape().rank() - 2;
        double[] factors = new double[spatial];
        JsonNode stated = golden.args().get("scale_factor");
        Arrays.setAll(factors, d -> stated.isArray() ? stated.get(d).asDouble() : stated.asDouble());
        return Resize.by(x, mode, align, factors);
    }

    /** Amounts are stated in pairs from the last dimension on. */
    private Value padded(Value x) {
        List<Integer> pairs = args.list("pad");
        Value y = x;
        for (int p = 0; p < pairs.size() / 2; p++) {
            int before = pairs.get(2 * p);
            int after = pairs.get(2 * p + 1);
            int dim = x.shape().rank() - 1 - p;
            y = switch (args.text("mode", "constant")) {
                case "reflect" -> Rearrange.padReflecting(y, dim, before, after);
                case "replicate" -> Rearrange.padReplicating(y, dim, before, after);
                default -> {
                    Integer[] front = new Integer[x.shape().rank()];
                    Integer[] back = front.clone();
                    Arrays.fill(front, 0);
                    Arrays.fill(back, 0);
                    front[dim] = before;
                    back[dim] = after;
                    yield y.pad(List.of(front), List.of(back), args.real("value", 0));
                }
            };
        }
        return y;
    }
}
