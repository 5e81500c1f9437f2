package io.github.lrp4j.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every safetensors file of the reference data, written by the format's reference implementation. */
@Tag("golden")
class GoldenFilesTest {
    private static final Path GOLDEN = Path.of(System.getProperty("lrp4j.golden", "../golden"));

    @Test
    void allAreReadAsANaiveReaderReadsThem() throws IOException {
        List<Path> files = files();
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            Safetensors opened = Safetensors.open(file);
            Map<String, NaiveReader.Content> expected = NaiveReader.read(file);
            assertThat(opened.names()).as("%s", file).containsExactlyElementsOf(expected.keySet());
            for (String name : opened.names()) {
                NaiveReader.Content content = expected.get(name);
                Tensor tensor = opened.get(name);
                assertThat(tensor.dtype()).hasToString(content.dtype());
                assertThat(tensor.dtype()).isEqualTo(opened.dtype(name));
                assertThat(tensor.shape().toArray()).as("%s %s", file, name).isEqualTo(content.shape());
                assertThat(tensor.shape()).isEqualTo(opened.shape(name));
                assertThat(tensor.toDoubleArray()).as("%s %s", file, name).isEqualTo(content.values());
            }
        }
    }

    @Test
    void allSurviveBeingWrittenAgain(@TempDir Path directory) throws IOException {
        for (Path file : files()) {
            Safetensors opened = Safetensors.open(file);
            Path copy = directory.resolve("copy.safetensors");
            SafetensorsWriter.write(copy, SafetensorsWriterTest.tensors(opened), opened.metadata());
            Safetensors again = Safetensors.open(copy);
            assertThat(again.names()).containsExactlyElementsOf(opened.names());
            assertThat(again.metadata()).isEqualTo(opened.metadata());
            for (String name : opened.names()) {
                assertThat(again.shape(name)).isEqualTo(opened.shape(name));
                assertThat(again.dtype(name)).isEqualTo(opened.dtype(name));
                assertThat(again.get(name).toDoubleArray()).as("%s %s", file, name)
                        .isEqualTo(opened.get(name).toDoubleArray());
            }
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> tree = Files.walk(GOLDEN)) {
            return tree.filter(path -> path.toString().endsWith(".safetensors")).sorted().toList();
        }
    }
}
