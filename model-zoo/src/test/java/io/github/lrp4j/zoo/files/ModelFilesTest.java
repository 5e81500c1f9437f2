package io.github.lrp4j.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.hub.Hub;
import io.github.lrp4j.zoo.hub.HubException;
import io.github.lrp4j.zoo.hub.HubSettings;
import io.github.lrp4j.zoo.tokenizer.TokenizerException;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {
    @TempDir
    private Path root;

    private Path folder;

    @BeforeEach
    void write() throws IOException {
        folder = Files.createDirectories(root.resolve("model"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"t5\"}");
        SafetensorsWriter.write(folder.resolve("model.safetensors"),
                Map.of("q.weight", Tensor.full(1, DType.F32, Shape.of(4, 4))), Map.of());
    }

    private Hub offline() {
        return new Hub(HubSettings.fromEnvironment().withCache(root.resolve("cache")).withOffline(true));
    }

    private ModelFiles open(Path path) throws IOException {
        return ModelFiles.open(path.toString(), offline());
    }

    @Test
    void aDirectoryIsOneModel() throws IOException {
        ModelFiles files = open(folder);

        assertThat(files.config().modelType()).isEqualTo("t5");
        assertThat(files.weights().tensors()).containsOnlyKeys("q.weight");
        assertThat(files.hasTokenizer()).isFalse();
        assertThatThrownBy(files::tokenizer).isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json: no such file");
        assertThat(files).hasToString(folder.toString());
    }

    @Test
    void aFileOfWeightsKnowsItsNeighbours() throws IOException {
        ModelFiles files = open(folder.resolve("model.safetensors"));

        assertThat(files.hasConfig()).isTrue();
        assertThat(files.weights().tensors()).hasSize(1);
    }

    @Test
    void anAdapterIsMergedOntoItsBase() throws IOException {
        Path adapter = Files.createDirectories(root.resolve("adapter"));
        Files.writeString(adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2,"
                        + " \"base_model_name_or_path\": \"" + folder + "\"}");
        SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"),
                Map.of("base_model.model.q.lora_A.weight", Tensor.full(3, DType.F32, Shape.of(1, 4)),
                        "base_model.model.q.lora_B.weight", Tensor.full(5, DType.F32, Shape.of(4, 1))),
                Map.of());

        ModelFiles files = open(adapter);

        assertThat(files.weights().tensors().get("q.weight").toDoubleArray()).containsOnly(31);
        assertThat(files.config().modelType()).isEqualTo("t5");
    }

    @Test
    void anAdapterOfItselfIsRefused() throws IOException {
        Path adapter = Files.createDirectories(root.resolve("adapter"));
        Files.writeString(adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2,"
                        + " \"base_model_name_or_path\": \"" + adapter + "\"}");
        SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), Map.of(), Map.of());

        assertThatThrownBy(() -> open(adapter)).isInstanceOf(ConfigException.class)
                .hasMessageContaining("is an adapter itself");
    }

    @Test
    void whatIsNotThere() {
        assertThatThrownBy(() -> open(root.resolve("none"))).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no such file or directory");
        assertThatThrownBy(() -> ModelFiles.open("hf:o/n", offline())).isInstanceOf(HubException.class)
                .hasMessageContaining("offline");
        assertThatThrownBy(() -> ModelFiles.open("hf:../x", offline())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noConfiguration() throws IOException {
        Files.delete(folder.resolve("config.json"));

        assertThat(open(folder).hasConfig()).isFalse();
        assertThatThrownBy(() -> open(folder).config()).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("there is no config.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "model.pth"})
    void pickledWeightsAreRefusedWithTheWayToConvertThem(String name) throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        Files.write(folder.resolve(name), new byte[10]);

        assertThatThrownBy(() -> open(folder).weights()).isInstanceOf(WeightsException.class).hasMessageContainingAll(
                folder.toString(), name, "convert them once: python -c", "weights_only=True", "model.safetensors");
    }
}
