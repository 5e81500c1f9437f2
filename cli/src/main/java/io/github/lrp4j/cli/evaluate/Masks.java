package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.evaluate.localisation.Region;
import io.github.lrp4j.zoo.data.LabelledPicture;
import io.github.lrp4j.zoo.image.ImageFile;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the objects of pictures are: a directory with a picture of the same name and size for each, as PNG, white where the
 * object is. Pictures without a mask are not localised.
 *
 * @param folder the directory
 * @param tolerance how far beside an object the most relevant pixel may lie, in pixels that the network sees
 */
record Masks(Path folder, int tolerance) {
    private static final int WHITE = 128;

    /**
     * The pixels of an object as the network sees them.
     *
     * @throws IOException naming the mask if it is damaged
     * @throws UserError if it has another size than the picture
     */
    Optional<Region> of(LabelledPicture picture, ImagePreprocessing input) throws IOException {
        String name = picture.name();
        int dot = name.lastIndexOf('.');
        Path file = folder.resolve((dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name) + ".png");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        RgbImage mask = ImageFile.read(file);
        if (mask.width() != picture.image().width() || mask.height() != picture.image().height()) {
            throw UserError.input(file + ": a mask of " + mask.width() + " x " + mask.height() + " for a picture of "
                    + picture.image().width() + " x " + picture.image().height(), null);
        }
        RgbImage seen = input.frame(mask);
        boolean[] inside = new boolean[seen.width() * seen.height()];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = seen.luma(i % seen.width(), i / seen.width()) >= WHITE;
        }
        return Optional.of(Region.mask(seen.height(), seen.width(), inside));
    }
}
