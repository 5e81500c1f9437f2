package io.github.lrp4j.bench.compare;

import io.github.lrp4j.cuda.CudaKernels;
import io.github.lrp4j.cuda.DeviceRates;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Kernels that are timed: a GPU's, which are waited for, or others in its place, which have no device of their own. */
final class DeviceUnderTest implements AutoCloseable {
    private static final double WARM_SECONDS = 0.5;
    private static final int WARM_RUNS = 3;
    private static final double TIMED_SECONDS = 1;
    private static final int LEAST_RUNS = 5;
    private static final int MOST_RUNS = 200;

    private final Kernels kernels;

    /** @param name as {@link Backends#open} takes it: {@code cuda:0} */
    DeviceUnderTest(String name) {
        kernels = Backends.open(name, "the report asks for '" + name + "'");
    }

    Kernels kernels() {
        return kernels;
    }

    private Optional<CudaKernels> cuda() {
        return kernels instanceof CudaKernels device ? Optional.of(device) : Optional.empty();
    }

    /** What computes. */
    String name() {
        return cuda().map(CudaKernels::deviceName).orElse("the kernels '" + kernels.name() + "', no GPU");
    }

    /** What the device does at best. */
    Optional<DeviceRates> rates() {
        return cuda().map(CudaKernels::measureRates);
    }

    /** Copies between the host and the device so far. */
    String transfers() {
        return cuda().map(device -> device.transfers().toString()).orElse("none");
    }

    /**
     * A measurement.
     *
     * @param seconds median
     * @param peak most bytes of the device's memory while it ran
     */
    record Measured(double seconds, Optional<Long> peak) {
    }

    /** The median time of a work, which is done when the device is. */
    Measured measure(Runnable work) {
        double total = 0;
        for (int run = 0; run < WARM_RUNS || (total < WARM_SECONDS && run < MOST_RUNS); run++) {
            total += seconds(work);
        }
        System.gc(); // What earlier works left behind is not this one's.
        cuda().ifPresent(CudaKernels::restartPeak);
        List<Double> seconds = new ArrayList<>();
        total = 0;
        while (seconds.size() < LEAST_RUNS || (total < TIMED_SECONDS && seconds.size() < MOST_RUNS)) {
            seconds.add(seconds(work));
            total += seconds.getLast();
        }
        Collections.sort(seconds);
        return new Measured(seconds.get(seconds.size() / 2), cuda().map(CudaKernels::peakBytes));
    }

    private double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        cuda().ifPresent(CudaKernels::synchronize);
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        cuda().ifPresent(CudaKernels::close);
    }
}
