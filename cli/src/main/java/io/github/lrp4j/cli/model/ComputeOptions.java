package io.github.lrp4j.cli.model;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import picocli.CommandLine.Option;

/** The options that say what computes. */
public final class ComputeOptions {
    private static final String PROCESSOR = "cpu";

    @Option(names = "--kernels", defaultValue = "auto",
            description = "How the processor computes: ${COMPLETION-CANDIDATES} (float64, slow)."
                    + " Default: ${DEFAULT-VALUE}.")
    private KernelChoice kernels;

    @Option(names = "--device", paramLabel = "cpu|cuda|cuda:N", defaultValue = PROCESSOR,
            description = "What computes: the processor, or a GPU by its number. Default: ${DEFAULT-VALUE}.")
    private String device;

    /**
     * Fresh kernels.
     *
     * @throws UserError in one line, why they cannot run here
     */
    public Kernels kernels() {
        if (device.equals(PROCESSOR)) {
            return kernels.kernels();
        }
        if (kernels != KernelChoice.AUTO) {
            throw UserError.usage("--device " + device + " and --kernels " + kernels + " exclude each other");
        }
        if (!device.matches("cuda(:\\d{1,4})?")) {
            throw UserError.usage("--device must be cpu, cuda or cuda:N, got '" + device + "'");
        }
        return open(device, "--device " + device);
    }

    static Kernels open(String name, String asked) {
        try {
            return Backends.open(name, asked);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw UserError.usage(e.getMessage());
        }
    }
}
