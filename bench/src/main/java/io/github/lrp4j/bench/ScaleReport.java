package io.github.lrp4j.bench;

import com.sun.management.ThreadMXBean;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Trace;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Time and memory of planning and of explaining, by number of nodes, on graphs of tensors of four cells, where everything
 * that is not overhead is as good as nothing. Prints a table; a linear algorithm shows the same numbers down each column.
 *
 * <p>Times are processor time of the one thread that works, the best of a few repetitions. Kept bytes are the heap after
 * collection with the plan less the heap without it; allocated bytes are what the thread allocated; held values are the
 * most recovered values that a run had at one moment.
 */
public final class ScaleReport {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ScaleReport() {
    }

    /** A measured piece of work. */
    private record Cost(double nanoseconds, long bytes) {
        static Cost of(int repetitions, Supplier<?> work) {
            Cost best = new Cost(Double.POSITIVE_INFINITY, 0);
            for (int r = 0; r < repetitions; r++) {
                long bytes = THREADS.getCurrentThreadAllocatedBytes();
                long start = THREADS.getCurrentThreadCpuTime();
                Object result = work.get();
                double time = THREADS.getCurrentThreadCpuTime() - start;
                bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
                Objects.requireNonNull(result);
                best = time < best.nanoseconds ? new Cost(time, bytes) : best;
            }
            return best;
        }
    }

    /** Most recovered values at one moment. */
    private static final class Held implements Trace {
        private int now;
        private int most;

        @Override
        public void recovered(int index) {
            most = Math.max(most, ++now);
        }

        @Override
        public void dropped(int index) {
            now--;
        }
    }

    /**
     * Runs.
     *
     * @param arguments the largest power of ten, 6 by default
     */
    public static void main(String[] arguments) {
        int largest = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
        for (Growth growth : Growth.values()) {
            row(growth, 10_000, Retain.GRADIENT, false);
        }
        System.out.printf(Locale.ROOT, "%-10s %-16s %9s | %9s %9s %9s | %9s %9s %9s%n", "graph", "retain", "nodes",
                "plan ns/n", "alloc B/n", "kept B/n", "run ns/n", "alloc B/n", "held");
        for (Growth growth : Growth.values()) {
            for (int power = 2; power <= largest; power++) {
                row(growth, (int) Math.pow(10, power), Retain.GRADIENT, true);
            }
            int nodes = (int) Math.pow(10, Math.min(largest, 5));
            row(growth, nodes, Retain.checkpoint((int) Math.sqrt(nodes)), true);
        }
    }

    private static void row(Growth growth, int nodes, Retain retain, boolean print) {
        Value output = growth.grow(new Tape(new ReferenceKernels(), retain), nodes);
        int repetitions = Math.clamp(300_000 / nodes, 2, 100);
        Cost plan = Cost.of(repetitions, () -> Lrp.with(Presets.dynamicLrp()).plan(output));
        // Small plans are weighed by the dozen, or the collector's own housekeeping would tip the scales.
        RelevancePlan[] plans = new RelevancePlan[Math.max(1, 200_000 / nodes)];
        long before = heap();
        for (int p = 0; p < plans.length; p++) {
            plans[p] = Lrp.with(Presets.dynamicLrp()).plan(output);
        }
        double planBytes = (double) (heap() - before) / plans.length;
        Objects.requireNonNull(plans[plans.length - 1]);
        Lrp lrp = Lrp.with(Presets.dynamicLrp());
        Seed seed = Seed.of(Tensor.full(1, DType.F64, output.shape()));
        Cost run = Cost.of(repetitions, () -> lrp.explain(output, seed));
        Held held = new Held();
        int size = lrp.watchedBy(held).explain(output, seed).graph().size();
        if (print) {
            System.out.printf(Locale.ROOT, "%-10s %-16s %9d | %9.0f %9.0f %9s | %9.0f %9.0f %9d%n",
                    growth.name().toLowerCase(Locale.ROOT), retain, size, plan.nanoseconds / size,
                    (double) plan.bytes / size, weight(planBytes / size), run.nanoseconds / size,
                    (double) run.bytes / size, held.most);
        }
    }

    /** Nothing where the collector's own housekeeping outweighs a plan. */
    private static String weight(double bytes) {
        return bytes > 0 ? String.format(Locale.ROOT, "%.0f", bytes) : "";
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
