package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import picocli.CommandLine.Option;

/** The options of an evaluation of questions. */
final class QuestionOptions {
    @Option(names = "--max-tokens", paramLabel = "N",
            description = "Skip questions that have more tokens with their context. Default: as many as the model reads at"
                    + " once, 512 where it has no limit.")
    private Integer longest;

    @Option(names = "--token-curves",
            description = "Also perturbation curves of questions: tokens are masked, --steps times, in the order of their"
                    + " relevance.")
    private boolean curves;

    /** The most tokens of a question with its context. */
    int longest(int usual) {
        if (longest != null && longest < 1) {
            throw UserError.usage("--max-tokens must be at least 1, got " + longest);
        }
        return longest == null ? usual : Math.min(longest, usual);
    }

    /** Whether tokens are masked. */
    boolean withCurves() {
        return curves;
    }
}
