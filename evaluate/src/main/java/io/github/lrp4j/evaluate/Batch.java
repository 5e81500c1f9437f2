package io.github.lrp4j.evaluate;

import io.github.lrp4j.evaluate.Classifier.Recorded;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.SplittableRandom;

/** Samples of a classifier that are explained together: inputs, one target class each, and what tells them apart. */
public final class Batch {
    private final Classifier classifier;
    private final Tensor inputs;
    private final int[] targets;
    private final long[] keys;

    /**
     * A batch.
     *
     * @param inputs {@code [N, ...]}
     * @param targets the class of each sample that is explained
     * @param keys a number that stays with each sample, such as its position in the data set: what is drawn for a
     *     sample follows from it
     * @throws IllegalArgumentException if there is not one target and one key for each sample
     */
    public Batch(Classifier classifier, Tensor inputs, int[] targets, long[] keys) {
        if (inputs.rank() < 2 || inputs.size(0) != targets.length || targets.length != keys.length) {
            throw new IllegalArgumentException("batch: inputs " + inputs.shape() + ", " + targets.length
                    + " targets and " + keys.length + " keys; give one target and one key for each sample");
        }
        this.classifier = classifier;
        this.inputs = inputs;
        this.targets = targets.clone();
        this.keys = keys.clone();
    }

    /** What is explained. */
    public Classifier classifier() {
        return classifier;
    }

    /** Where to compute. */
    public Kernels kernels() {
        return classifier.kernels();
    }

    /** The samples, {@code [N, ...]}. */
    public Tensor inputs() {
        return inputs;
    }

    /** The explained class of each sample. */
    public int[] targets() {
        return targets.clone();
    }

    /** What tells samples apart. */
    public long[] keys() {
        return keys.clone();
    }

    /** How many samples there are. */
    public int size() {
        return targets.length;
    }

    /** This batch at other inputs, with the same targets and keys. */
    public Batch at(Tensor others) {
        return new Batch(classifier, others, targets, keys);
    }

    /** 1 at the target of each sample. */
    public Seed seed() {
        return Seed.target(targets);
    }

    /** Records a forward pass of the inputs. */
    public Recorded record() {
        return classifier.record(inputs);
    }

    /**
     * {@code d logit_target / dx} of each sample, at other points than the inputs or at them.
     *
     * @param points one for each sample, of the shape of the inputs
     */
    public Tensor gradient(Tensor points) {
        return classifier.gradient(points, seed());
    }

    /**
     * Random numbers for one sample: the same in whatever batch it is.
     *
     * @param sample its position in this batch
     * @param seed of the method
     */
    public SplittableRandom random(int sample, long seed) {
        return random(keys[sample], seed);
    }

    /** Random numbers for the sample of a key. */
    public static SplittableRandom random(long key, long seed) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() ^ (key * 0x9E3779B97F4A7C15L));
    }
}
