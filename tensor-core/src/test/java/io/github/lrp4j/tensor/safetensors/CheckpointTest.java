package io.github.lrp4j.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in one file and in several. */
class CheckpointTest {
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path directory;

    private Path shard(String name, Map<String, Tensor> tensors) throws IOException {
        Path file = directory.resolve(name);
        SafetensorsWriter.write(file, tensors, Map.of("format", "pt", "shard", name));
        return file;
    }

    private static Tensor tensor(float... values) {
        return Tensor.of(values, values.length);
    }

    private Path index(String json) throws IOException {
        return Files.writeString(directory.resolve(INDEX), json);
    }

    private Path twoShards() throws IOException {
        shard("model-00001-of-00002.safetensors", Map.of("b.weight", tensor(1, 2), "a.bias", tensor(3)));
        shard("model-00002-of-00002.safetensors",
                Map.of("c.weight", Tensor.of(new long[] {4, 5, 6}, 3, 1), "unused", tensor(9)));
        return index("""
                {
                  "metadata": {"total_size": 1.2e1, "tied": ["x", {"y": [1]}], "note": null, "origin": "test"},
                  "extra": {"deep": [[[]]]},
                  "weight_map": {
                    "c.weight": "model-00002-of-00002.safetensors",
                    "b.weight": "model-00001-of-00002.safetensors",
                    "a.bias": "model-00001-of-00002.safetensors"
                  }
                }
                """);
    }

    @Test
    void theShardsOfAnIndexAreSeenAsOne() throws IOException {
        Path index = twoShards();
        for (Checkpoint model : List.of(Checkpoint.open(index), Checkpoint.open(directory))) {
            assertThat(model.file()).isEqualTo(index);
            assertThat(model.names()).containsExactly("c.weight", "b.weight", "a.bias");
            assertThat(model.get("b.weight").floats()).containsExactly(1, 2);
            assertThat(model.get("a.bias").floats()).containsExactly(3);
            assertThat(model.get("c.weight").toLongArray()).containsExactly(4, 5, 6);
            assertThat(model.dtype("c.weight")).isEqualTo(DType.I64);
            assertThat(model.shape("c.weight")).isEqualTo(Shape.of(3, 1));
            assertThat(model.contains("unused")).isFalse();
            assertThat(model.shards()).containsExactly(
                    directory.resolve("model-00002-of-00002.safetensors"),
                    directory.resolve("model-00001-of-00002.safetensors"));
            assertThat(model.metadata())
                    .containsEntry("total_size", "1.2e1")
                    .containsEntry("origin", "test")
                    .containsEntry("note", "null")
                    .containsEntry("format", "pt")
                    .containsEntry("shard", "model-00002-of-00002.safetensors")
                    .doesNotContainKey("tied");
        }
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> Checkpoint.open(index).get("unused"))
                .withMessage(
                        index + ": \"unused\": no such tensor; there are 3: \"c.weight\", \"b.weight\", \"a.bias\"");
    }

    @Test
    void aDirectoryIsOpenedByItsUsualNames() throws IOException {
        Path other = shard("vgg.safetensors", Map.of("other", tensor(1)));
        assertThat(Checkpoint.open(directory).file()).isEqualTo(other);
        assertThat(Checkpoint.open(directory).names()).containsExactly("other");
        assertThat(Checkpoint.open(other).metadata()).containsEntry("format", "pt");
        Path index = twoShards();
        assertThat(Checkpoint.open(directory).file()).isEqualTo(index);
        Path single = shard("model.safetensors", Map.of("single", tensor(1)));
        assertThat(Checkpoint.open(directory).file()).isEqualTo(single);
        assertThat(Checkpoint.open(directory).get("single").item()).isEqualTo(1);
    }

    @Test
    void aDirectoryWithoutOneModelIsRefused() throws IOException {
        refused(directory, "has neither model.safetensors nor model.safetensors.index.json nor any other");
        shard("b.safetensors", Map.of("w", tensor(1)));
        shard("a.safetensors", Map.of("w", tensor(1)));
        refused(directory, "2 files end in .safetensors, name the one to open: \"a.safetensors\", \"b.safetensors\"");
        refused(directory.resolve("absent"), "no such file");
        refused(directory.resolve("absent.index.json"), "no such file");
    }

    @Test
    void oneOddlyNamedIndexGoesBeforeItsShards() throws IOException {
        Path index = Files.move(twoShards(), directory.resolve("unet.safetensors.index.json"));
        assertThat(Checkpoint.open(directory).file()).isEqualTo(index);
    }

    @Test
    void missingShardsAreNamed() throws IOException {
        shard("1.safetensors", Map.of("a", tensor(1)));
        Path index = index("""
                {"weight_map": {"a": "1.safetensors", "b": "2.safetensors", "c": "3.safetensors", "d": "4.safetensors",
                "e": "5.safetensors"}}""");
        refused(index, "4 of 5 shards are missing: \"2.safetensors\", \"3.safetensors\", \"4.safetensors\", ...");
    }

    @Test
    void aTensorThatItsShardLacksIsNamed() throws IOException {
        shard("1.safetensors", Map.of("a", tensor(1)));
        Path index = index("{\"weight_map\": {\"a\": \"1.safetensors\", \"b\": \"1.safetensors\"}}");
        refused(index, "\"b\": shard \"1.safetensors\" lacks this tensor");
    }

    @Test
    void aBrokenShardIsNamed() throws IOException {
        Path shard = Files.write(directory.resolve("1.safetensors"), new byte[5]);
        index("{\"weight_map\": {\"a\": \"1.safetensors\"}}");
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> Checkpoint.open(directory))
                .withMessageStartingWith(shard + ": not a safetensors file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.safetensors", "..", ".", "", "/etc/passwd", "a/../../b", "sub/shard.safetensors",
        "..\\\\secret.safetensors", "C:\\\\secret", "C:secret", "shard:stream", "a\\u0000b", "a\\nb"})
    void shardsMustLieBesideTheIndex(String name) throws IOException {
        Files.createDirectories(directory.resolve("model"));
        shard("secret.safetensors", Map.of("a", tensor(1)));
        Path index = Files.writeString(
                directory.resolve("model").resolve(INDEX), "{\"weight_map\": {\"a\": \"" + name + "\"}}");
        refused(index, "must be a plain file name beside the index");
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> Checkpoint.open(index))
                .satisfies(e -> assertThat(e.key()).hasValue("a"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ~~                                              | the index must be an object, found the end
            []                                              | the index must be an object, found an array
            {                                               | not valid JSON
            {}                                              | weight_map is missing
            {"weight_map": {}}                              | weight_map is empty
            {"weight_map": []}                              | weight_map must be an object
            {"weight_map": {"a": 1}}                        | "a": must name a file, found 1
            {"weight_map": {"a": "s", "a": "s"}}            | "a": the key occurs twice
            {"weight_map": {"a": "s"}, "weight_map": {}}    | weight_map occurs twice
            {"weight_map": {"a": "s"}} x                    | not valid JSON
            {"weight_map": {"a": "s"}} {}                   | nothing may follow
            {"metadata": 1, "weight_map": {"a": "s"}}       | metadata must be an object
            """)
    void indexesThatAreNoneAreRefused(String json, String says) throws IOException {
        refused(index(json), says);
    }

    @Test
    void absurdNestingInAnIndexIsRefused() throws IOException {
        for (String opening : List.of("{\"metadata\": {\"x\": ", "{\"other\": ")) {
            refused(index(opening + "[".repeat(1_000_000)), "not valid JSON: Document nesting depth");
        }
    }

    private static void refused(Path path, String says) {
        assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> Checkpoint.open(path))
                .withMessageStartingWith(path + ": ").withMessageContaining(says);
    }
}
