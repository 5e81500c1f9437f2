package io.github.lrp4j.zoo;

import io.github.lrp4j.zoo.image.Framing;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one must know to use a classifier besides its weights.
 *
 * @param preprocessing how a picture becomes its input
 * @param classes names of the classes in the order of the logits
 */
public record ModelFacts(ImagePreprocessing preprocessing, List<String> classes) {
    private static final String RESIZE = "image.resize";
    private static final String SIZE = "image.size";
    private static final String MEAN = "image.mean";
    private static final String DEVIATION = "image.deviation";
    private static final String FRAMING = "image.framing";
    private static final String CLASSES = "classes";

    /** Copies. */
    public ModelFacts {
        classes = List.copyOf(classes);
    }

    /** Facts with numbers instead of class names. */
    public static ModelFacts unnamed(ImagePreprocessing preprocessing, int classes) {
        List<String> numbers = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            numbers.add(Integer.toString(c));
        }
        return new ModelFacts(preprocessing, numbers);
    }

    /** The same classes of pictures that are prepared in another way. */
    public ModelFacts withPreprocessing(ImagePreprocessing other) {
        return new ModelFacts(other, classes);
    }

    /** These facts as the metadata of a safetensors file; class names stand on lines of their own. */
    public Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(RESIZE, Integer.toString(preprocessing.resize()));
        metadata.put(SIZE, Integer.toString(preprocessing.size()));
        metadata.put(MEAN, joined(preprocessing.mean()));
        metadata.put(DEVIATION, joined(preprocessing.deviation()));
        // Files of earlier versions have no such key, and earlier versions read no other framing.
        if (!preprocessing.framing().equals(Framing.TORCHVISION)) {
            metadata.put(FRAMING, preprocessing.framing().toString());
        }
        metadata.put(CLASSES, String.join("\n", classes));
        return metadata;
    }

    private static String joined(List<Double> values) {
        return String.join(" ", values.stream().map(String::valueOf).toList());
    }

    /**
     * The facts that {@link #toMetadata} wrote, or nothing where the metadata has none.
     *
     * @throws IllegalArgumentException naming the key if one of them is missing or makes no sense
     */
    public static Optional<ModelFacts> fromMetadata(Map<String, String> metadata) {
        if (!metadata.containsKey(SIZE)) {
            return Optional.empty();
        }
        try {
            ImagePreprocessing preprocessing = new ImagePreprocessing(Integer.parseInt(value(metadata, RESIZE)),
                    Integer.parseInt(value(metadata, SIZE)), numbers(metadata, MEAN), numbers(metadata, DEVIATION),
                    metadata.containsKey(FRAMING) ? Framing.parse(metadata.get(FRAMING)) : Framing.TORCHVISION);
            return Optional.of(
                    new ModelFacts(preprocessing, value(metadata, CLASSES).lines().map(ModelFacts::shown).toList()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("metadata: " + e.getMessage(), e);
        }
    }

    /** Names come from a file and may hold anything: no control characters. */
    private static String shown(String name) {
        return name.replaceAll("\\p{C}", "?");
    }

    private static String value(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new IllegalArgumentException("metadata: no " + key);
        }
        return value;
    }

    private static List<Double> numbers(Map<String, String> metadata, String key) {
        List<Double> numbers = new ArrayList<>();
        for (String number : value(metadata, key).split(" ", -1)) {
            numbers.add(Double.valueOf(number));
        }
        return numbers;
    }
}
