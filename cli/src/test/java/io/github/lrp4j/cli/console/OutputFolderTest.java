package io.github.lrp4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
    @TempDir
    Path root;

    private List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void filesAppearTogether() throws IOException {
        Path place = root.resolve("a/b");
        try (OutputFolder folder = OutputFolder.open(place)) {
            assertThat(names(place)).isEmpty();
            folder.add("one.txt", "1");
            folder.add("two.bin", new byte[] {2});
            assertThat(place.resolve("one.txt")).doesNotExist();

            assertThat(folder.publish()).containsExactly(place.resolve("one.txt"), place.resolve("two.bin"));
        }

        assertThat(names(place)).containsExactly("one.txt", "two.bin");
        assertThat(place.resolve("one.txt")).hasContent("1");
    }

    @Test
    void aFailureLeavesWhatWasThere() throws IOException {
        Files.writeString(root.resolve("one.txt"), "before");
        try (OutputFolder folder = OutputFolder.open(root)) {
            folder.add("one.txt", "after");
            assertThatThrownBy(() -> folder.add("two.txt", draft -> {
                throw new IOException("No space left on device");
            })).isInstanceOf(UserError.class)
                    .hasMessage("cannot write " + root.resolve("two.txt") + ": No space left on device")
                    .extracting(e -> ((UserError) e).exitCode()).isEqualTo(ExitCode.OUTPUT);
        }

        assertThat(names(root)).containsExactly("one.txt");
        assertThat(root.resolve("one.txt")).hasContent("before");
    }

    @Test
    void filesAreReplaced() throws IOException {
        for (String content : List.of("first", "second")) {
            try (OutputFolder folder = OutputFolder.open(root)) {
                folder.add("x", content);
                folder.publish();
            }
        }

        assertThat(root.resolve("x")).hasContent("second");
        assertThat(names(root)).containsExactly("x");
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");

        assertThatThrownBy(() -> OutputFolder.open(file)).isInstanceOf(UserError.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> OutputFolder.open(file.resolve("below"))).isInstanceOf(UserError.class)
                .hasMessageContaining(file.resolve("below").toString());
        assertThat(names(root)).containsExactly("file");
    }
}
