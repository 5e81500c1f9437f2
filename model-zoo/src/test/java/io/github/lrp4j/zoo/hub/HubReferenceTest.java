package io.github.lrp4j.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubReferenceTest {
    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource({"hf:owner/name, owner/name, main", "hf:gpt2, gpt2, main", "hf:o/n.a_m-e@v1.0, o/n.a_m-e, v1.0",
        "hf:o/n@refs/pr/1, o/n, refs/pr/1"})
    void references(String text, String id, String revision) {
        HubReference reference = HubReference.parse(text);

        assertThat(reference).isEqualTo(new HubReference(id, revision));
        assertThat(HubReference.parse(reference.toString())).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hf:", "hf:a/b/c", "hf:../x", "hf:a/..", "hf:a--b/c", "hf:a/b@", "hf:a/b@../x", "hf:a/b@x//y",
                "hf:a b", "hf:/b", "hf:a/", "hf:a/b@c d", "hf:a/b\nc", "owner/name", "hf:-a/b", "hf:a/b."})
    void whatIsNone(String text) {
        assertThatThrownBy(() -> HubReference.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("[^\\n]*");
    }

    @Test
    void theEnvironmentIsUnderstoodAsTheHubsToolsDo() throws Exception {
        HubSettings bare = HubSettings.from(Map.of(), home);
        assertThat(bare.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(bare.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(bare.token()).isEmpty();
        assertThat(bare.offline()).isFalse();

        HubSettings told = HubSettings.from(Map.of("HF_ENDPOINT", "http://mirror:8080/hf", "HF_HUB_CACHE", "~/c",
                "HF_HOME", "/h", "HF_TOKEN", " hf_x\n", "HUGGING_FACE_HUB_TOKEN", "hf_y", "HF_HUB_OFFLINE", "True"),
                home);
        assertThat(told.endpoint()).isEqualTo(URI.create("http://mirror:8080/hf"));
        assertThat(told.cache()).isEqualTo(home.resolve("c"));
        assertThat(told.token()).contains("hf_x");
        assertThat(told.offline()).isTrue();
        assertThat(told).asString().doesNotContain("hf_x");

        assertThat(HubSettings.from(Map.of("HF_HOME", "/h"), home).cache()).isEqualTo(Path.of("/h/hub"));
        assertThat(HubSettings.from(Map.of("XDG_CACHE_HOME", "/x", "HF_HUB_OFFLINE", "0"), home))
                .satisfies(s -> assertThat(s.cache()).isEqualTo(Path.of("/x/huggingface/hub")))
                .satisfies(s -> assertThat(s.offline()).isFalse());
        assertThat(HubSettings.from(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_y"), home).token()).contains("hf_y");
        Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(home.resolve(".cache/huggingface/token"), "hf_file\n");
        assertThat(HubSettings.from(Map.of("HF_TOKEN", ""), home).token()).contains("hf_file");
        assertThatThrownBy(() -> bare.withToken("a\r\nHost: evil")).isInstanceOf(IllegalArgumentException.class)
                .message().doesNotContain("evil");
    }
}
