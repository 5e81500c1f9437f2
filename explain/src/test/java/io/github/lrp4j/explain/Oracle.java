package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;

/** Explanations made by hand, of one text at a time, and what holds for every explanation. */
final class Oracle {
    /**
     * A model that has read a text.
     *
     * @param output {@code [1, ...]}
     * @param words looked-up vectors {@code [1, T, D]}
     */
    record Run(Value output, Value words) {
        double[] logits() {
            return output.tensor().toDoubleArray();
        }

        /** Number {@code c} of token {@code t}, of outputs {@code [1, T, C]}. */
        double at(int t, int c) {
            return output.tensor().at(0, t, c);
        }

        /** Relevance of the tokens where it starts like this. */
        double[] relevance(Explainer explainer, Seed seed) {
            return perToken(Lrp.with(explainer.rules()).explain(output, seed, words).of(words));
        }

        Relevance whole(Explainer explainer, Seed seed) {
            return Lrp.with(explainer.rules()).explain(output, seed, words);
        }
    }

    private Oracle() {
    }

    static PublishedModel.Encoder encoder(Explainer explainer) {
        return (PublishedModel.Encoder) explainer.model();
    }

    static TokenBatch batch(Encoding encoding) {
        int length = encoding.length();
        return new TokenBatch(Tensor.of(longs(encoding.ids()), 1, length),
                Tensor.of(longs(encoding.typeIds()), 1, length), null);
    }

    private static long[] longs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    /** A BERT with its head, or the mean of its states, on one row of tokens. */
    static Run run(Explainer explainer, Encoding encoding) {
        PublishedModel.Encoder model = encoder(explainer);
        Kernels kernels = explainer.kernels();
        Bert.Encoding encoded = model.bert().encode(new Tape(kernels), batch(encoding), Pass.evaluation());
        return new Run(model.head().isPresent()
                ? model.head().get().forward(model.bert(), encoded.states(), Pass.evaluation())
                : mean(encoded.states(), encoding), encoded.words());
    }

    private static Value mean(Value states, Encoding encoding) {
        Value mean = Bert.meanOfTokens(states, batch(encoding));
        for (int d = 0; d < mean.shape().size(1); d++) {
            double sum = 0;
            for (int t = 0; t < encoding.length(); t++) {
                sum += states.tensor().at(0, t, d);
            }
            assertThat(mean.tensor().at(0, d)).isCloseTo(sum / encoding.length(), within(1e-9));
        }
        return mean;
    }

    /** A seed with these amounts at these cells of a tensor like {@code output}. */
    static Seed cells(Value output, int[] at, double... amounts) {
        double[] start = new double[Math.toIntExact(output.tensor().elements())];
        for (int i = 0; i < at.length; i++) {
            start[at[i]] += amounts[i];
        }
        return Seed.of(Tensor.of(start, output.tensor().dtype(), output.shape()));
    }

    /** {@code sum_d R[0, t, d]}. */
    static double[] perToken(Tensor relevance) {
        double[] sums = new double[relevance.size(1)];
        for (int t = 0; t < sums.length; t++) {
            for (int d = 0; d < relevance.size(2); d++) {
                sums[t] += relevance.at(0, t, d);
            }
        }
        return sums;
    }

    static double[] tokens(TextPart part) {
        return part.tokens().stream().mapToDouble(Double::doubleValue).toArray();
    }

    static void assertClose(double[] got, double[] want, double relative) {
        assertThat(got).hasSameSizeAs(want);
        double largest = Arrays.stream(want).map(Math::abs).max().orElse(0);
        assertThat(largest).isPositive().isFinite();
        for (int i = 0; i < want.length; i++) {
            assertThat(got[i]).as("%d of %s", i, Arrays.toString(want)).isCloseTo(want[i], within(relative * largest));
        }
    }

    /** Nothing is lost: all of the relevance that started is at the words or in the books. */
    static void assertConserved(Explanation explanation) {
        Conservation books = explanation.conservation();
        double elsewhere = books.biases() + books.weights()
                + books.sinks().values().stream().mapToDouble(Double::doubleValue).sum();
        double size =
                Math.abs(books.biases()) + Math.abs(books.weights()) + Math.abs(books.inputs()) + Math.abs(books.seed())
                        + books.sinks().values().stream().mapToDouble(Math::abs).sum();
        assertThat(books.inputs() + elsewhere).isCloseTo(books.seed(), within(1e-6 * size));
        assertThat(books.imbalance()).isLessThan(1e-6);
    }

    /** The above, and the books are those of the parts that are shown. */
    static void assertConserved(TextExplanation explanation, List<TextPart> parts) {
        assertConserved(explanation);
        Conservation books = explanation.conservation();
        double seeds = parts.stream().mapToDouble(TextPart::seed).sum();
        double arrived = parts.stream().mapToDouble(part -> part.sum()
                + part.written().stream().mapToDouble(Double::doubleValue).sum()).sum();
        assertThat(books.seed()).isCloseTo(seeds, within(1e-6 * Math.max(1, Math.abs(seeds))));
        assertThat(books.inputs()).isCloseTo(arrived, within(1e-6 * Math.max(1, Math.abs(arrived))));
    }
}
