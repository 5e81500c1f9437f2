package io.github.lrp4j.zoo.vision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The 1000 classes of ILSVRC 2012 in the usual order (of their WordNet ids), by short names that are all different. */
public final class ImageNetClasses {
    /** How many there are. */
    public static final int COUNT = 1000;

    private ImageNetClasses() {
    }

    /** The names, in the order of the logits. */
    public static List<String> names() {
        return lines("imagenet-classes.txt");
    }

    /** The WordNet ids, in the order of the logits: {@code n01440764} is class 0. */
    public static List<String> wordNetIds() {
        return lines("imagenet-wordnet-ids.txt");
    }

    private static List<String> lines(String name) {
        try (InputStream stream = ImageNetClasses.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
