package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.zoo.data.Split;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that choose data. */
final class DataOptions {
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
        return data.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".json");
    }
}
