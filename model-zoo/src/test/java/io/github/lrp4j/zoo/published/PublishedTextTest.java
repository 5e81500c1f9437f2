package io.github.lrp4j.zoo.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel.Encoder;
import io.github.lrp4j.zoo.published.PublishedModel.EncoderDecoder;
import io.github.lrp4j.zoo.published.PublishedModel.Scores;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.BertNames;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.T5Config;
import io.github.lrp4j.zoo.text.TextActivation;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text models from {@code config.json} and weights, in the many ways in which they are published. */
class PublishedTextTest {
    private static final BertConfig BERT =
            new BertConfig(BertConfig.Family.BERT, 20, 8, 2, 2, 12, 9, 2, 0, TextActivation.GELU, 1e-6);
    private static final T5Config T5_TIED =
            new T5Config(20, 8, 4, 12, 2, 1, 2, 8, 16, TextActivation.RELU, false, true, 1e-6, 0, 0, 1);

    private static ObjectNode bertJson() {
        return new ObjectMapper().createObjectNode().put("model_type", "bert").put("vocab_size", 20)
                .put("hidden_size", 8).put("num_hidden_layers", 2).put("num_attention_heads", 2)
                .put("intermediate_size", 12).put("max_position_embeddings", 9).put("layer_norm_eps", 1e-6);
    }

    private static ObjectNode t5Json() {
        return new ObjectMapper().createObjectNode().put("model_type", "t5").put("vocab_size", 20).put("d_model", 8)
                .put("d_kv", 4).put("d_ff", 12).put("num_layers", 2).put("num_decoder_layers", 1).put("num_heads", 2)
                .put("relative_attention_num_buckets", 8).put("relative_attention_max_distance", 16);
    }

    private static PublishedModel load(ObjectNode json, Map<String, Tensor> weights, boolean strict) {
        return PublishedModel.text("tiny", ModelConfig.of("config.json", json), Weights.of("w", weights, Map.of()),
                strict);
    }

    /** A BERT that answers questions, its keys under {@code bert}. */
    private static Map<String, Tensor> answering() {
        Weights initial = Weights.initialized(new SplittableRandom(1));
        Map<String, Tensor> weights = new LinkedHashMap<>(new Bert(BERT, initial.pp("bert")).parameters());
        weights.putAll(BertHead.QuestionAnswering.of(BERT, initial).parameters());
        return weights;
    }

    private static double[] logits(PublishedModel model) {
        Encoder encoder = (Encoder) model;
        Tape tape = new Tape(new ReferenceKernels());
        Bert.Encoding encoding = encoder.bert().encode(tape, TokenBatch.of(2, 7, 3), Pass.evaluation());
        return encoder.head().orElseThrow().forward(encoder.bert(), encoding.states(), Pass.evaluation()).tensor()
                .toDoubleArray();
    }

    @Test
    void theHeadIsThatOfTheArchitectureOrElseOfTheWeights() {
        PublishedModel said = load(withArchitecture(bertJson(), "BertForQuestionAnswering"), answering(), true);
        PublishedModel found = load(bertJson(), answering(), true);
        assertThat(((Encoder) said).head()).containsInstanceOf(BertHead.QuestionAnswering.class);
        assertThat(logits(found)).isEqualTo(logits(said));
    }

    private static ObjectNode withArchitecture(ObjectNode json, String name) {
        json.putArray("architectures").add(name);
        return json;
    }

    @Test
    void theFirstCheckpointsNamesAreRead() {
        Map<String, Tensor> old = new LinkedHashMap<>();
        answering().forEach((key, tensor) -> old.put(BertNames.first(key), tensor));
        assertThat(old).containsKey("bert.embeddings.LayerNorm.gamma");
        assertThat(old.keySet()).extracting(BertNames::current)
                .containsExactlyElementsOf(answering().keySet());
        assertThat(logits(load(bertJson(), old, true))).isEqualTo(logits(load(bertJson(), answering(), true)));
    }

    @Test
    void aBareEncoderHasNoHead() {
        Map<String, Tensor> bare = new Bert(BERT, Weights.initialized(new SplittableRandom(1))).parameters();
        Encoder encoder = (Encoder) load(withArchitecture(bertJson(), "BertModel"), bare, true);
        assertThat(encoder.head()).isEmpty();
        assertThat(encoder.longest()).isEqualTo(9);
    }

    @Test
    void whatIsNotUsedIsListedOrRefused() {
        Map<String, Tensor> weights = answering();
        weights.put("cls.seq_relationship.weight", Tensor.of(new float[16], 2, 8));
        assertThat(load(bertJson(), weights, false).unused()).containsExactly("cls.seq_relationship.weight [2, 8]");
        assertThatThrownBy(() -> load(bertJson(), weights, true)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("1 unexpected: cls.seq_relationship.weight [2, 8]");
    }

    @Test
    void whatIsMissingIsAlwaysRefused() {
        Map<String, Tensor> weights = answering();
        weights.remove("bert.encoder.layer.1.output.dense.weight");
        assertThatThrownBy(() -> load(bertJson(), weights, false)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("1 missing: bert.encoder.layer.1.output.dense.weight [8, 12]");
    }

    @ParameterizedTest
    @CsvSource({"3, , SOFTMAX", "3, multi_label_classification, SIGMOID", "1, , VALUE", "1, regression, VALUE"})
    void problemTypesDecideHowLogitsAreRead(int classes, String type, Scores scores) {
        Weights initial = Weights.initialized(new SplittableRandom(1));
        Map<String, Tensor> weights = new LinkedHashMap<>(new Bert(BERT, initial.pp("bert")).parameters());
        weights.putAll(BertHead.SequenceClassification.of(BERT, initial, initial.pp("bert"), classes).parameters());
        ObjectNode json = withArchitecture(bertJson(), "BertForSequenceClassification");
        if (type != null) {
            json.put("problem_type", type);
        }
        ObjectNode names = json.putObject("id2label");
        for (int c = 0; c < classes; c++) {
            names.put(Integer.toString(c), "class " + c);
        }
        Encoder encoder = (Encoder) load(json, weights, true);
        assertThat(encoder.scores()).isEqualTo(scores);
        assertThat(encoder.classes()).hasSize(classes).startsWith("class 0");
    }

    @ParameterizedTest
    @CsvSource({
        "position_embedding_type, relative_key, 'config.json: position_embedding_type: relative_key is not there'",
        "hidden_act, mish, 'config.json: hidden_act: no activation mish; known: '",
        "num_attention_heads, 3, 'heads divide the width'",
        "model_type, llama, 'config.json: model_type: llama is no family that'",
    })
    void whatThereIsNotHereIsRefusedByItsKey(String key, String value, String message) {
        ObjectNode json = bertJson();
        if (value.matches("\\d+")) {
            json.put(key, Integer.parseInt(value));
        } else {
            json.put(key, value);
        }
        assertThatThrownBy(() -> load(json, answering(), true)).isInstanceOf(ConfigException.class)
                .hasMessageContaining(message).hasMessageStartingWith("config.json");
    }

    @Test
    void oneTableServesUnderAnyOfItsNames() {
        Map<String, Tensor> stored = new LinkedHashMap<>(new T5(T5_TIED, T5.Task.GENERATION,
                Weights.initialized(new SplittableRandom(1))).parameters());
        Tensor table = stored.remove("shared.weight");
        for (String name : new String[] {"shared.weight", "encoder.embed_tokens.weight", "lm_head.weight"}) {
            Map<String, Tensor> renamed = new LinkedHashMap<>(stored);
            renamed.put(name, table);
            EncoderDecoder model = (EncoderDecoder) load(t5Json(), renamed, true);
            assertThat(model.model().task()).isEqualTo(T5.Task.GENERATION);
            assertThat(model.model().parameters().get("shared.weight").toDoubleArray())
                    .isEqualTo(table.toDoubleArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"relu, RELU, false", "gated-gelu, GELU_NEW, true", "gated-silu, SILU, true", ", RELU, false"})
    void theFeedForwardIsThatOfItsName(String named, TextActivation activation, boolean gated) {
        ObjectNode json = t5Json();
        if (named != null) {
            json.put("feed_forward_proj", named);
        }
        T5Config config = PublishedT5.config(ModelConfig.of("config.json", json));
        assertThat(config.activation()).isEqualTo(activation);
        assertThat(config.gated()).isEqualTo(gated);
        assertThat(config.tied()).isTrue();
        assertThat(config.decoderLayers()).isEqualTo(1);
    }
}
