package io.github.lrp4j.lrp.ledger;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Custom;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Normalization;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Pointwise;
import io.github.lrp4j.autograd.Product;
import io.github.lrp4j.autograd.Selection;
import java.util.Locale;

/** The family of an op, as a key to add up by. */
public enum Family {
    /** {@link Linear}. */
    LINEAR,
    /** {@link Additive}. */
    ADDITIVE,
    /** {@link Product}. */
    PRODUCT,
    /** {@link Movement}. */
    MOVEMENT,
    /** {@link Selection}. */
    SELECTION,
    /** {@link Pointwise}. */
    POINTWISE,
    /** {@link Normalization}. */
    NORMALIZATION,
    /** {@link Attention}. */
    ATTENTION,
    /** {@link Leaf}. */
    LEAF,
    /** {@link Custom}. */
    CUSTOM;

    /** Its name for tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The family of {@code op}. */
    public static Family of(Op op) {
        return switch (op) {
            case Linear linear -> LINEAR;
            case Additive additive -> ADDITIVE;
            case Product product -> PRODUCT;
            case Movement movement -> MOVEMENT;
            case Selection selection -> SELECTION;
            case Pointwise pointwise -> POINTWISE;
            case Normalization normalization -> NORMALIZATION;
            case Attention attention -> ATTENTION;
            case Leaf leaf -> LEAF;
            case Custom custom -> CUSTOM;
        };
    }
}
