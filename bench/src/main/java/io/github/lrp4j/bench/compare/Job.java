package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.Backend;
import io.github.lrp4j.bench.Numbers;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** One piece of work by its name, as the peer understands it too: {@code kernel conv 64x56x64x3x1x1}. */
final class Job {
    private Job() {
    }

    /** The work that the words after {@code prepare} name. */
    static Runnable named(String[] words) {
        return switch (words[1]) {
            case "model" -> ModelJob.named(words[2], words[3], Integer.parseInt(words[4])).prepared();
            case "kernel" -> kernel(Backend.SIMD.kernels(), words[2], words[3]);
            default -> throw new IllegalArgumentException("no work " + String.join(" ", words));
        };
    }

    /** A kernel of these kernels by its name, with operands of these sizes, separated by x. */
    static Runnable kernel(Kernels kernels, String name, String sizes) {
        Supplier<Tensor> result = result(kernels, new Numbers(), name,
                Arrays.stream(sizes.split("x")).mapToInt(Integer::parseInt).toArray());
        // As PyTorch frees a result that nobody holds.
        return () -> kernels.release(result.get());
    }

    private static Supplier<Tensor> result(Kernels kernels, Numbers random, String name, int[] sizes) {
        switch (name) {
            case "linear" -> {
                Tensor x = random.normal(sizes[0], sizes[1]);
                Tensor w = random.normal(sizes[2], sizes[1]).durable();
                return () -> kernels.matmul(x, w.transpose(0, 1));
            }
            case "matmul" -> {
                Tensor a = random.normal(sizes[0], sizes[1], sizes[2]);
                Tensor b = random.normal(sizes[0], sizes[2], sizes[3]);
                return () -> kernels.matmul(a, b);
            }
            case "conv", "conv_adjoint" -> {
                Tensor x = random.normal(1, sizes[0], sizes[1], sizes[1]);
                Tensor w = random.normal(sizes[2], sizes[0] / sizes[5], sizes[3], sizes[3]).durable();
                ConvSpec spec =
                        new ConvSpec(List.of(sizes[4], sizes[4]), List.of(sizes[3] / 2, sizes[3] / 2), List.of(1, 1),
                                sizes[5]);
                if (name.equals("conv")) {
                    return () -> kernels.conv(x, w, spec);
                }
                Tensor g = kernels.conv(x, w, spec);
                return () -> kernels.convInputAdjoint(g, w, x.shape(), spec);
            }
            case "attention" -> {
                Tensor q = random.normal(1, sizes[0], sizes[1], sizes[2]);
                Tensor k = random.normal(1, sizes[0], sizes[1], sizes[2]);
                Tensor v = random.normal(1, sizes[0], sizes[1], sizes[2]);
                AttentionSpec spec = AttentionSpec.ofWidth(sizes[2]);
                return () -> {
                    Attended attended = kernels.attention(q, k, v, null, spec);
                    kernels.release(attended.logSumExp());
                    return attended.output();
                };
            }
            default -> {
                return elementwise(kernels, name, random.normal(sizes), random.normal(sizes[sizes.length - 1]));
            }
        }
    }

    private static Supplier<Tensor> elementwise(Kernels kernels, String name, Tensor x, Tensor w) {
        int last = x.rank() - 1;
        return switch (name) {
            case "relu" -> () -> kernels.unary(UnaryFn.of(UnaryFn.Kind.RELU), x);
            case "gelu" -> () -> kernels.unary(UnaryFn.of(UnaryFn.Kind.GELU), x);
            case "tanh" -> () -> kernels.unary(UnaryFn.of(UnaryFn.Kind.TANH), x);
            case "add" -> () -> kernels.binary(BinaryFn.ADD, x, x);
            case "softmax" -> () -> kernels.softmax(x, last);
            case "layer_norm" -> () -> kernels.layerNorm(x, w, w, last, 1e-5).output();
            case "sum" -> () -> kernels.reduce(Reduction.SUM, x, List.of(last), false);
            default -> throw new IllegalArgumentException("no kernel " + name);
        };
    }
}
