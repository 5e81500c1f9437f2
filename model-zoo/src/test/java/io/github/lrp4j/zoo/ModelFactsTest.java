package io.github.lrp4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.zoo.image.Framing;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelFactsTest {
    private static final ModelFacts FACTS =
            new ModelFacts(ImagePreprocessing.imageNet(), List.of("a cat", "a dog, sitting"));

    @Test
    void metadataKeepsEverything() {
        assertThat(ModelFacts.fromMetadata(FACTS.toMetadata())).contains(FACTS);
        assertThat(FACTS.toMetadata()).doesNotContainKey("image.framing");
        ModelFacts squeezed = FACTS.withPreprocessing(FACTS.preprocessing().with(
                new Framing(Framing.Filter.BICUBIC, Framing.Fit.BOTH_SIDES, Framing.Crop.FLOORED)));
        assertThat(squeezed.toMetadata()).containsEntry("image.framing", "bicubic both_sides floored");
        assertThat(ModelFacts.fromMetadata(squeezed.toMetadata())).contains(squeezed);
        assertThat(ModelFacts.fromMetadata(Map.of("format", "pt"))).isEmpty();
        assertThat(ModelFacts.unnamed(FACTS.preprocessing(), 3).classes()).containsExactly("0", "1", "2");
    }

    /** Metadata is a stranger's text. */
    @Test
    void metadataIsChecked() {
        Map<String, String> metadata = new HashMap<>(FACTS.toMetadata());
        metadata.put("classes", "a\u001b[31m\nb\u0000");
        assertThat(ModelFacts.fromMetadata(metadata).orElseThrow().classes()).containsExactly("a?[31m", "b?");
        metadata.put("image.framing", "bicubic");
        assertThatThrownBy(() -> ModelFacts.fromMetadata(metadata)).hasMessageContaining("got bicubic");
        metadata.remove("image.framing");
        metadata.put("image.size", "2000000000");
        assertThatThrownBy(() -> ModelFacts.fromMetadata(metadata)).hasMessageContaining("size 2000000000");
        metadata.put("image.size", "many");
        assertThatThrownBy(() -> ModelFacts.fromMetadata(metadata)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("many");
        metadata.remove("image.resize");
        assertThatThrownBy(() -> ModelFacts.fromMetadata(metadata)).hasMessage("metadata: no image.resize");
    }
}
