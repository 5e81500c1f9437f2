package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One explainer, several threads: the same bits as one after another. */
class ThreadsTest {
    private static final int THREADS = 4;
    private static final List<TextInput> INPUTS = List.of(TextInput.question("Who wrote it?", "Ada wrote it."),
            TextInput.question("When?", "It was written in 1843, and printed as a note."),
            TextInput.question("Where was it?", "In London, they say, though nobody knows."));

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"BERT, ForSequenceClassification", "ROBERTA, ForQuestionAnswering", "T5, ForConditionalGeneration"})
    void giveTheSameBits(TinyModel.Family family, String task)
            throws IOException, InterruptedException, ExecutionException {
        Explainer explainer = TinyModel.of(family, task).open(directory).withAnswers(3, 1);
        List<List<TextPart>> alone = new ArrayList<>();
        INPUTS.forEach(input -> alone.add(explainer.explain(input).parts()));
        // The explainer of the threads has seen nothing yet: plans are compiled at the same time.
        Explainer shared = explainer.with(RulePreset.ATTN_LRP);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<List<TextPart>>> together = IntStream.range(0, THREADS * INPUTS.size())
                    .mapToObj(i -> threads.submit(() -> shared.explain(INPUTS.get(i % INPUTS.size())).parts()))
                    .toList();
            for (int i = 0; i < together.size(); i++) {
                assertThat(together.get(i).get()).isEqualTo(alone.get(i % INPUTS.size()));
            }
        }
    }
}
