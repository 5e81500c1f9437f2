package io.github.lrp4j.evaluate.sanity;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Cascading randomisation: the modules of a network lose what they have learned one after another, from the top down,
 * and each time the pictures are explained again; a heat map that stays what it was does not explain the network
 * (Adebayo et al. 2018, arXiv 1810.03292, section 3).
 *
 * <p>A weight is drawn anew from {@code N(mean, sd^2)} with the mean and the standard deviation that it has, so that
 * activations keep their size; statistics of batch norms stay.
 *
 * @param seed of the drawn weights
 */
public record ParameterRandomization(long seed) {
    /**
     * One stage of the cascade.
     *
     * @param module the module whose weights were drawn last; empty at the start, where none was
     * @param correlations per picture, the rank correlation of its relevance with that of the trained network, channels
     *     together; NaN where relevance is the same everywhere
     * @param absolute the same of {@code |R|}
     */
    public record Stage(String module, List<Double> correlations, List<Double> absolute) {
    }

    /**
     * The stages: the trained network, which correlates with itself, and then one per module that has weights.
     *
     * @param pictures of the trained network; what is explained is the class of each for all stages
     */
    public List<Stage> cascade(Network network, Attribution attribution, Batch pictures) {
        return cascade(network, attribution, pictures, attribution.of(pictures));
    }

    /**
     * The same where the relevance of the trained network is known.
     *
     * @param trained what the attribution said of the pictures
     */
    public List<Stage> cascade(Network network, Attribution attribution, Batch pictures, Tensor trained) {
        List<Stage> stages = new ArrayList<>();
        stages.add(stage("", trained, trained));
        Map<String, Tensor> drawn = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> module : modules(network).reversed().entrySet()) {
            for (String key : module.getValue()) {
                drawn.put(key, redrawn(key, network.parameters().get(key)));
            }
            Classifier other = Classifier.of(network.with(drawn), pictures.kernels());
            Batch again = new Batch(other, pictures.inputs(), pictures.targets(), pictures.keys());
            stages.add(stage(module.getKey(), trained, attribution.of(again)));
        }
        return stages;
    }

    /**
     * Keys of the weights by module, from the bottom up: {@code features.0} has {@code features.0.weight} and its bias.
     */
    private static LinkedHashMap<String, List<String>> modules(Network network) {
        LinkedHashMap<String, List<String>> modules = new LinkedHashMap<>();
        for (String key : network.parameters().keySet()) {
            int end = key.lastIndexOf('.');
            modules.computeIfAbsent(end < 0 ? key : key.substring(0, end), module -> new ArrayList<>()).add(key);
        }
        return modules;
    }

    private Tensor redrawn(String key, Tensor weight) {
        double[] values = weight.toDoubleArray();
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double variance = 0;
        for (double value : values) {
            variance += (value - mean) * (value - mean) / values.length;
        }
        SplittableRandom random = new SplittableRandom(seed ^ (key.hashCode() * 0x9E3779B97F4A7C15L));
        double deviation = Math.sqrt(variance);
        for (int i = 0; i < values.length; i++) {
            values[i] = mean + deviation * random.nextGaussian();
        }
        return Tensor.of(values, weight.dtype(), weight.shape()).durable();
    }

    private static Stage stage(String module, Tensor before, Tensor after) {
        List<Double> signed = new ArrayList<>();
        List<Double> absolute = new ArrayList<>();
        for (int n = 0; n < before.size(0); n++) {
            double[] a = pixels(before.select(0, n));
            double[] b = pixels(after.select(0, n));
            signed.add(RankCorrelation.of(a, b));
            absolute.add(RankCorrelation.of(sizes(a), sizes(b)));
        }
        return new Stage(module, signed, absolute);
    }

    private static double[] pixels(Tensor relevance) {
        double[] cells = relevance.toDoubleArray();
        double[] pixels = new double[cells.length / relevance.size(0)];
        for (int i = 0; i < cells.length; i++) {
            pixels[i % pixels.length] += cells[i];
        }
        return pixels;
    }

    private static double[] sizes(double[] values) {
        double[] sizes = values.clone();
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.abs(sizes[i]);
        }
        return sizes;
    }
}
