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
 * A whole model with drawn weights: inference, or relevance of the input alone under a preset, forward pass included.
 *
 * @param model its name
 * @param table the preset's rules, null for inference
 * @param retain what the forward pass keeps
 * @param batch pictures or questions at once
 */
public record ModelJob(String model, RuleTable table, Retain retain, int batch) {
    /**
     * The job of that name.
     *
     * @param what {@code forward} or a preset's label
     */
    public static ModelJob named(String model, String what, int batch) {
        return what.equals("forward")
                ? new ModelJob(model, null, Retain.NOTHING, batch)
                : new ModelJob(model, table(what), Retain.GRADIENT, batch);
    }

    /** The same, with a forward pass that keeps other things. */
    public ModelJob retaining(Retain other) {
        return new ModelJob(model, table, other, batch);
    }

    /** With weights and input in place. */
    public Runnable prepared() {
        return on(Subject.named(model, Weights.initialized(new Quick(new SplittableRandom(1))), batch));
    }

    /** On this subject instead of the model. */
    public Runnable on(Subject subject) {
        Kernels kernels = Backend.SIMD.kernels();
        if (table == null) {
            return () -> subject.record(new Tape(kernels, retain));
        }
        Lrp lrp = Lrp.with(table);
        return () -> {
            Subject.Recorded recorded = subject.record(new Tape(kernels, retain));
            lrp.only(recorded.input()).explain(recorded.starts(), recorded.input()).of(recorded.input());
            recorded.free();
        };
    }

    private static RuleTable table(String name) {
        return Preset.labelled(name).table();
    }
}
