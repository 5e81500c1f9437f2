package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.Machine;
import io.github.lrp4j.bench.Preset;
import io.github.lrp4j.bench.Quick;
import io.github.lrp4j.bench.Subject;
import io.github.lrp4j.cuda.CudaLibraries;
import io.github.lrp4j.cuda.DeviceRates;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What lrp4j does on a GPU, as Markdown: kernels beside the device's own rates; models, forward, gradient and every preset, in
 * time, explanations per second and peak memory of the device; PyTorch on the same GPU where there is one. The script
 * {@code bench/gpu/run} calls it.
 */
public final class DeviceReport {
    private static final int NO_DEVICE = 3;
    private static final double MEBI = 1 << 20;
    private static final List<String> MODELS =
            List.of("vgg16", "resnet50", "vit_b_16", "roberta-large", "flan-t5-large");

    private final DeviceOptions options;
    private final PrintStream out;
    private final PrintStream progress;
    private int failures;

    private DeviceReport(DeviceOptions options, PrintStream out, PrintStream progress) {
        this.options = options;
        this.out = out;
        this.progress = progress;
    }

    /**
     * {@code check}: says what is missing and ends with status 3, or nothing. Otherwise writes the report; ends with status 1 if
     * a row failed.
     */
    public static void main(String[] arguments) throws IOException {
        DeviceOptions options = DeviceOptions.parse(List.of(arguments));
        if (options.checks()) {
            try (DeviceUnderTest device = new DeviceUnderTest(options.kernels())) {
                System.out.println(device.name());
            } catch (IllegalStateException | IllegalArgumentException e) {
                System.err.println("gpu: " + e.getMessage());
                System.exit(NO_DEVICE);
            }
            return;
        }
        int failed;
        try (PrintStream file =
                new PrintStream(Files.newOutputStream(options.report()), true, StandardCharsets.UTF_8)) {
            failed = write(options, file, System.err);
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    /** Writes the report; returns how many rows failed. */
    static int write(DeviceOptions options, PrintStream out, PrintStream progress) throws IOException {
        DeviceReport report = new DeviceReport(options, out, progress);
        report.run();
        return report.failures;
    }

    private void run() throws IOException {
        try (Peer peer = Peer.start(options.peer())) {
            try (DeviceUnderTest device = new DeviceUnderTest(options.kernels())) {
                out.println("# lrp4j on " + device.name() + "\n");
                out.println("Host: " + Machine.description() + "; Java " + Runtime.version() + ".\n");
                if (options.kernels().startsWith("cuda")) {
                    CudaLibraries found = CudaLibraries.discover();
                    out.println("Libraries: " + found.driver() + "; " + found.blas() + "; " + found.bindings() + ".\n");
                }
                out.println("PyTorch: " + peer.description() + ".\n");
                if (options.suite() != null) {
                    out.println("Tests on the device: " + Files.readString(options.suite()).strip() + "\n");
                }
                if (options.includesKernels()) {
                    kernels(device);
                }
            }
            out.println("""
                    ## Models

                    Weights and inputs are drawn unless a file was given; pictures of 224 x 224 pixels, questions of 384 tokens, \
                    one at a time, float32. An explanation is a recorded forward pass and the relevance of the input, the copy \
                    of the input to the device included. Memory is the most that tensors took on the device at a time, weights \
                    included; its ratio is to that of inference.
                    """);
            out.println("| model | what | ms | per second | memory, MiB | its ratio | PyTorch, ms | its time / ours |");
            out.println("|---|---|---:|---:|---:|---:|---:|---:|");
            for (String model : options.isTiny() ? List.of("resnet18") : MODELS) {
                if (options.includes(model)) {
                    model(model, peer);
                }
            }
        }
    }

    // ---- kernels -------------------------------------------------------------------------------------------------

    private void kernels(DeviceUnderTest device) {
        Optional<DeviceRates> rates = device.rates();
        out.println("## Kernels\n");
        rates.ifPresent(best -> out.printf(Locale.ROOT, "The device copies %.0f GB/s (read and written) and multiplies"
                + " %.1f TFLOP/s (%s, float32, 4096 x 4096 x 4096). Shares are of these two.%n%n",
                best.copiedBytes() / 1e9, best.productFlops() / 1e12, best.products()));
        out.println("| kernel | ms | rate | share |");
        out.println("|---|---:|---:|---:|");
        for (Works.Kernel work : Works.kernels()) {
            if (options.isTiny() && work.amount() > 2e6) {
                continue;
            }
            say(work.fullName());
            try {
                double seconds = device.measure(Job.kernel(device.kernels(), work.name(), work.sizes())).seconds();
                double rate = work.amount() / seconds;
                String share = rates.map(best -> String.format(Locale.ROOT, "%.0f %%", 100 * rate
                        / (work.unit().equals("GB/s") ? best.copiedBytes() : best.productFlops()))).orElse("");
                out.printf(Locale.ROOT, "| %s | %.3f | %.1f %s | %s |%n", work.fullName(), 1e3 * seconds, rate / 1e9,
                        work.unit(), share);
            } catch (RuntimeException e) {
                failed(work.fullName(), "", e);
            }
        }
        out.println();
    }

    // ---- models --------------------------------------------------------------------------------------------------

    private void model(String model, Peer peer) throws IOException {
        say(model + ": making its weights");
        Subject subject = subject(model);
        List<String> works = new ArrayList<>(List.of("forward", "gradient"));
        for (Preset preset : Preset.values()) {
            if (preset != Preset.GRADIENT && (!options.isTiny() || preset.ordinal() < 3)) {
                works.add(preset.label());
            }
        }
        double inference = 0;
        try (DeviceUnderTest device = new DeviceUnderTest(options.kernels())) {
            for (String what : works) {
                say(model + " " + what);
                try {
                    DeviceUnderTest.Measured measured =
                            device.measure(ModelJob.named(model, what, 1).on(subject, device.kernels()));
                    double peak = measured.peak().map(bytes -> bytes / MEBI).orElse(Double.NaN);
                    inference = what.equals("forward") ? peak : inference;
                    Optional<Double> theirs = what.equals("forward") || what.equals("gradient")
                            ? peer.seconds(model, what)
                            : Optional.empty();
                    out.printf(Locale.ROOT, "| %s | %s | %.2f | %.1f | %s | %s | %s | %s |%n", model, what,
                            1e3 * measured.seconds(), 1 / measured.seconds(), number("%.0f", peak),
                            number("%.2f", peak / inference),
                            number("%.2f", theirs.map(s -> 1e3 * s).orElse(Double.NaN)),
                            number("%.2f", theirs.map(s -> s / measured.seconds()).orElse(Double.NaN)));
                } catch (RuntimeException e) {
                    failed(model, what, e);
                }
            }
            say(model + ": copies " + device.transfers());
        }
    }

    private Subject subject(String model) {
        Weights weights = Weights.initialized(new Quick(new SplittableRandom(1)));
        Path file = options.weights() == null ? null : options.weights().resolve(model + ".safetensors");
        if (file != null && Files.isRegularFile(file)) {
            try {
                weights = Weights.open(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return options.isTiny() ? Subject.picture(model, weights, 1, 32) : Subject.named(model, weights, 1);
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private void failed(String name, String what, RuntimeException e) {
        failures++;
        out.printf("| %s | %s | failed: %s |%n", name, what, String.valueOf(e.getMessage()).replace('\n', ' '));
    }

    private void say(String text) {
        progress.println("gpu: " + text);
    }

    /** PyTorch on the same device, or nobody. */
    private record Peer(Side side, String description) implements AutoCloseable {
        static Peer start(List<String> command) {
            if (command.isEmpty()) {
                return new Peer(null, "not compared, no Python with PyTorch for CUDA was found");
            }
            try {
                Side side = new Side("PyTorch", command, Map.of());
                return new Peer(side, side.ask("versions"));
            } catch (IOException e) {
                return new Peer(null, "not compared, " + e.getMessage());
            }
        }

        Optional<Double> seconds(String model, String what) {
            if (side == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Turns(side, side, 3).alone("prepare model " + model + " " + what + " 1"));
            } catch (IOException e) {
                return Optional.empty(); // It may lack a library, or memory: then its columns are empty.
            }
        }

        @Override
        public void close() {
            if (side != null) {
                side.close();
            }
        }
    }
}
