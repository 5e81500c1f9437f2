package io.github.lrp4j.zoo.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A reference tokenizer: its file, and what the framework's own implementation answers. */
record GoldenTokenizer(Path folder, JsonTokenizer tokenizer, JsonNode cases) {
    private static final Path TOKENIZERS = Path.of(System.getProperty("lrp4j.golden", "../golden"), "tokenizers");

    static List<GoldenTokenizer> all() throws IOException {
        List<GoldenTokenizer> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(TOKENIZERS)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                JsonNode cases = new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
                all.add(new GoldenTokenizer(folder, JsonTokenizer.open(folder), cases));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
