package io.github.lrp4j.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.zoo.json.JsonFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
    private static final String TEXT = """
            {"model_type": "roberta", "architectures": ["RobertaForQuestionAnswering"], "hidden_size": 768,
             "layer_norm_eps": 1e-05, "width": 1.0, "part": 1.5, "big": 3000000000, "limit": [0.0, Infinity],
             "sizes": [2, 3], "rope": {"theta": "high"}, "nothing": null, "cache": true,
             "id2label": {"0": "no", "1": "y\\u001bes"}, "num_labels": 2}
            """;

    @TempDir
    private Path folder;

    private ModelConfig config(String text) throws IOException {
        return ModelConfig.read(Files.writeString(folder.resolve("config.json"), text));
    }

    @Test
    void valuesHaveTypes() throws IOException {
        ModelConfig config = config(TEXT);

        assertThat(config.modelType()).isEqualTo("roberta");
        assertThat(config.architectures()).containsExactly("RobertaForQuestionAnswering");
        assertThat(config.size("hidden_size")).isEqualTo(768);
        assertThat(config.number("layer_norm_eps")).isEqualTo(1e-5);
        assertThat(config.integer("width")).isEqualTo(1);
        assertThat(config.integers("sizes")).containsExactly(2, 3);
        assertThat(config.flag("cache", false)).isTrue();
        assertThat(config.labels()).containsExactly("no", "y?es");
        assertThat(config.find("rope").orElseThrow().text("theta")).isEqualTo("high");
    }

    @Test
    void whatIsMissingMayHaveAMeaning() throws IOException {
        ModelConfig config = config(TEXT);

        assertThat(config.size("none", 5)).isEqualTo(5);
        assertThat(config.integer("nothing", -1)).isEqualTo(-1);
        assertThat(config.number("none", 0.5)).isEqualTo(0.5);
        assertThat(config.text("none", "x")).isEqualTo("x");
        assertThat(config.flag("nothing", true)).isTrue();
        assertThat(config.find("none")).isEmpty();
        assertThat(config.findInteger("nothing")).isEmpty();
        assertThat(config.texts("none")).isEmpty();
        assertThat(config("{\"num_labels\": 3}").labels()).containsExactly("0", "1", "2");
        assertThat(config("{}").labels()).isEmpty();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault(c -> c.size("none"), "none: is missing, wanted a whole number of at least 1"),
                fault(c -> c.text("nothing"), "nothing: is missing, wanted a text"),
                fault(c -> c.integer("model_type"), "model_type: must be a whole number, is \"roberta\""),
                fault(c -> c.integer("part"), "part: must be a whole number, is 1.5"),
                fault(c -> c.integer("big"), "big: must be a whole number, is 3000000000"),
                fault(c -> c.size("zero"), "zero: is missing"),
                fault(c -> c.numbers("limit"), "limit.1: must be a finite number"),
                fault(c -> c.flag("width", true), "width: must be true or false, is 1.0"),
                fault(c -> c.integers("cache"), "cache: must be a list, is true"),
                fault(c -> c.find("cache"), "cache: must be an object, is true"),
                fault(c -> c.find("rope").orElseThrow().number("theta"), "rope.theta: must be a finite number"));
    }

    private static Arguments fault(Consumer<ModelConfig> use, String message) {
        return Arguments.of(use, message);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultsNameFileAndKey(Consumer<ModelConfig> use, String message) throws IOException {
        ModelConfig config = config(TEXT);

        assertThatThrownBy(() -> use.accept(config)).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": ").hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"a\": 1, \"a\": 2}", "nothing", "{\"a\": \"\\u001b[31m\n\"}"})
    void filesThatAreNoConfiguration(String text) {
        assertThatThrownBy(() -> config(text)).isInstanceOf(JsonFileException.class)
                .hasMessageStartingWith(folder.resolve("config.json").toString()).hasMessageMatching("[^\\n\\u001b]*");
    }

    @Test
    void depthAndLengthAreBounded() throws IOException {
        assertThatThrownBy(() -> config("{\"a\":" + "[".repeat(100_000))).isInstanceOf(JsonFileException.class);
        byte[] tooLong = new byte[(8 << 20) + 1];
        Files.write(folder.resolve("config.json"), tooLong);
        assertThatThrownBy(() -> ModelConfig.read(folder.resolve("config.json")))
                .isInstanceOf(JsonFileException.class).hasMessageContaining("exceed the limit");
    }

    /** Any damage ends in a value or in one of the two exceptions. */
    @Test
    void damagedFiles() throws IOException {
        Random random = new Random(3);
        List<Consumer<ModelConfig>> uses = List.of(c -> c.size("hidden_size"), ModelConfig::modelType,
                ModelConfig::labels, ModelConfig::architectures, c -> c.numbers("limit"), c -> c.find("rope"));
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] content = TEXT.getBytes(StandardCharsets.UTF_8);
            for (int n = 0; n <= random.nextInt(3); n++) {
                content[random.nextInt(content.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("config.json"),
                    i % 5 == 0 ? Arrays.copyOf(content, random.nextInt(content.length)) : content);
            try {
                ModelConfig config = ModelConfig.read(file);
                uses.forEach(use -> use.accept(config));
            } catch (JsonFileException | ConfigException e) {
                refused++;
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
