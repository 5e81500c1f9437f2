package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A bench of kernels: calls per second of one kernel on one shape. Before anything is measured the result is compared with
 * that of the reference kernels, and the machine's peak is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public abstract class KernelBench {
    /** What computes. */
    @Param
    public Backend kernels;

    private Work work;
    private Kernels backend;
    private Supplier<List<Tensor>> call;
    private Peak peak;

    /** The chosen kernel with drawn operands; what it draws before is the same for every backend. */
    abstract Work draw(Numbers numbers);

    /** Draws the operands and checks the result. */
    @Setup
    public void prepare() {
        prepare(kernels.kernels(), Peak.measured());
    }

    /**
     * Draws the operands and checks that these kernels compute what the reference kernels do.
     *
     * @param most what the machine can do
     * @throws IllegalStateException if not
     */
    void prepare(Kernels chosen, Peak most) {
        backend = chosen;
        peak = most;
        work = draw(new Numbers());
        call = work.kernel().apply(chosen);
        if (kernels != Backend.REFERENCE) {
            Agreement.require(toString(), work.kernel().apply(new ReferenceKernels()).get(), call.get(),
                    tolerance());
        }
    }

    /** Norm of the largest difference from the reference, in units of the norm of the result; Winograd's is near 1e-5. */
    double tolerance() {
        return 1e-4;
    }

    /** The kernel. */
    @Benchmark
    public List<Tensor> run(Rates rates) {
        rates.count(work.unit(), work.amount(), peak);
        List<Tensor> results = call.get();
        // As in a model, where what has been read for the last time serves again.
        results.forEach(backend::release);
        return results;
    }
}
