package io.github.lrp4j.lrp.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.lrp.example.MarkedShapes.Watermark;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of docs/train-on-relevance.md. */
class TrainOnRelevanceTest {
    private static final Path PAGE = Path.of("docs", "train-on-relevance.md");
    private static final Path SOURCES = Path.of("lrp", "src", "test", "java");

    private final Kernels kernels = Backends.select().kernels();
    private final MarkedShapes train = MarkedShapes.draw(240, Watermark.ON_CLASS_1, 1);
    private final MarkedShapes marked = MarkedShapes.draw(200, Watermark.ON_CLASS_1, 3);
    private final MarkedShapes clean = MarkedShapes.draw(200, Watermark.NOWHERE, 4);
    private final MarkedShapes swapped = MarkedShapes.draw(200, Watermark.ON_CLASS_0, 5);

    @Test
    void anOrdinaryTrainingTrustsTheWatermark() {
        WatermarkTraining training = new WatermarkTraining(kernels, 0, 2);
        training.train(train, 5);
        assertThat(training.accuracy(marked)).isGreaterThan(0.95);
        assertThat(training.accuracy(clean)).isLessThan(0.6);
        assertThat(training.accuracy(swapped)).isLessThan(0.1);
        assertThat(training.relevanceOnWatermark(marked)).isGreaterThan(0.4);
    }

    @Test
    void aLossOnRelevanceMakesTheNetworkLookAtTheShape() {
        WatermarkTraining training = new WatermarkTraining(kernels, 1, 2);
        training.train(train, 20);
        assertThat(training.accuracy(marked)).isGreaterThan(0.9);
        assertThat(training.accuracy(clean)).isGreaterThan(0.9);
        assertThat(training.accuracy(swapped)).isGreaterThan(0.9);
        assertThat(training.relevanceOnWatermark(marked)).isLessThan(0.03);
    }

    @Test
    void thePageShowsTheCodeThatRuns() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve(PAGE))) {
            root = root.getParent();
        }
        String source = Files.readString(root.resolve(SOURCES)
                .resolve(WatermarkTraining.class.getName().replace('.', '/') + ".java"));
        List<String> lines = source.lines().map(String::strip).toList();
        String[] blocks = Files.readString(root.resolve(PAGE)).split("```java\n");
        assertThat(blocks.length).isGreaterThan(1);
        for (int b = 1; b < blocks.length; b++) {
            assertThat(blocks[b].substring(0, blocks[b].indexOf("```")).lines().map(String::strip)
                    .filter(line -> !line.isEmpty())).isSubsetOf(lines);
        }
    }
}
