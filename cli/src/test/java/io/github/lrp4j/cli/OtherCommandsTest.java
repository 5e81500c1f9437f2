package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.cli.console.ExitCode;
import io.github.lrp4j.explain.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherCommandsTest {
    @TempDir
    Path root;

    @Test
    void doctorDescribesTheMachine() throws IOException {
        CommandRun text = CommandRun.of("doctor").requireSuccess();
        JsonNode json = new ObjectMapper().readTree(CommandRun.of("doctor", "--json").requireSuccess().out());

        assertThat(text.out()).contains("java", System.getProperty("java.home"), "threads", "heap", "kernels", "gpu",
                "fashion-vgg");
        assertThat(json.at("/java/version").asText()).isEqualTo(Runtime.version().toString());
        assertThat(json.at("/machine/threads").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(json.at("/memory/heapMax").asLong()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(json.at("/memory/physical").asLong()).isPositive();
        assertThat(json.at("/gpu/reason").asText()).isNotBlank();
        assertThat(json.at("/backend/name").asText().startsWith("simd"))
                .isEqualTo(json.at("/backend/refusals").isEmpty());
        assertThat(json.at("/backend/vectorBits").asInt() > 0)
                .isEqualTo(json.at("/backend/name").asText().startsWith("simd"));
    }

    @Test
    void inspectCountsTheEmbeddedNetwork() throws IOException {
        CommandRun text = CommandRun.of("inspect", "--audit").requireSuccess();
        JsonNode json = new ObjectMapper().readTree(CommandRun.of("inspect", "--json").requireSuccess().out());

        assertThat(text.out()).contains("fashion-vgg", "conv2d", "Promises", "depth sum", "density", "role");
        int counted = 0;
        for (JsonNode count : json.at("/nodesByOp")) {
            counted += count.asInt();
        }
        assertThat(counted).isEqualTo(json.at("/promises/nodes").asInt()).isEqualTo(json.at("/audit").size());
        assertThat(json.at("/promises/promises").asInt()).isEqualTo(2 * json.at("/nodesByOp/add_bias").asInt());
        assertThat(json.at("/promises/density").asDouble())
                .isEqualTo(json.at("/promises/promises").asDouble() / json.at("/promises/nodes").asDouble());
    }

    @Test
    void inspectShowsAResidualNetworkWithAndWithoutItsBatchNorms() throws IOException {
        JsonNode folded = new ObjectMapper()
                .readTree(CommandRun.of("inspect", "--model", "resnet18", "--json").requireSuccess().out());
        JsonNode whole = new ObjectMapper()
                .readTree(
                        CommandRun.of("inspect", "--model", "resnet18", "--no-fold", "--json").requireSuccess().out());

        assertThat(folded.at("/batchNormFolded").asBoolean()).isTrue();
        assertThat(folded.at("/nodesByOp").has("batch_norm")).isFalse();
        assertThat(whole.at("/nodesByOp/batch_norm").asInt()).isEqualTo(20);
        assertThat(whole.at("/nodesByOp/add").asInt()).isEqualTo(8);
        assertThat(whole.at("/promises/nodes").asInt()).isEqualTo(134);
    }

    @Test
    void vgg16HasThePapersGraph() throws IOException {
        CommandRun text = CommandRun.of("inspect", "--model", "vgg16").requireSuccess();

        assertThat(text.out()).containsPattern("nodes +90 +90").containsPattern("Promises +32 +32")
                .containsPattern("internal nodes +0 +0").containsPattern("depth sum +32 +32")
                .containsPattern("density +0.356 +0.356");
    }

    @Test
    void inspectCountsModelsOfTextOfAnyLengthAlike() throws IOException {
        Path model = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).write(root.resolve("bert"));
        JsonNode of7 = new ObjectMapper().readTree(
                CommandRun.of("inspect", "--model", model, "--tokens", 7, "--json").requireSuccess().out());
        JsonNode of9 = new ObjectMapper().readTree(
                CommandRun.of("inspect", "--model", model, "--tokens", 9, "--json").requireSuccess().out());

        assertThat(of7.at("/input/1").asInt()).isEqualTo(7);
        assertThat(of7.at("/nodesByOp/embedding").asInt()).isEqualTo(3);
        assertThat(of7.at("/promises/promises").asInt()).isPositive();
        assertThat(of9.at("/promises")).isEqualTo(of7.at("/promises"));
        CommandRun.of("inspect", "--model", model, "--tokens", 0).requireOneLine(ExitCode.USAGE, "--tokens");
        CommandRun.of("inspect", "--model", model, "--tokens", 100).requireOneLine(ExitCode.USAGE, "at most 80 tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"explain", "inspect", "train", "doctor"})
    void everyCommandHasHelpWithExamples(String command) {
        CommandRun run = CommandRun.of(command, "--help").requireSuccess();

        assertThat(run.out()).contains("Usage: lrp4j " + command, "Examples:", "lrp4j " + command, "Exit codes",
                "0   done");
    }

    @Test
    void withoutACommandThereIsHelp() {
        assertThat(CommandRun.of().requireSuccess().out()).contains("Usage: lrp4j", "explain", "inspect", "train",
                "doctor");
        assertThat(CommandRun.of("help", "explain").requireSuccess().out()).contains("Usage: lrp4j explain");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(CommandRun.of("--version").requireSuccess().out())
                .matches("lrp4j \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(JDK .*\\)\\R");
    }

    @Test
    void shellsCanCompleteIt() {
        assertThat(CommandRun.of("generate-completion").requireSuccess().out()).contains("complete",
                "epsilon-gamma-box");
    }

    @Test
    void aFaultInTheMachineryIsOneLineToo() {
        CommandRun.of("doctor", "--json=x").requireOneLine(ExitCode.USAGE, "--json");
    }
}
