package io.github.lrp4j.cli.doctor;

import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import java.io.UncheckedIOException;

/** Looks whether the model that comes with lrp4j is there and whole. */
final class EmbeddedCheck {
    private EmbeddedCheck() {
    }

    /** What it is, or what is wrong with it. */
    static String describe() {
        try {
            return EmbeddedModel.load() + " and " + EmbeddedModel.samples().size() + " sample pictures come with lrp4j";
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return "the model that comes with lrp4j cannot be read: " + e.getMessage();
        }
    }
}
