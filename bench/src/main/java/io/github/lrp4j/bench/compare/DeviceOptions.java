package io.github.lrp4j.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link DeviceReport} is asked.
 *
 * @param checks only whether the kernels can be had
 * @param kernels as {@code -Dlrp4j.kernels} names them
 * @param report the file to write
 * @param suite a file with a line about the tests, or null
 * @param weights a directory with {@code MODEL.safetensors}, or null
 * @param peer the command of PyTorch's side; empty for none
 * @param isTiny a small network instead of those of published size, to try the report
 * @param words parts of the names of models, and {@code kernels}; all if there are none
 */
record DeviceOptions(boolean checks, String kernels, Path report, Path suite, Path weights, List<String> peer,
        boolean isTiny, List<String> words) {
    static DeviceOptions parse(List<String> arguments) {
        boolean checks = false;
        boolean tiny = false;
        String kernels = "cuda:0";
        Path report = Path.of("report.md");
        Path suite = null;
        Path weights = null;
        List<String> peer = List.of();
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.replaceAll("=.*", "")) {
                case "--check" -> checks = true;
                case "--tiny" -> tiny = true;
                case "--kernels" -> kernels = value;
                case "--report" -> report = Path.of(value);
                case "--suite" -> suite = Path.of(value);
                case "--weights" -> weights = Path.of(value);
                case "--peer" -> peer = List.of(value.split(" "));
                default -> {
                    if (argument.startsWith("-")) {
                        throw new IllegalArgumentException("no option " + argument);
                    }
                    words.add(argument);
                }
            }
        }
        return new DeviceOptions(checks, kernels, report, suite, weights, peer, tiny, words);
    }

    boolean includes(String model) {
        return words.isEmpty() || words.stream().anyMatch(model::contains);
    }

    boolean includesKernels() {
        return words.isEmpty() || words.contains("kernels");
    }
}
