package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.evaluate.localisation.Localisation;
import io.github.lrp4j.zoo.data.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that choose data. */
final class DataOptions {
    private static final double USUAL_SIZE = 224;

    @Option(names = "--data", paramLabel = "PATH", required = true,
            description = "Pictures: a directory with IDX files (Fashion-MNIST), with CIFAR-10's binary files, with train"
                    + " and val (ImageNette) or with a folder per class; a list FILE,LABEL as .csv or .tsv; a .bin file of"
                    + " CIFAR-10. Questions: a .json file of SQuAD.")
    private Path data;

    @Option(names = "--split", defaultValue = "test",
            description = "Which part, where the data have several: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Split split;

    @Option(names = {"--images", "--questions"}, paramLabel = "N",
            description = "Only the first N pictures or questions. Default: all.")
    private Long most;

    @Option(names = "--masks", paramLabel = "DIR",
            description = "Pictures of the same names and sizes as PNG, white where the object is: also count how often the"
                    + " most relevant pixel lies on it (pointing game) and how much of the relevance does.")
    private Path masks;

    @Option(names = "--tolerance", paramLabel = "N",
            description = "How many pixels beside the object still count as on it, in the pointing game. Default: 15 for"
                    + " pictures of 224 pixels, others in proportion.")
    private Integer tolerance;

    /** Where the objects are, in pictures of this size. */
    Optional<Masks> masks(int size) {
        if (tolerance != null && tolerance < 0) {
            throw UserError.usage("--tolerance must not be negative, got " + tolerance);
        }
        if (masks != null && !Files.isDirectory(masks)) {
            throw UserError.input(masks + ": no such directory of masks", null);
        }
        int usual = (int) Math.round(Localisation.TOLERANCE * size / USUAL_SIZE);
        return Optional.ofNullable(masks).map(folder -> new Masks(folder, tolerance == null ? usual : tolerance));
    }

    /** Where they are. */
    Path path() {
        return data;
    }

    /** Which part. */
    Split split() {
        return split;
    }

    /** How many of so many are measured. */
    long limited(long count) {
        if (most != null && most < 1) {
            throw UserError.usage("--images must be at least 1, got " + most);
        }
        return most == null ? count : Math.min(count, most);
    }

    /** Whether these are questions. */
    boolean isQuestions() {
        return data.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    }
}
