package io.github.lrp4j.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import org.junit.jupiter.api.Test;

/** A batch gives gradients and numbers per sample; an attribution is written in a few lines. */
class BatchTest {
    private record InputXGradient() implements Attribution {
        @Override
        public String name() {
            return "input-x-gradient";
        }

        @Override
        public Tensor of(Batch batch) {
            return batch.kernels().binary(BinaryFn.MUL, batch.inputs(), batch.gradient(batch.inputs()));
        }
    }

    @Test
    void gradientsOfALinearClassifierAreItsRows() {
        Tensor weight = TinyClassifier.normal(1, 3, 8);
        Classifier classifier = TinyClassifier.linear(weight, TinyClassifier.normal(2, 3));
        Tensor inputs = TinyClassifier.normal(3, 2, 2, 2, 2);

        Tensor got = TinyClassifier.batch(classifier, inputs, 2, 0).gradient(inputs);

        assertThat(got.select(0, 0).toDoubleArray()).containsExactly(weight.select(0, 2).toDoubleArray());
        assertThat(got.select(0, 1).toDoubleArray()).containsExactly(weight.select(0, 0).toDoubleArray());
    }

    @Test
    void anAttributionOfAFewLinesSumsToTheLogitWithoutItsBias() {
        Tensor bias = TinyClassifier.normal(2, 3);
        Classifier classifier = TinyClassifier.linear(TinyClassifier.normal(1, 3, 8), bias);
        Tensor inputs = TinyClassifier.normal(3, 1, 2, 2, 2);
        Attribution attribution = new InputXGradient();

        double sum = new ReferenceKernels().total(attribution.of(TinyClassifier.batch(classifier, inputs, 1)));

        assertThat(sum).isCloseTo(classifier.logits(inputs).at(0, 1) - bias.at(1), within(1e-12));
    }

    @Test
    void whatIsDrawnForASampleFollowsFromItsKey() {
        Classifier classifier = TinyClassifier.mlp(5, 4, 3, 2);
        Tensor inputs = TinyClassifier.normal(3, 3, 1, 2, 2);
        Batch all = new Batch(classifier, inputs, new int[] {0, 1, 0}, new long[] {7, 8, 9});
        Batch last = new Batch(classifier, inputs.slice(0, 2, 3), new int[] {0}, new long[] {9});

        assertThat(last.random(0, 5).nextLong()).isEqualTo(all.random(2, 5).nextLong())
                .isNotEqualTo(all.random(1, 5).nextLong()).isNotEqualTo(all.random(2, 6).nextLong());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Classifier classifier = TinyClassifier.mlp(5, 4, 3, 2);
        Tensor inputs = TinyClassifier.normal(3, 3, 1, 2, 2);

        assertThatThrownBy(() -> TinyClassifier.batch(classifier, inputs, 0, 1))
                .hasMessage(
                        "batch: inputs [3, 1, 2, 2], 2 targets and 2 keys; give one target and one key for each sample");
        Classifier wrong = new Classifier(input -> input, new ReferenceKernels());
        assertThatThrownBy(() -> wrong.logits(inputs)).hasMessage("classifier: logits [3, 1, 2, 2] of inputs "
                + "[3, 1, 2, 2] are not [N, classes] with the N of the inputs");
    }
}
