package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.Preset;
import java.util.ArrayList;
import java.util.List;

/** What is compared. */
final class Works {
    private Works() {
    }

    /**
     * A kernel.
     *
     * @param name as the workers know it
     * @param label where it occurs
     * @param sizes separated by x
     * @param amount floating point operations or bytes
     * @param unit of the amount per second
     */
    record Kernel(String name, String label, String sizes, double amount, String unit) {
        String order() {
            return "prepare kernel " + name + " " + sizes;
        }

        /** What words choose it by. */
        String fullName() {
            return name + " " + label;
        }
    }

    /**
     * A model.
     *
     * @param model its name
     * @param what we do
     * @param peer what PyTorch does
     * @param batch pictures at once
     */
    record Model(String model, String what, String peer, int batch) {
        String order(String work) {
            return "prepare model " + model + " " + work + " " + batch;
        }

        String label() {
            return batch == 1 ? model : model + ", batch " + batch;
        }

        /** What words choose it by. */
        String name() {
            return model + " " + what + " batch " + batch;
        }
    }

    static List<Kernel> kernels() {
        List<Kernel> works = new ArrayList<>();
        linear(works, "square 1024", 1024, 1024, 1024);
        linear(works, "square 2048", 2048, 2048, 2048);
        linear(works, "ViT-B projection", 197, 768, 768);
        linear(works, "ViT-B MLP in", 197, 768, 3072);
        linear(works, "ViT-B MLP out", 197, 3072, 768);
        linear(works, "RoBERTa-large projection", 384, 1024, 1024);
        linear(works, "RoBERTa-large MLP in", 384, 1024, 4096);
        linear(works, "RoBERTa-large MLP out", 384, 4096, 1024);
        linear(works, "GEMV 4096 x 4096", 1, 4096, 4096);
        linear(works, "GEMV 25088 x 4096", 1, 25088, 4096);
        works.add(new Kernel("matmul", "scores of 12 heads, 197 x 64 x 197", "12x197x64x197", 2.0 * 12 * 197 * 197 * 64,
                "GFLOP/s"));
        works.add(new Kernel("attention", "attention of 12 heads, 197 x 64", "12x197x64", 4.0 * 12 * 197 * 197 * 64,
                "GFLOP/s"));
        works.add(new Kernel("attention", "attention of 16 heads, 384 x 64", "16x384x64", 4.0 * 16 * 384 * 384 * 64,
                "GFLOP/s"));
        for (String direction : List.of("conv", "conv_adjoint")) {
            convolution(works, direction, "VGG 64@224", 64, 224, 64, 3, 1, 1);
            convolution(works, direction, "VGG 128@112", 128, 112, 128, 3, 1, 1);
            convolution(works, direction, "VGG 256@56", 256, 56, 256, 3, 1, 1);
            convolution(works, direction, "VGG 512@28", 512, 28, 512, 3, 1, 1);
            convolution(works, direction, "VGG 512@14", 512, 14, 512, 3, 1, 1);
            convolution(works, direction, "ResNet 7x7 stride 2", 3, 224, 64, 7, 2, 1);
            convolution(works, direction, "ResNet 1x1 256@56", 64, 56, 256, 1, 1, 1);
            convolution(works, direction, "ResNet 3x3 512@7", 512, 7, 512, 3, 1, 1);
            convolution(works, direction, "ResNet 3x3 128@56 stride 2", 128, 56, 128, 3, 2, 1);
            convolution(works, direction, "depthwise 144@56", 144, 56, 144, 3, 1, 144);
            convolution(works, direction, "32 groups 256@28", 256, 28, 256, 3, 1, 32);
        }
        elementwise(works, "relu", "64x224x224", 2);
        elementwise(works, "add", "197x3072", 2);
        elementwise(works, "gelu", "197x3072", 2);
        elementwise(works, "tanh", "197x3072", 2);
        elementwise(works, "softmax", "12x197x197", 2);
        elementwise(works, "softmax", "16x384x384", 2);
        elementwise(works, "layer_norm", "197x768", 2);
        elementwise(works, "layer_norm", "384x1024", 2);
        elementwise(works, "sum", "64x50176", 1);
        return works;
    }

    private static void linear(List<Kernel> works, String label, int m, int k, int n) {
        boolean byMemory = m == 1;
        works.add(new Kernel("linear", label, m + "x" + k + "x" + n, byMemory ? 4.0 * k * n : 2.0 * m * k * n,
                byMemory ? "GB/s" : "GFLOP/s"));
    }

    private static void convolution(List<Kernel> works, String direction, String label, int in, int size, int out,
            int kernel, int stride, int groups) {
        double outputs = Math.ceil((double) size / stride);
        int read = in / groups * kernel * kernel;
        works.add(new Kernel(direction, (direction.equals("conv") ? "convolution " : "its adjoint to the input ") + label,
                in + "x" + size + "x" + out + "x" + kernel + "x" + stride + "x" + groups,
                2.0 * out * outputs * outputs * read, "GFLOP/s"));
    }

    private static void elementwise(List<Kernel> works, String name, String sizes, int passes) {
        double bytes = 4.0 * passes;
        for (String size : sizes.split("x")) {
            bytes *= Integer.parseInt(size);
        }
        works.add(new Kernel(name, name.replace('_', ' ') + " " + sizes, sizes, bytes, "GB/s"));
    }

    private static final List<String> PICTURES = List.of("vgg16", "resnet50", "vit_b_16");
    private static final List<String> TRANSFORMERS = List.of("vit_b_16", "roberta-large");
    private static final List<String> ALL = List.of("vgg16", "resnet50", "vit_b_16", "roberta-large");

    /** Forward passes and gradients, and the explanations that compete with gradients. */
    static List<Model> models() {
        List<Model> works = new ArrayList<>();
        for (int batch : new int[] {1, 8}) {
            for (String model : ALL) {
                works.add(new Model(model, "forward", "forward", batch));
                works.add(new Model(model, "gradient", "gradient", batch));
            }
        }
        for (String preset : List.of("attn-lrp", "attn-lrp-as-gradient")) {
            for (String model : TRANSFORMERS) {
                works.add(new Model(model, preset, "gradient", 1));
            }
        }
        return works;
    }

    /** Every preset beside PyTorch's gradient. */
    static List<Model> presets() {
        List<Model> works = new ArrayList<>();
        for (int batch : new int[] {1, 8}) {
            for (String model : batch == 1 ? ALL : PICTURES) {
                for (Preset preset : Preset.values()) {
                    works.add(new Model(model, preset.label(), "gradient", batch));
                }
            }
        }
        return works;
    }

    /** What takes memory. */
    static List<Model> memory() {
        List<Model> works = new ArrayList<>();
        for (String model : ALL) {
            works.add(new Model(model, "forward", "forward", 1));
            for (String what : TRANSFORMERS.contains(model)
                    ? List.of("gradient", "epsilon", "attn-lrp")
                    : List.of("gradient", "epsilon", "epsilon-plus")) {
                works.add(new Model(model, what, "gradient", 1));
            }
        }
        return works;
    }
}
