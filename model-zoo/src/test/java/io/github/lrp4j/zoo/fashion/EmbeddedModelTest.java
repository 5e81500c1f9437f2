package io.github.lrp4j.zoo.fashion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.data.FashionMnist;
import io.github.lrp4j.zoo.train.Trainer;
import io.github.lrp4j.zoo.train.TrainingListener;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedModelTest {
    @TempDir
    private Path folder;

    private static int guess(Network network, Kernels kernels, Tensor input) {
        Tape tape = new Tape(kernels);
        return (int) kernels.extremum(network.forward(tape, tape.input("image", input)).tensor(), 1, true).indices()
                .toLongArray()[0];
    }

    @Test
    void recognisesItsSamples() {
        Network network = EmbeddedModel.load();
        assertThat(network.facts()).isEqualTo(FashionVgg.facts());
        assertThat(network.parameters().keySet()).isEqualTo(FashionVgg.untrained(1).parameters().keySet());
        List<EmbeddedModel.Sample> samples = EmbeddedModel.samples();
        assertThat(samples).extracting(EmbeddedModel.Sample::label).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        int right = 0;
        for (EmbeddedModel.Sample sample : samples) {
            Tensor input = network.facts().preprocessing().apply(sample.image());
            right += guess(network, new ReferenceKernels(), input) == sample.label() ? 1 : 0;
        }
        assertThat(right).isEqualTo(samples.size());
    }

    @Test
    void samplesArePicturesOfTheTestSet() throws IOException {
        assumeTrue(Files.exists(FashionMnist.DEBIAN_DIRECTORY), "dataset-fashion-mnist is not installed");
        FashionMnist data = FashionMnist.read(FashionMnist.DEBIAN_DIRECTORY);
        for (EmbeddedModel.Sample sample : EmbeddedModel.samples()) {
            int index = Integer.parseInt(sample.name().substring(sample.name().lastIndexOf('-') + 1));
            assertThat(data.test().label(index)).isEqualTo(sample.label());
            for (int i = 0; i < 28 * 28; i++) {
                assertThat(sample.image().sample(i % 28, i / 28, 0))
                        .isEqualTo(data.test().level(index, i / 28, i % 28));
            }
        }
    }

    /** The card tells the truth. */
    @Test
    @Tag("slow")
    void accuracyIsWhatTheCardSays() throws IOException {
        assumeTrue(Files.exists(FashionMnist.DEBIAN_DIRECTORY), "dataset-fashion-mnist is not installed");
        FashionMnist data = FashionMnist.read(FashionMnist.DEBIAN_DIRECTORY);
        double accuracy = Trainer.accuracy(Backends.select().kernels(), EmbeddedModel.load(), data.test());
        assertThat(accuracy).isGreaterThan(0.9);
        assertThat(EmbeddedModel.card()).contains(String.format(Locale.ROOT, "%.2f %%", 100 * accuracy));
    }

    /** What training writes, loading reads: weights, input and classes. */
    @Test
    void savedNetworksComeBack() throws IOException {
        Network network = FashionVgg.untrained(3);
        Path file = folder.resolve("net.safetensors");
        network.save(file, Map.of("note", "untrained"));
        assertThat(Files.size(file)).isLessThan(2_000_000);
        Weights weights = Weights.open(file);
        assertThat(weights.metadata()).containsEntry("note", "untrained");
        Network back = Vgg.fromWeights("net", weights);
        assertThat(back.facts()).isEqualTo(network.facts());
        network.parameters().forEach((key, tensor) -> assertThat(back.parameters().get(key).toFloatArray())
                .isEqualTo(tensor.toFloatArray()));
    }

    /** Three steps and two epochs: the plan of the embedded network runs and learns something. */
    @Test
    void planRuns() throws IOException {
        assumeTrue(Files.exists(FashionMnist.DEBIAN_DIRECTORY), "dataset-fashion-mnist is not installed");
        FashionMnist data = FashionMnist.read(FashionMnist.DEBIAN_DIRECTORY);
        double[] losses = new double[2];
        new Trainer(Backends.select().kernels(), FashionVgg.plan(1).withEpochs(2), new TrainingListener() {
            @Override
            public void epochDone(int epoch, double loss, double accuracy) {
                losses[epoch - 1] = loss;
            }
        }).train(FashionVgg.untrained(1), data.training().first(192), data.test().first(50));
        assertThat(losses[1]).isLessThan(losses[0]);
    }
}
