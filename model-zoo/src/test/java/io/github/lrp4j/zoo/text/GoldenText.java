package io.github.lrp4j.zoo.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.layer.Form;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reference model of text: it records the forward pass of its case. */
public interface GoldenText {
    /** Families that {@link #of} reads. */
    List<String> FAMILIES = List.of("bert", "roberta", "t5");

    /** The forms in which attention is recorded, by the names that the cases give them. */
    Map<String, Form> FORMS = Map.of("eager", Form.EXPLICIT, "sdpa", Form.FUSED);

    /**
     * What a forward pass gave.
     *
     * @param outputs by the names that the case gives them
     * @param leaves looked-up vectors by the names of their gradients, without {@code .out}
     */
    record Run(Map<String, Value> outputs, Map<String, Value> leaves) {
    }

    /** Records the forward pass for a set of inputs, {@code b1} or {@code b2}. */
    Run run(Tape tape, String set, Pass pass);

    /** The pass that records what the reference records: norms written out. */
    static Pass pass(String form) {
        return Pass.evaluation().withAttention(FORMS.get(form)).withNorms(Form.EXPLICIT);
    }

    /** The name under which a case has the relevance of a leaf. */
    static String relevanceName(String leaf) {
        return switch (leaf) {
            case "encoder.embed_tokens" -> "shared.weight#0";
            case "decoder.embed_tokens" -> "shared.weight#1";
            default -> leaf + ".weight";
        };
    }

    /** The model of a case, its weights as {@code dtype}. */
    static GoldenText of(GoldenCase golden, DType dtype) {
        return switch (model(golden, dtype)) {
            case PublishedModel.Encoder encoder -> encoder(golden, encoder);
            case PublishedModel.EncoderDecoder t5 -> recording(golden, t5.model());
            case PublishedModel.Pictures pictures -> throw new IllegalStateException(golden + " is " + pictures);
        };
    }

    /** The T5 of a case. */
    static T5 t5(GoldenCase golden, DType dtype) {
        return ((PublishedModel.EncoderDecoder) model(golden, dtype)).model();
    }

    private static PublishedModel model(GoldenCase golden, DType dtype) {
        try {
            return PublishedModel.text(golden.toString(), ModelConfig.read(golden.file("config.json")),
                    weights(golden, dtype), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the encoder of a case reads. */
    static TokenBatch text(GoldenCase golden, String set) {
        return batch(golden, set, "");
    }

    private static Weights weights(GoldenCase golden, DType dtype) {
        try {
            Map<String, Tensor> converted = new LinkedHashMap<>();
            Weights.open(golden.file("model.safetensors")).tensors()
                    .forEach((key, tensor) -> converted.put(key, tensor.to(dtype)));
            return Weights.of("model.safetensors", converted, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenText encoder(GoldenCase golden, PublishedModel.Encoder model) {
        Bert bert = model.bert();
        BertHead head = model.head().orElse(null);
        return (tape, set, pass) -> {
            TokenBatch batch = batch(golden, set, "");
            Bert.Encoding encoding = bert.encode(tape, batch, pass);
            String path = bert.path().isEmpty() ? "embeddings." : bert.path() + ".embeddings.";
            Map<String, Value> outputs = new LinkedHashMap<>();
            switch (head) {
                case null -> {
                    outputs.put("last_hidden_state", encoding.states());
                    outputs.put("embedding", Bert.meanOfTokens(encoding.states(), batch));
                }
                case BertHead.QuestionAnswering qa -> ends(outputs, qa.forward(bert, encoding.states(), pass));
                default -> outputs.put("logits", head.forward(bert, encoding.states(), pass));
            }
            return new Run(outputs, Map.of(path + "word_embeddings", encoding.words(), path + "token_type_embeddings",
                    encoding.types(), path + "position_embeddings", encoding.positions()));
        };
    }

    private static GoldenText recording(GoldenCase golden, T5 model) {
        boolean answers = model.task() == T5.Task.QUESTION_ANSWERING;
        return (tape, set, pass) -> {
            TokenBatch text = batch(golden, set, "");
            T5.Run run = answers
                    ? model.forward(tape, text, pass)
                    : model.forward(tape, text, batch(golden, set, "decoder_"), pass);
            Map<String, Value> outputs = new LinkedHashMap<>();
            if (answers) {
                ends(outputs, run.logits());
            } else {
                outputs.put("logits", run.logits());
            }
            String table = ".block.0.layer.0.SelfAttention.relative_attention_bias";
            return new Run(outputs, Map.of("encoder.embed_tokens", run.text(), "decoder.embed_tokens", run.answer(),
                    "encoder" + table, run.encoderDistances(), "decoder" + table, run.decoderDistances()));
        };
    }

    private static void ends(Map<String, Value> outputs, Value logits) {
        List<Value> ends = BertHead.QuestionAnswering.ends(logits);
        outputs.put("start_logits", ends.get(0));
        outputs.put("end_logits", ends.get(1));
    }

    private static TokenBatch batch(GoldenCase golden, String set, String prefix) {
        JsonNode inputs = golden.json().get("inputs").get(set);
        boolean types = prefix.isEmpty() && inputs.has("token_type_ids");
        boolean mask = prefix.isEmpty() && inputs.has("attention_mask");
        return new TokenBatch(golden.tensor(inputs.get(prefix + "input_ids").asText()),
                types ? golden.tensor(inputs.get("token_type_ids").asText()) : null,
                mask ? golden.tensor(inputs.get("attention_mask").asText()) : null);
    }
}
