package io.github.lrp4j.bench.compare;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.bench.Backend;
import io.github.lrp4j.bench.Preset;
import io.github.lrp4j.bench.Quick;
import io.github.lrp4j.bench.Subject;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.SplittableRandom;

/**
 * A whole model with drawn weights: inference, or gradient or relevance of the input alone under a preset, forward pass
 * included.
 *
 * @param model its name
 * @param what {@code forward}, {@code gradient} or a preset's label
 * @param retain what the forward pass keeps
 * @param batch pictures or questions at once
 */
public record ModelJob(String model, String what, Retain retain, int batch) {
    private static final String FORWARD = "forward";

    /**
     * The job of that name.
     *
     * @param what {@code forward}, {@code gradient} or a preset's label
     */
    public static ModelJob named(String model, String what, int batch) {
        return new ModelJob(model, what, what.equals(FORWARD) ? Retain.NOTHING : Retain.GRADIENT, batch);
    }

    /** The same, with a forward pass that keeps other things. */
    public ModelJob retaining(Retain other) {
        return new ModelJob(model, what, other, batch);
    }

    /** With weights and input in place. */
    public Runnable prepared() {
        return on(Subject.named(model, Weights.initialized(new Quick(new SplittableRandom(1))), batch));
    }

    /** On this subject instead of the model. */
    public Runnable on(Subject subject) {
        return on(subject, Backend.SIMD.kernels());
    }

    /** On this subject instead of the model, with these kernels. */
    public Runnable on(Subject subject, Kernels kernels) {
        return switch (what) {
            case FORWARD -> () -> subject.record(new Tape(kernels, retain));
            case "gradient" -> () -> {
                Subject.Recorded recorded = subject.record(new Tape(kernels, retain));
                recorded.gradient();
                recorded.free();
            };
            default -> {
                Lrp lrp = Lrp.with(table(what));
                yield () -> {
                    Subject.Recorded recorded = subject.record(new Tape(kernels, retain));
                    lrp.only(recorded.input()).explain(recorded.starts(), recorded.input()).of(recorded.input());
                    recorded.free();
                };
            }
        };
    }

    private static RuleTable table(String name) {
        return Preset.labelled(name).table();
    }
}
