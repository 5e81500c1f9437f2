package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.baseline.GaussianBlur;
import io.github.lrp4j.evaluate.baseline.MeanColor;
import io.github.lrp4j.evaluate.baseline.Noise;
import io.github.lrp4j.evaluate.baseline.Zero;
import io.github.lrp4j.evaluate.perturbation.Perturbation;
import io.github.lrp4j.evaluate.perturbation.Score;
import io.github.lrp4j.evaluate.perturbation.Units;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say how inputs are perturbed. */
final class ProtocolOptions {
    /** What takes the place of pixels. */
    enum Replacement {
        /** The blurred picture. */
        BLUR,
        /** The mean colour of the picture. */
        MEAN,
        /** The mean colour of the data. */
        ZERO,
        /** Drawn numbers. */
        NOISE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--patch", paramLabel = "P",
            description = "Replace squares of P x P pixels as a whole; 1 for single pixels. Default: 1, and 1/14 of the"
                    + " picture's side for networks with attention.")
    private Integer patch;

    @Option(names = "--pooling", defaultValue = "max",
            description = "How the relevance of pixels becomes that of a patch: ${COMPLETION-CANDIDATES}. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Units.Pooling pooling;

    @Option(names = "--per-step", paramLabel = "N",
            description = "How many pixels or patches a step replaces. Default: as many as replace all in --steps.")
    private Integer perStep;

    @Option(names = "--steps", paramLabel = "K", defaultValue = "49",
            description = "How many steps a curve has; of texts too. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(names = "--baseline", defaultValue = "blur",
            description = "What takes their place: ${COMPLETION-CANDIDATES}; the blurred picture, its mean colour, that of"
                    + " the data, drawn numbers. Default: ${DEFAULT-VALUE}.")
    private Replacement baseline;

    @Option(names = "--blur-kernel", paramLabel = "N",
            description = "Pixels along the window of the blur. Default: 51 for pictures of 224 pixels, others in"
                    + " proportion.")
    private Integer kernel;

    @Option(names = "--blur-sigma", paramLabel = "S",
            description = "Its deviation in pixels. Default: 20 for pictures of 224 pixels, others in proportion.")
    private Double sigma;

    @Option(names = "--noise", paramLabel = "D", defaultValue = "1",
            description = "Deviation of the drawn numbers, in units of the normalised pixels. Default: ${DEFAULT-VALUE}.")
    private double noise;

    @Option(names = "--absolute", description = "Order by the size of the relevance, whatever its sign.")
    private boolean absolute;

    @Option(names = "--score", defaultValue = "probability",
            description = "What the table on the screen is of: ${COMPLETION-CANDIDATES}; the files hold all of them."
                    + " Default: ${DEFAULT-VALUE}.")
    private Score score;

    /** Which score is shown. */
    Score score() {
        return score;
    }

    /** How many steps a curve has. */
    int steps() {
        requirePositive("--steps", steps);
        return steps;
    }

    /** What takes the place of pixels of pictures with this many pixels along a side. */
    Baseline baseline(int size, long seed) {
        GaussianBlur usual = GaussianBlur.scaledTo(size);
        try {
            return switch (baseline) {
                case BLUR -> new GaussianBlur(kernel == null ? usual.kernel() : kernel,
                        sigma == null ? usual.sigma() : sigma);
                case MEAN -> new MeanColor();
                case ZERO -> new Zero();
                case NOISE -> new Noise(noise, seed);
            };
        } catch (IllegalArgumentException e) {
            throw UserError.usage("--blur-kernel, --blur-sigma: " + e.getMessage());
        }
    }

    /** The protocol for pictures with this many pixels along a side. */
    Perturbation protocol(int size, boolean isAttentive, Baseline replacement, int batch) {
        int along = patch != null ? patch : isAttentive ? Math.max(1, size / 14) : 1;
        requirePositive("--patch", along);
        Units units = new Units(along, pooling);
        int each = perStep != null ? perStep : Math.ceilDiv(units.count(size, size), steps());
        requirePositive("--per-step", each);
        return new Perturbation(units, each, steps(), replacement, absolute, batch);
    }

    private static void requirePositive(String option, int number) {
        if (number < 1) {
            throw UserError.usage(option + " must be at least 1, got " + number);
        }
    }

    /** What a protocol is, for the configuration of a run. */
    static void describe(Perturbation protocol, Map<String, String> settings) {
        settings.put("patch", Integer.toString(protocol.units().patch()));
        settings.put("pooling", MethodResult.name(protocol.units().pooling()));
        settings.put("per-step", Integer.toString(protocol.perStep()));
        settings.put("steps", Integer.toString(protocol.steps()));
        settings.put("baseline", protocol.baseline().name());
        settings.put("order", protocol.absolute() ? "absolute" : "signed");
    }
}
