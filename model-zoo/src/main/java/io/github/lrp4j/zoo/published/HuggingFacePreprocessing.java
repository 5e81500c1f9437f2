package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.image.Framing;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.json.JsonFileException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code preprocessor_config.json -> preprocessing}: what transformers' image processors make of it. A picture is resized
 * to {@code size}, both sides or the shortest edge, cropped to {@code crop_size} where {@code do_center_crop} says so,
 * multiplied by {@code rescale_factor} and normalised. What is missing is the default of the processor.
 */
final class HuggingFacePreprocessing {
    /** From this size on, ConvNeXT's processor squeezes the whole picture instead of cropping it. */
    private static final int WHOLE = 384;

    private static final int BILINEAR = 2;
    private static final int BICUBIC = 3;

    /** Multiplying by 1/255 and dividing by 255 is the same. */
    private static final double SAME = 1e-9;

    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

    /** A processor of transformers, with its defaults. */
    private enum Processor {
        VIT("ViT", true, 224, BILINEAR, false, HALF, HALF),
        DEIT("DeiT", true, 256, BICUBIC, true, HALF, HALF),
        CONVNEXT("ConvNext", false, WHOLE, BICUBIC, false, HALF, HALF),
        CLIP("CLIP", false, 224, BICUBIC, true, CLIP_MEAN, CLIP_DEVIATION),
        BIT("Bit", false, 224, BICUBIC, true, CLIP_MEAN, CLIP_DEVIATION);

        private final String label;
        private final boolean square;
        private final int size;
        private final int resample;
        private final boolean crop;
        private final List<Double> mean;
        private final List<Double> deviation;

        Processor(String label, boolean square, int size, int resample, boolean crop, List<Double> mean,
                List<Double> deviation) {
            this.label = label;
            this.square = square;
            this.size = size;
            this.resample = resample;
            this.crop = crop;
            this.mean = mean;
            this.deviation = deviation;
        }
    }

    private static final Set<String> STEPS = Set.of("do_resize", "do_center_crop", "do_rescale", "do_normalize",
            "do_convert_rgb");

    private HuggingFacePreprocessing() {
    }

    /**
     * The preprocessing.
     *
     * @param family {@code model_type}, which says the processor where the file does not
     */
    static ImagePreprocessing of(ModelConfig json, String family, int channels) {
        Processor processor = processor(json, family);
        for (String key : json.keys()) {
            if (key.startsWith("do_") && !STEPS.contains(key) && json.flag(key, false)) {
                throw json.fault(key, "is a step that there is not here");
            }
        }
        if (!json.flag("do_resize", true)) {
            throw json.fault("do_resize", "is false; pictures of any size are not there");
        }
        double factor = json.flag("do_rescale", true) ? json.number("rescale_factor", 1 / 255.0) : 1;
        if (!(factor > 0)) {
            throw json.fault("rescale_factor", "must be positive, is " + factor);
        }
        boolean normalize = json.flag("do_normalize", true);
        List<Double> mean = normalize
                ? values(json, "image_mean", processor.mean, channels)
                : Collections.nCopies(channels, 0.0);
        List<Double> deviation = normalize
                ? values(json, "image_std", processor.deviation, channels)
                : Collections.nCopies(channels, 1.0);
        ImagePreprocessing input = framed(json, processor, filter(json, processor), mean, deviation);
        return Math.abs(255 * factor - 1) < SAME ? input : rescaled(input, 255 * factor);
    }

    /** {@code (f x - mean) / deviation = (x - mean / f) / (deviation / f)} for a factor f of levels in 0 .. 1. */
    private static ImagePreprocessing rescaled(ImagePreprocessing input, double factor) {
        return new ImagePreprocessing(input.resize(), input.size(),
                input.mean().stream().map(value -> value / factor).toList(),
                input.deviation().stream().map(value -> value / factor).toList(), input.framing());
    }

    private static ImagePreprocessing framed(ModelConfig json, Processor processor, Framing.Filter filter,
            List<Double> mean, List<Double> deviation) {
        boolean shortest = json.isObject("size")
                ? json.find("size").orElseThrow().has("shortest_edge")
                : !processor.square;
        int size = length(json, "size", shortest ? "shortest_edge" : "height", processor.size);
        boolean crop = json.flag("do_center_crop", processor.crop);
        int seen = crop ? length(json, "crop_size", "height", 224) : size;
        Framing framing = new Framing(filter, shortest ? Framing.Fit.SHORTER_SIDE : Framing.Fit.BOTH_SIDES,
                Framing.Crop.FLOORED);
        int resize = size;
        if (processor == Processor.CONVNEXT) {
            if (!shortest || seen != size) {
                throw json.fault(shortest ? "crop_size" : "size",
                        "must be the shortest_edge of size for this processor");
            }
            boolean whole = size >= WHOLE;
            resize = whole ? size : (int) (size / part(json));
            framing = framing.with(whole ? Framing.Fit.BOTH_SIDES : Framing.Fit.SHORTER_SIDE);
        } else if (shortest && !crop) {
            throw json.fault("do_center_crop", "is false with a shortest_edge; networks that read any shape of picture"
                    + " are not there");
        }
        try {
            return new ImagePreprocessing(resize, seen, mean, deviation, framing);
        } catch (IllegalArgumentException e) {
            throw json.fault("size", e.getMessage());
        }
    }

    private static double part(ModelConfig json) {
        double part = json.number("crop_pct", 224.0 / 256);
        if (!(part > 0)) {
            throw json.fault("crop_pct", "must be positive, is " + part);
        }
        return part;
    }

    /** A length that is a number, or one under {@code edge} of an object; a height must have an equal width. */
    private static int length(ModelConfig json, String key, String edge, int otherwise) {
        if (!json.isObject(key)) {
            return VisionFiles.side(json, key, otherwise);
        }
        ModelConfig sides = json.find(key).orElseThrow();
        int length = sides.size(edge);
        if (edge.equals("height") && sides.size("width") != length) {
            throw sides.fault("width", "is " + sides.size("width") + ", the height is " + length
                    + "; there are squares only");
        }
        return length;
    }

    private static Framing.Filter filter(ModelConfig json, Processor processor) {
        int code = json.integer("resample", processor.resample);
        return switch (code) {
            case BILINEAR -> Framing.Filter.BILINEAR;
            case BICUBIC -> Framing.Filter.BICUBIC;
            default -> throw json.fault("resample", code + " is not there; there are 2 (bilinear) and 3 (bicubic)");
        };
    }

    private static List<Double> values(ModelConfig json, String key, List<Double> otherwise, int channels) {
        List<Double> values = otherwise.subList(0, Math.min(channels, otherwise.size()));
        if (json.has(key)) {
            values = json.isList(key) ? json.numbers(key) : Collections.nCopies(channels, json.number(key));
        }
        if (values.size() != channels) {
            throw json.fault(key, "must be " + channels + " numbers, one per channel, is "
                    + JsonFileException.shown(values.toString()));
        }
        return values;
    }

    private static Processor processor(ModelConfig json, String family) {
        String key = json.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
        if (!json.has(key)) {
            return switch (family) {
                case "vit" -> Processor.VIT;
                case "resnet" -> Processor.CONVNEXT;
                default -> throw json.fault("image_processor_type", "is missing; there are " + known());
            };
        }
        String name = json.text(key);
        String stem = name.replaceFirst("(ImageProcessor|FeatureExtractor)(Fast|Pil)?$", "").toUpperCase(Locale.ROOT);
        return Arrays.stream(Processor.values()).filter(p -> p.name().equals(stem)).findFirst()
                .orElseThrow(() -> absent(json, key, name));
    }

    private static ConfigException absent(ModelConfig json, String key, String name) {
        return json.fault(key, JsonFileException.shown(name) + " is not there; there are " + known());
    }

    private static String known() {
        return Arrays.stream(Processor.values()).map(p -> p.label + "ImageProcessor")
                .collect(Collectors.joining(", "));
    }
}
