package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.evaluate.perturbation.Confidence;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What evaluations of pictures and of questions share.
 *
 * @param methods names of what explains; empty for all that suit the model
 * @param batch how many inputs are computed together
 * @param seed of all that is drawn
 * @param confidence of intervals
 * @param out where the files go
 * @param kernels what computes
 * @param progress shows how far it is
 */
record Common(List<String> methods, int batch, long seed, Confidence confidence, Path out, Kernels kernels,
        Progress progress) {
    /** The settings of a run, the shared ones of them filled in. */
    Map<String, String> settings(String model, String weights, String fingerprint, String data, long inputs,
            List<String> names) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("lrp4j", String.valueOf(Version.NUMBER));
        settings.put("model", model);
        settings.put("weights", weights);
        settings.put("fingerprint", fingerprint);
        settings.put("data", data);
        settings.put("inputs", Long.toString(inputs));
        settings.put("methods", String.join(",", names));
        settings.put("batch", Integer.toString(batch));
        settings.put("seed", Long.toString(seed));
        settings.put("confidence", Double.toString(confidence.level()));
        settings.put("kernels", kernels.name());
        return settings;
    }

    /** Writes files that appear together, and says which. */
    String published(OutputFolder folder) {
        StringBuilder lines = new StringBuilder();
        String name = "written";
        for (Path file : folder.publish().reversed()) {
            lines.append(String.format("%-10s %s%n", name, file));
            name = "";
        }
        return lines.toString();
    }
}
