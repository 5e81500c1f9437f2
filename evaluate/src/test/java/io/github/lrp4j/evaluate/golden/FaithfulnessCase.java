package io.github.lrp4j.evaluate.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.attribution.InputXGradient;
import io.github.lrp4j.evaluate.attribution.LrpAttribution;
import io.github.lrp4j.evaluate.attribution.Saliency;
import io.github.lrp4j.evaluate.baseline.GaussianBlur;
import io.github.lrp4j.evaluate.perturbation.Perturbation;
import io.github.lrp4j.evaluate.perturbation.Units;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.vision.GoldenConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** One case of faithfulness: model, pictures and protocol, read from what the case says. */
record FaithfulnessCase(GoldenCase golden) {
    private static final Pattern NORMALISED = Pattern.compile("\\(pixel/255 - ([\\d.]+)\\)/([\\d.]+)");
    private static final Pattern BLUR = Pattern.compile("kernel (\\d+),? (?:/ )?(?:sigma )?([\\d.]+)");
    private static final Pattern PATCH = Pattern.compile("(\\d+)x\\1 pixels");
    private static final Pattern PER_STEP = Pattern.compile("(\\d+)(?: patch\\w*| pixels?)? per step");

    JsonNode json() {
        return golden.json();
    }

    private String architecture() {
        return json().at("/model/arch").asText();
    }

    Network network() {
        try {
            return new GoldenConfig(json().get("model")).network(architecture(),
                    Weights.open(golden.file("model.safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the network has attention, and its tokens are patches of the picture. */
    boolean isTransformer() {
        return architecture().equals("vit");
    }

    /** Some of the pictures, explained for the class that the reference predicted. */
    Batch pictures(Classifier classifier, DType dtype, int from, int to) {
        Tensor images = golden.tensor("images").slice(0, from, to);
        double[] values = new double[images.shape().arrayLength()];
        int[] levels = images.toIntArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = normalised(levels[i] / 255f);
        }
        int[] targets = golden.tensor("predicted").slice(0, from, to).toIntArray();
        // Grey pictures are stored without a dimension of channels.
        Tensor pixels = Tensor.of(values, dtype, images.shape());
        return new Batch(classifier, images.rank() == 3 ? pixels.unsqueeze(1) : pixels, targets,
                LongStream.range(from, to).toArray());
    }

    int count() {
        return golden.tensor("images").size(0);
    }

    int[] labels(int from, int to) {
        return golden.tensor("labels").slice(0, from, to).toIntArray();
    }

    /** In float32, as the reference does it. */
    private float normalised(float share) {
        Matcher numbers = found(NORMALISED, json().at("/protocol/preprocessing").asText());
        return (share - Float.parseFloat(numbers.group(1))) / Float.parseFloat(numbers.group(2));
    }

    GaussianBlur blur(String name) {
        Matcher numbers = found(BLUR, json().at("/protocol/replacement").get(name).asText());
        return new GaussianBlur(Integer.parseInt(numbers.group(1)), Double.parseDouble(numbers.group(2)));
    }

    /** @param variant {@code signed} or {@code abs} */
    Perturbation protocol(String replacement, String variant) {
        JsonNode units = json().at("/protocol/units");
        JsonNode own = units.path(architecture());
        String text = own.isMissingNode() ? units.path(json().get("case").asText()).asText() : own.asText();
        Matcher patch = PATCH.matcher(text);
        int size = patch.find() ? Integer.parseInt(patch.group(1)) : 1;
        Perturbation signed = new Perturbation(new Units(size, Units.Pooling.MAX),
                Integer.parseInt(found(PER_STEP, text).group(1)), json().at("/protocol/steps").asInt(),
                blur(replacement));
        return variant.equals("abs") ? signed.inAbsoluteOrder() : signed;
    }

    /** What a pixel is at least, normalised. */
    List<Double> low() {
        return List.of((double) normalised(0));
    }

    /** What a pixel is at most, normalised. */
    List<Double> high() {
        return List.of((double) normalised(1));
    }

    /** The method under this name, if it can be computed; random numbers cannot. */
    Optional<Attribution> attribution(String method) {
        return switch (method) {
            case "random" -> Optional.empty();
            case "saliency" -> Optional.of(new Saliency());
            case "input_x_gradient" -> Optional.of(new InputXGradient());
            default -> {
                ObjectNode about = json().deepCopy();
                about.putArray("input_range").add(low().getFirst()).add(high().getFirst());
                yield Optional.of(new LrpAttribution(method,
                        ModelMethods.table(method, json().at("/methods").get(method).asText(), about),
                        ModelMethods.isGradientForm(method)));
            }
        };
    }

    /** A heat map that is stored, {@code [N, 1, H, W]}; fewer than the pictures for most methods. */
    Tensor stored(String method) {
        Tensor maps = golden.tensor("heatmap." + method);
        return maps.rank() == 3 ? maps.unsqueeze(1) : maps;
    }

    /** Every curve that the reference has: replacement, method, variant and what it says. */
    Stream<Result> results() {
        return json().get("results").properties().stream()
                .flatMap(replacement -> replacement.getValue().properties().stream()
                        .flatMap(method -> method.getValue().properties().stream().map(variant -> new Result(this,
                                replacement.getKey(), method.getKey(), variant.getKey(), variant.getValue()))));
    }

    /**
     * One result of the reference.
     *
     * @param replacement what pixels are replaced by
     * @param method what is measured
     * @param variant {@code signed} or {@code abs}
     * @param json its curves and areas, by score
     */
    record Result(FaithfulnessCase of, String replacement, String method, String variant, JsonNode json) {
        Perturbation protocol() {
            return of.protocol(replacement, variant);
        }

        @Override
        public String toString() {
            return of + " " + replacement + " " + method + " " + variant;
        }
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in: " + text);
        }
        return matcher;
    }

    @Override
    public String toString() {
        return golden.toString();
    }
}
