package io.github.lrp4j.zoo.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reference encoder of text: configuration, weights and head, as its case describes them.
 *
 * @param bert the encoder
 * @param head its head, null for the plain encoder
 */
public record GoldenEncoder(Bert bert, BertHead head) {
    /** Families that this reads. */
    public static final List<String> FAMILIES = List.of("bert", "roberta");

    /**
     * What a forward pass gave.
     *
     * @param encoding of the encoder
     * @param outputs by the names that the case gives them
     */
    public record Run(Bert.Encoding encoding, Map<String, Value> outputs) {
    }

    /** The encoder of a case, its weights as {@code dtype}. */
    public static GoldenEncoder of(GoldenCase golden, DType dtype) {
        try {
            JsonNode json = new ObjectMapper().readTree(golden.file("config.json").toFile());
            Map<String, Tensor> converted = new LinkedHashMap<>();
            Weights.open(golden.file("model.safetensors")).tensors()
                    .forEach((key, tensor) -> converted.put(key, tensor.to(dtype)));
            Weights weights = Weights.of("model.safetensors", converted, Map.of());
            BertConfig config = config(json);
            boolean bare = weights.has("embeddings.word_embeddings.weight");
            Weights view = bare ? weights : weights.pp(json.get("model_type").asText());
            GoldenEncoder encoder =
                    new GoldenEncoder(new Bert(config, view), head(golden, config, weights, view));
            if (encoder.head() == null) {
                view.ignore("pooler.dense.weight");
                view.ignore("pooler.dense.bias");
            }
            weights.requireFit(golden.toString());
            return encoder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BertConfig config(JsonNode json) {
        return new BertConfig(
                json.get("model_type").asText().equals("bert") ? BertConfig.Family.BERT : BertConfig.Family.ROBERTA,
                json.get("vocab_size").asInt(), json.get("hidden_size").asInt(),
                json.get("num_hidden_layers").asInt(), json.get("num_attention_heads").asInt(),
                json.get("intermediate_size").asInt(), json.get("max_position_embeddings").asInt(),
                json.get("type_vocab_size").asInt(), json.get("pad_token_id").asInt(),
                TextActivation.named(json.get("hidden_act").asText()), json.get("layer_norm_eps").asDouble());
    }

    private static BertHead head(GoldenCase golden, BertConfig config, Weights weights, Weights encoder) {
        String task = golden.json().get("hf_class").asText().replaceFirst("^[A-Z][a-z]+(?=[A-Z])", "");
        return switch (task) {
            case "ForQuestionAnswering" -> BertHead.QuestionAnswering.of(config, weights);
            case "ForSequenceClassification" -> {
                String last = config.family() == BertConfig.Family.BERT ? "classifier" : "classifier.out_proj";
                yield BertHead.SequenceClassification.of(config, weights, encoder,
                        weights.tensors().get(last + ".weight").size(0));
            }
            case "Model" -> null;
            default -> throw new IllegalStateException("no head for " + task);
        };
    }

    /** The inputs of a set, {@code b1} or {@code b2}. */
    public static TokenBatch batch(GoldenCase golden, String set) {
        JsonNode inputs = golden.json().get("inputs").get(set);
        return new TokenBatch(golden.tensor(inputs.get("input_ids").asText()),
                inputs.has("token_type_ids") ? golden.tensor(inputs.get("token_type_ids").asText()) : null,
                inputs.has("attention_mask") ? golden.tensor(inputs.get("attention_mask").asText()) : null);
    }

    /** Records encoder and head. */
    public Run run(Tape tape, TokenBatch batch, Pass pass) {
        Bert.Encoding encoding = bert.encode(tape, batch, pass);
        Map<String, Value> outputs = new LinkedHashMap<>();
        switch (head) {
            case null -> {
                outputs.put("last_hidden_state", encoding.states());
                outputs.put("embedding", Bert.meanOfTokens(encoding.states(), batch));
            }
            case BertHead.QuestionAnswering qa -> {
                List<Value> ends = BertHead.QuestionAnswering.ends(qa.forward(bert, encoding.states(), pass));
                outputs.put("start_logits", ends.get(0));
                outputs.put("end_logits", ends.get(1));
            }
            default -> outputs.put("logits", head.forward(bert, encoding.states(), pass));
        }
        return new Run(encoding, outputs);
    }
}
