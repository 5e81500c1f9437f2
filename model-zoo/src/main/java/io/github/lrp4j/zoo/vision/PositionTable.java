package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.zoo.weights.Weights;

/** stub until interpolate arrives. */
final class PositionTable {
    private PositionTable() {
    }

    static Weights resized(Weights weights, VitConfig config) {
        return weights;
    }
}
