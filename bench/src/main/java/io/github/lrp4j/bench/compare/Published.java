package io.github.lrp4j.bench.compare;

import java.util.List;

/**
 * Time and memory of another implementation of LRP, measured once on two cores with AVX-512 and PyTorch 2.13; constants,
 * not measured here.
 *
 * @param model what was explained, batch 1
 * @param preset ours of the same rules
 * @param by whose implementation
 * @param seconds its time
 * @param withForward whether that includes the forward pass
 * @param forward seconds of PyTorch's forward pass on that machine
 * @param gigabytes its peak resident memory
 */
record Published(String model, String preset, String by, double seconds, boolean withForward, double forward,
        double gigabytes) {
    private static final String ENGINE = "DynamicLRP";
    private static final String ZENNIT = "Zennit";

    /** What words choose it by. */
    String name() {
        return model + " published " + preset;
    }

    static List<Published> all() {
        return List.of(
                new Published("vgg16", "epsilon", ENGINE, 2.13, false, 0.15, 2.7),
                new Published("vgg16", "gamma", ENGINE, 11.7, false, 0.15, 4.6),
                new Published("vgg16", "epsilon-plus", ZENNIT, 0.84, true, 0.15, 1.3),
                new Published("vgg16", "epsilon-gamma-box", ZENNIT, 1.58, true, 0.15, 1.5),
                new Published("resnet50", "epsilon-plus", ZENNIT, 0.52, true, 0.046, 1.5),
                new Published("resnet50", "epsilon-gamma-box", ZENNIT, 1.05, true, 0.046, 1.5),
                new Published("vit_b_16", "epsilon", ENGINE, 0.99, false, 0.14, 1.7),
                new Published("vit_b_16", "gamma", ENGINE, 3.15, false, 0.14, 1.7),
                new Published("roberta-large", "epsilon", ENGINE, 6.0, false, 1.25, 6.4),
                new Published("roberta-large", "small-gamma", ENGINE, 19, false, 1.25, 6.4));
    }
}
