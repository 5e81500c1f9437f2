package io.github.lrp4j.zoo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TestTensors;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heads that no reference model has, against loops; and what the encoder refuses. */
class BertHeadTest {
    private static final TokenBatch TEXT = new TokenBatch(Tensor.of(new long[] {3, 7, 5, 4, 9, 1}, 2, 3), null,
            Tensor.of(new long[] {1, 1, 1, 1, 1, 0}, 2, 3));

    private static BertConfig config(BertConfig.Family family) {
        return new BertConfig(family, 11, 8, 1, 2, 12, 6, 2, 1, TextActivation.GELU, 1e-5);
    }

    /** Every weight drawn, biases and scales too, under the keys that the parts ask for. */
    private static Weights drawn(Function<Weights, Map<String, Tensor>> parts) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        parts.apply(Weights.initialized(new SplittableRandom(1)))
                .forEach(
                        (key, tensor) -> state.put(key, TestTensors.normal(key.hashCode(), DType.F64, tensor.shape())));
        return Weights.of("drawn", state, Map.of());
    }

    private static Map<String, Tensor> all(Bert bert, BertHead head) {
        Map<String, Tensor> parameters = bert.parameters();
        parameters.putAll(head.parameters());
        return parameters;
    }

    @ParameterizedTest
    @EnumSource
    void maskedWords(BertConfig.Family family) {
        BertConfig config = config(family);
        Weights weights = drawn(w -> all(new Bert(config, w.pp("m")), BertHead.MaskedLanguageModel.of(config, w)));
        Bert bert = new Bert(config, weights.pp("m"));
        BertHead.MaskedLanguageModel head = BertHead.MaskedLanguageModel.of(config, weights);
        weights.requireFit("masked language model");
        assertThat(head.parameters()).containsKeys(family == BertConfig.Family.BERT
                ? new String[] {"cls.predictions.transform.dense.weight", "cls.predictions.transform.LayerNorm.bias",
                    "cls.predictions.bias"}
                : new String[] {"lm_head.dense.weight", "lm_head.layer_norm.bias", "lm_head.bias"});

        Tape tape = new Tape(new ReferenceKernels());
        Value states = bert.encode(tape, TEXT, Pass.evaluation()).states();
        Value logits = head.forward(bert, states, Pass.evaluation());
        assertThat(logits.shape()).isEqualTo(Shape.of(2, 3, 11));

        double[] hidden = new double[8];
        for (int o = 0; o < 8; o++) {
            double sum = head.dense().bias().at(o);
            for (int i = 0; i < 8; i++) {
                sum += head.dense().weight().at(o, i) * states.tensor().at(1, 1, i);
            }
            hidden[o] = UnaryFn.of(UnaryFn.Kind.GELU).apply(sum);
        }
        double mean = Arrays.stream(hidden).average().orElseThrow();
        double variance = Arrays.stream(hidden).map(h -> (h - mean) * (h - mean)).average().orElseThrow();
        Tensor words = bert.parameters().get("m.embeddings.word_embeddings.weight");
        for (int word = 0; word < 11; word++) {
            double want = head.bias().at(word);
            for (int i = 0; i < 8; i++) {
                double normed = (hidden[i] - mean) / Math.sqrt(variance + 1e-5) * head.norm().weight().at(i)
                        + head.norm().bias().at(i);
                want += normed * words.at(word, i);
            }
            assertThat(logits.tensor().at(1, 1, word)).isCloseTo(want, within(1e-9));
        }
    }

    @Test
    void everyTokenHasAClass() {
        BertConfig config = config(BertConfig.Family.BERT);
        Weights weights =
                drawn(w -> all(new Bert(config, w.pp("bert")), BertHead.TokenClassification.of(config, w, 3)));
        Bert bert = new Bert(config, weights.pp("bert"));
        BertHead.TokenClassification head = BertHead.TokenClassification.of(config, weights, 3);
        weights.requireFit("token classification");
        Tape tape = new Tape(new ReferenceKernels());
        Value states = bert.encode(tape, TEXT, Pass.evaluation()).states();
        Value logits = head.forward(bert, states, Pass.evaluation());
        assertThat(logits.shape()).isEqualTo(Shape.of(2, 3, 3));
        double want = head.classes().bias().at(2);
        for (int i = 0; i < 8; i++) {
            want += head.classes().weight().at(2, i) * states.tensor().at(0, 2, i);
        }
        assertThat(logits.tensor().at(0, 2, 2)).isCloseTo(want, within(1e-10));
    }

    @Test
    void longTextsAreRefused() {
        BertConfig config = config(BertConfig.Family.ROBERTA);
        Bert bert = new Bert(config, Weights.initialized(new SplittableRandom(1)).pp("roberta"));
        TokenBatch text = TokenBatch.of(2, 3, 4, 5, 6);
        assertThatThrownBy(() -> bert.encode(new Tape(new ReferenceKernels()), text, Pass.evaluation())).hasMessage(
                "roberta: 5 tokens, but the table of positions has room for 4; cut the text, or read it window by window");
    }

    @Test
    void batchesOfOtherShapesAreRefused() {
        Tensor ids = Tensor.of(new long[] {1, 2}, 1, 2);
        assertThatThrownBy(() -> new TokenBatch(ids, null, Tensor.of(new long[] {1}, 1, 1)))
                .hasMessage("token batch: mask must be int64 [1, 2] like ids, got I64[1, 1]");
        assertThatThrownBy(() -> new TokenBatch(Tensor.of(new float[] {1}, 1, 1), null, null))
                .hasMessage("token batch: ids must be int64 [N, T], got F32[1, 1]");
        assertThatThrownBy(() -> TextActivation.named("swish")).hasMessage(
                "no activation swish; known: gelu, gelu_new, gelu_pytorch_tanh, relu, silu");
    }
}
