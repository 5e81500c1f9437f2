package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.image.Framing;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.util.List;

/**
 * {@code pretrained_cfg -> preprocessing}: what timm's {@code resolve_data_config} and {@code transforms_imagenet_eval}
 * make of it. Pictures are resized to {@code floor(size / crop_pct)}, the shorter side or, with {@code crop_mode}
 * squash, both, and cropped. What is missing is timm's default: bicubic, 0.875, ImageNet's mean and deviation.
 */
final class TimmPreprocessing {
    private static final double CROP = 0.875;

    private TimmPreprocessing() {
    }

    static ImagePreprocessing of(ModelConfig trained, int channels) {
        List<Integer> size = trained.integers("input_size");
        if (size.size() != 3 || size.get(0) != channels || !size.get(1).equals(size.get(2))) {
            throw trained.fault("input_size", "must be [" + channels + ", size, size], is "
                    + JsonFileException.shown(size.toString()));
        }
        double part = trained.number("crop_pct", CROP);
        if (!(part > 0)) {
            throw trained.fault("crop_pct", "must be positive, is " + part);
        }
        ImagePreprocessing imageNet = ImagePreprocessing.imageNet();
        try {
            return new ImagePreprocessing((int) Math.floor(size.get(1) / part), size.get(1),
                    values(trained, "mean", imageNet.mean(), channels),
                    values(trained, "std", imageNet.deviation(), channels), framing(trained));
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw trained.fault("input_size", e.getMessage());
        }
    }

    private static Framing framing(ModelConfig trained) {
        Framing.Filter filter = switch (trained.text("interpolation", "bicubic")) {
            case "bicubic" -> Framing.Filter.BICUBIC;
            case "bilinear" -> Framing.Filter.BILINEAR;
            default -> throw absent(trained, "interpolation", "bicubic and bilinear");
        };
        Framing.Fit fit = switch (trained.text("crop_mode", "center")) {
            case "center" -> Framing.Fit.SHORTER_SIDE;
            case "squash" -> Framing.Fit.BOTH_SIDES;
            default -> throw absent(trained, "crop_mode", "center and squash");
        };
        return new Framing(filter, fit, Framing.Crop.ROUNDED);
    }

    private static ConfigException absent(ModelConfig trained, String key, String there) {
        return trained.fault(key, JsonFileException.shown(trained.text(key)) + " is not there; there are " + there);
    }

    private static List<Double> values(ModelConfig trained, String key, List<Double> otherwise, int channels) {
        List<Double> values = trained.has(key) ? trained.numbers(key) : otherwise;
        if (values.size() != channels) {
            throw trained.fault(key, "must be " + channels + " numbers, one per channel, is "
                    + JsonFileException.shown(values.toString()));
        }
        return values;
    }
}
