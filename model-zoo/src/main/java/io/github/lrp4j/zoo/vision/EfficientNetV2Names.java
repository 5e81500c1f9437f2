package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of EfficientNetV2 at torchvision, which this library uses, and at timm.
 *
 * <p>S is the number of a stage from 0 and B that of a block in it. torchvision numbers the convolutions of a block, timm
 * names them, and which name a number has depends on the kind of block.
 */
public final class EfficientNetV2Names {
    /** Kind of block. */
    private enum Kind {
        /** One convolution. */
        SINGLE,
        /** A convolution to the expanded width and one back. */
        FUSED,
        /** With a depthwise convolution between them. */
        INVERTED
    }

    /** The beginning of a key at both, in blocks of these kinds. */
    private record Row(Set<Kind> kinds, KeyPattern torchvision, KeyPattern timm) {
        Row(Set<Kind> kinds, String torchvision, String timm) {
            this(kinds, new KeyPattern("features.{S+1}.{B}.block." + torchvision),
                    new KeyPattern("blocks.{S}.{B}." + timm));
        }

        Row(String torchvision, String timm) {
            this(Set.of(Kind.values()), new KeyPattern(torchvision), new KeyPattern(timm));
        }
    }

    private static final Set<Kind> SINGLE = Set.of(Kind.SINGLE);
    private static final Set<Kind> FUSED = Set.of(Kind.FUSED);
    private static final Set<Kind> INVERTED = Set.of(Kind.INVERTED);

    private static final List<Row> TABLE = List.of(
            new Row("features.0.0.", "conv_stem."),
            new Row("features.0.1.", "bn1."),
            new Row(SINGLE, "0.0.", "conv."),
            new Row(FUSED, "0.0.", "conv_exp."),
            new Row(INVERTED, "0.0.", "conv_pw."),
            new Row(Set.of(Kind.values()), "0.1.", "bn1."),
            new Row(FUSED, "1.0.", "conv_pwl."),
            new Row(INVERTED, "1.0.", "conv_dw."),
            new Row(Set.of(Kind.FUSED, Kind.INVERTED), "1.1.", "bn2."),
            new Row(INVERTED, "2.fc1.", "se.conv_reduce."),
            new Row(INVERTED, "2.fc2.", "se.conv_expand."),
            new Row(INVERTED, "3.0.", "conv_pwl."),
            new Row(INVERTED, "3.1.", "bn3."),
            new Row("classifier.1.", "classifier."));

    private static final KeyPattern DEPTHWISE = new KeyPattern("features.{S+1}.{B}.block.2.fc1.weight");
    private static final KeyPattern TIMM_DEPTHWISE = new KeyPattern("blocks.{S}.{B}.conv_dw.weight");
    private static final KeyPattern BACK = new KeyPattern("features.{S+1}.{B}.block.1.0.weight");
    private static final KeyPattern TIMM_BACK = new KeyPattern("blocks.{S}.{B}.conv_pwl.weight");

    private EfficientNetV2Names() {
    }

    /** Whether these keys are timm's. */
    public static boolean isTimm(Weights weights) {
        return weights.has("conv_stem.weight");
    }

    /** The weights under torchvision's keys; what no row of the table names keeps its key. */
    public static Weights toTorchvision(Weights weights) {
        if (!isTimm(weights)) {
            return weights;
        }
        Set<String> keys = weights.tensors().keySet();
        int stages = 0;
        while (keys.contains("blocks." + stages + ".0.bn1.weight")) {
            stages++;
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        List<Row> table = table(stages);
        for (Map.Entry<String, Tensor> entry : weights.tensors().entrySet()) {
            renamed.put(renamed(entry.getKey(), table, keys, true).orElse(entry.getKey()), entry.getValue());
        }
        return weights.withTensors(renamed);
    }

    /**
     * Parameters under timm's keys.
     *
     * @param state weights and buffers under torchvision's keys
     * @throws IllegalArgumentException if there is no place for a key
     */
    public static Map<String, Tensor> toTimm(Map<String, Tensor> state) {
        int stages = 0;
        while (state.containsKey("features." + (stages + 1) + ".0.block.0.0.weight")) {
            stages++;
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> entry : state.entrySet()) {
            renamed.put(renamed(entry.getKey(), table(stages), state.keySet(), false).orElseThrow(
                    () -> new IllegalArgumentException("efficientnet_v2: timm has no place for " + entry.getKey())),
                    entry.getValue());
        }
        return renamed;
    }

    /** The table with the rows of the last convolution, whose number at torchvision follows that of the last stage. */
    private static List<Row> table(int stages) {
        List<Row> rows = new ArrayList<>(TABLE);
        rows.add(new Row("features." + (stages + 1) + ".0.", "conv_head."));
        rows.add(new Row("features." + (stages + 1) + ".1.", "bn2."));
        return rows;
    }

    private static Optional<String> renamed(String key, List<Row> table, Set<String> keys, boolean fromTimm) {
        for (Row row : table) {
            KeyPattern from = fromTimm ? row.timm() : row.torchvision();
            KeyPattern to = fromTimm ? row.torchvision() : row.timm();
            Optional<KeyPattern.Match> match = from.match(key);
            if (match.isPresent() && row.kinds().contains(kind(match.get(), keys, fromTimm))) {
                return Optional.of(to.key(match.get()));
            }
        }
        return Optional.empty();
    }

    /** What kind of block a key belongs to, by its neighbours; of those outside of blocks it does not matter. */
    private static Kind kind(KeyPattern.Match match, Set<String> keys, boolean timm) {
        if (match.numbers().isEmpty()) {
            return Kind.SINGLE;
        }
        KeyPattern.Match block = new KeyPattern.Match(match.numbers(), "");
        if (keys.contains((timm ? TIMM_DEPTHWISE : DEPTHWISE).key(block))) {
            return Kind.INVERTED;
        }
        return keys.contains((timm ? TIMM_BACK : BACK).key(block)) ? Kind.FUSED : Kind.SINGLE;
    }
}
