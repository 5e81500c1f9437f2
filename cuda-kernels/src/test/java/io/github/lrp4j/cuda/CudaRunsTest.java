package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.TensorAssert;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run of a network does besides computing: the same again, memory, threads, copies. */
class CudaRunsTest {
    private static final int MOST_PAUSES = 200;
    private static final int PAUSE_MILLIS = 10;
    /** As many pauses without change are the end of it. */
    private static final int SETTLED = 20;

    private CudaKernels kernels;

    @BeforeEach
    void open() {
        kernels = TestDevices.host();
    }

    @AfterEach
    void close() {
        if (kernels != null) {
            kernels.close();
        }
    }

    /** Relevance of one pass, on the host. */
    private List<Tensor> explained(Network network, Tensor input) {
        Network.Pass pass = network.on(kernels, input);
        Relevance relevance = Lrp.with(Presets.epsilonAlpha2Beta1()).explain(pass.logits(), Seed.target(0, 1),
                pass.watched().toArray(Value[]::new));
        List<Tensor> results = pass.watched().stream().map(value -> relevance.of(value).toHost()).toList();
        relevance.graph().free();
        return results;
    }

    private static void assertSame(List<Tensor> found, List<Tensor> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            TensorAssert.assertSame(found.get(i), wanted.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    void theSameAgainGivesTheSameBits(Network.Kind kind) {
        Network network = new Network(kind, DType.F32);
        assertSame(explained(network, network.input(1)), explained(network, network.input(1)));
    }

    @Test
    void threadsShareADevice() throws Exception {
        List<Network> networks = List.of(new Network(Network.Kind.CONVOLUTIONAL, DType.F32),
                new Network(Network.Kind.TRANSFORMER, DType.F32), new Network(Network.Kind.SELECTING, DType.F32));
        List<List<Tensor>> alone = new ArrayList<>();
        for (Network network : networks) {
            alone.add(explained(network, network.input(2)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Callable<List<Tensor>>> calls = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Network network = networks.get(i % networks.size());
                calls.add(() -> explained(network, network.input(2)));
            }
            List<Future<List<Tensor>>> results = threads.invokeAll(calls);
            for (int i = 0; i < results.size(); i++) {
                assertSame(results.get(i).get(), alone.get(i % networks.size()));
            }
        }
    }

    /** Weights and single numbers went up with the first run. */
    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    void onlyInputsAndSeedsGoUpAndOnlySingleNumbersAndWhatIsAskedForComeDown(Network.Kind kind) {
        Network network = new Network(kind, DType.F32);
        explained(network, network.input(3));
        List<Transfers.Transfer> trace = new CopyOnWriteArrayList<>();
        kernels.transfers().listen(trace::add);
        Tensor input = network.input(4);
        List<Tensor> results = explained(network, input);

        List<Long> up = new ArrayList<>(List.of(input.elements()));
        up.addAll(network.constants());
        up.add((long) Network.SAMPLES * Network.CLASSES);
        assertThat(elements(trace, Transfers.Direction.TO_DEVICE)).isEqualTo(up);
        List<Long> down = elements(trace, Transfers.Direction.TO_HOST).stream().filter(count -> count > 1).toList();
        assertThat(down).isEqualTo(results.stream().map(Tensor::elements).toList());
    }

    private static List<Long> elements(List<Transfers.Transfer> trace, Transfers.Direction direction) {
        return trace.stream().filter(transfer -> transfer.direction() == direction)
                .map(Transfers.Transfer::elements).toList();
    }

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    void afterARunOnlyWeightsStay(Network.Kind kind) throws InterruptedException {
        Network network = new Network(kind, DType.F32);
        explained(network, network.input(5));
        long resting = settled(0);
        assertThat(resting).isPositive();
        for (int run = 6; run < 9; run++) {
            explained(network, network.input(run));
            assertThat(settled(resting)).isLessThanOrEqualTo(resting);
        }
    }

    /** Bytes on the device once the collector has found what nobody reaches, or once they are at most {@code enough}. */
    private long settled(long enough) throws InterruptedException {
        long held = kernels.heldBytes();
        int unchanged = 0;
        for (int pause = 0; pause < MOST_PAUSES && held > enough && unchanged < SETTLED; pause++) {
            System.gc();
            Thread.sleep(PAUSE_MILLIS);
            unchanged = held == kernels.heldBytes() ? unchanged + 1 : 0;
            held = kernels.heldBytes();
        }
        return held;
    }

    @ParameterizedTest
    @EnumSource(Network.Kind.class)
    void aGraphThatIsFreedGivesItsMemoryBackAtOnce(Network.Kind kind) {
        Network network = new Network(kind, DType.F32);
        Network.Pass pass = network.on(kernels, network.input(10));
        long before = kernels.heldBytes();
        Graph.of(pass.logits()).free();
        assertThat(before - kernels.heldBytes()).isGreaterThan(pass.watched().get(0).shape().elements() * Float.BYTES);
    }

    @Test
    void whatIsClosedHoldsNothing() {
        try (HostDevice device = HostDevice.open()) {
            CudaKernels other = new CudaKernels(device);
            Network network = new Network(Network.Kind.CONVOLUTIONAL, DType.F32);
            Network.Pass pass = network.on(other, network.input(11));
            assertThat(pass.logits().tensor().elements()).isPositive();
            assertThat(device.allocated()).isPositive();
            other.close();
            assertThat(device.allocated()).isZero();
        }
    }
}
