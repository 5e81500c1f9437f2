package io.github.lrp4j.zoo.data;

import io.github.lrp4j.zoo.image.RgbImage;

/**
 * A picture of a data set.
 *
 * @param index its place in the data set, from 0
 * @param name what tells it from others: its file, or its number
 * @param label the number of its class among {@link PictureData#classes}
 * @param image the picture
 */
public record LabelledPicture(long index, String name, int label, RgbImage image) {
}
