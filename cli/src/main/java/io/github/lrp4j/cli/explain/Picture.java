package io.github.lrp4j.cli.explain;

import io.github.lrp4j.zoo.image.RgbImage;

/**
 * A picture to explain.
 *
 * @param name short name, for folders and titles
 * @param source the file, or where else it is from
 * @param image its pixels
 */
record Picture(String name, String source, RgbImage image) {
}
