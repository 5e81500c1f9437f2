package io.github.lrp4j.zoo.data;

import java.util.List;
import java.util.Locale;

/** Which part of a data set. */
public enum Split {
    /** What models are measured with. */
    TEST(List.of("val", "validation", "test"), "t10k"),
    /** What they learn from. */
    TRAIN(List.of("train", "training"), "train");

    private final List<String> folders;
    private final String prefix;

    Split(List<String> folders, String prefix) {
        this.folders = folders;
        this.prefix = prefix;
    }

    /** What folders of this part are called. */
    List<String> folders() {
        return folders;
    }

    /** How the names of MNIST's files of this part begin. */
    String prefix() {
        return prefix;
    }

    /** {@code test}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
