package io.github.lrp4j.explain;

import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Explains small pictures with a small network, again and again on a thread of its own, so that the loops of the kernels and
 * of the rules are machine code by the time the real network is read and the real picture wants to be explained.
 *
 * <p>The first calls of a loop are interpreted, and a loop over vectors is a hundred times slower then: on a large picture
 * that costs seconds, on a small one it does not. A rehearsal computes with kernels of its own on its own thread, draws its
 * numbers with a generator of its own, and leaves nothing behind; results do not depend on it. It ends when it is
 * {@linkplain #end ended}, when repeating it makes it no faster, after {@link #LONGEST}, or when it fails, which nobody
 * hears of. It is begun only with {@code -Dlrp4j.rehearsal=true}.
 */
public final class Rehearsal implements AutoCloseable {
    /** System property; {@code true} switches rehearsals on. */
    public static final String PROPERTY = "lrp4j.rehearsal";
    /** How long it goes on at most. */
    public static final Duration LONGEST = Duration.ofSeconds(8);

    private static final int SIDE = 56;
    /** A round that is not faster than the best by this much is no progress. */
    private static final double PROGRESS = 0.9;
    /** So many rounds without progress end it: compilation is under way in the background for some rounds. */
    private static final int PATIENCE = 12;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean closed;

    private Rehearsal() {
    }

    /**
     * Begins to rehearse explaining pictures by these rules; returns at once.
     *
     * @param kernels what will compute; only the vectorised kernels need a rehearsal
     */
    public static Rehearsal ofPictures(RulePreset preset, Kernels kernels) {
        Rehearsal rehearsal = new Rehearsal();
        Kernels own = Boolean.getBoolean(PROPERTY) ? Backends.alone(kernels).orElse(null) : null;
        if (own == null) {
            rehearsal.done.countDown();
        } else {
            Thread.ofPlatform().daemon().name("lrp4j-rehearsal").start(() -> rehearsal.run(preset, own));
        }
        return rehearsal;
    }

    /** None: one that has ended. */
    public static Rehearsal none() {
        Rehearsal rehearsal = new Rehearsal();
        rehearsal.done.countDown();
        return rehearsal;
    }

    private void run(RulePreset preset, Kernels kernels) {
        try {
            PictureExplainer explainer = explainer(preset, kernels);
            List<RgbImage> picture = List.of(picture());
            long start = System.nanoTime();
            long best = Long.MAX_VALUE;
            int idle = 0;
            while (!closed && idle < PATIENCE && System.nanoTime() - start < LONGEST.toNanos()) {
                long begin = System.nanoTime();
                explainer.explain(picture, Question.top1());
                long took = System.nanoTime() - begin;
                idle = took < PROGRESS * best ? 0 : idle + 1;
                best = Math.min(best, took);
            }
        } catch (RuntimeException e) {
            // Closed in the middle; or else the real explanation meets the same fault and reports it.
            closed = true;
        } finally {
            done.countDown();
        }
    }

    private PictureExplainer explainer(RulePreset preset, Kernels kernels) {
        ImagePreprocessing input = ImagePreprocessing.imageNet().withSize(SIDE);
        // Widths whose rows fall into panels of 12, 13 and 14; sizes on both sides of what Winograd's algorithm takes.
        VggConfig config =
                new VggConfig(input.channels(), VggConfig.steps("64 64 M 96 M 96 96 M"), false, 7, 7, List.of(128),
                        64, 0.5);
        Network network = Vgg.of("rehearsal", ModelFacts.unnamed(input, config.classes()), config,
                Weights.initialized(new SplittableRandom(1)));
        Settings settings = new Settings(
                new Settings.Method(preset.table(input), preset.isDecomposition(), preset.isTimesInput()), kernels,
                new Interruption(), 0, -1, 1, 1, 1);
        return new PictureExplainer(network, settings, new Propagator(settings));
    }

    /** Gives an explanation up between two of its steps once it is no longer wanted. */
    private final class Interruption implements ExplainListener {
        @Override
        public void begins(String work, long steps) {
            step();
        }

        @Override
        public void step() {
            if (closed) {
                throw new CancellationException("the real explanation begins");
            }
        }
    }

    private static RgbImage picture() {
        byte[] samples = new byte[3 * SIDE * SIDE];
        new SplittableRandom(2).nextBytes(samples);
        return RgbImage.of(SIDE, SIDE, samples);
    }

    /**
     * Waits until it has ended, at most so long.
     *
     * @return whether it has ended
     */
    public boolean await(Duration most) {
        try {
            return done.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends it after the step that it is at; does not wait for that. */
    public void end() {
        closed = true;
    }

    /** As {@link #end}. */
    @Override
    public void close() {
        end();
    }
}
