package io.github.lrp4j.zoo.text;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of BERT and RoBERTa: as transformers writes them, which this library uses, and as the first checkpoints have
 * them, which were converted from TensorFlow and are still published.
 *
 * <p>What follows the encoder's path, {@code bert}, {@code roberta} or nothing, is the same for both families; {@code *}
 * is the number of the layer:
 * <pre>
 * embeddings.word_embeddings / token_type_embeddings / position_embeddings / LayerNorm
 * encoder.layer.*.attention.self.query / key / value
 * encoder.layer.*.attention.output.dense / LayerNorm
 * encoder.layer.*.intermediate.dense
 * encoder.layer.*.output.dense / LayerNorm
 * pooler.dense                                             classifier of sequences, BERT
 * </pre>
 * Heads are beside the encoder: {@code qa_outputs}; {@code classifier}; {@code classifier.dense / out_proj} of sequences at
 * RoBERTa; {@code cls.predictions.transform.dense / LayerNorm} and {@code cls.predictions.bias} at BERT, {@code
 * lm_head.dense / layer_norm / bias} at RoBERTa.
 */
public final class BertNames {
    private static final String WORDS = "embeddings.word_embeddings.weight";

    /** The end of a key in both writings. */
    private record Row(String current, String first) {
    }

    private static final List<Row> TABLE =
            List.of(new Row("LayerNorm.weight", "LayerNorm.gamma"), new Row("LayerNorm.bias", "LayerNorm.beta"));

    private BertNames() {
    }

    /** A key as transformers writes it. */
    public static String current(String key) {
        for (Row row : TABLE) {
            if (key.endsWith(row.first)) {
                return key.substring(0, key.length() - row.first.length()) + row.current;
            }
        }
        return key;
    }

    /** A key as the first checkpoints have it. */
    public static String first(String key) {
        for (Row row : TABLE) {
            if (key.endsWith(row.current)) {
                return key.substring(0, key.length() - row.current.length()) + row.first;
            }
        }
        return key;
    }

    /** Weights of either writing, as transformers writes them. */
    public static Weights current(Weights weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.tensors().forEach((key, tensor) -> tensors.put(current(key), tensor));
        return weights.withTensors(tensors);
    }

    /** The path of the encoder: what stands before its keys, without the last dot; {@code bert} where there is none. */
    public static String encoderPath(Weights weights) {
        for (String key : weights.tensors().keySet()) {
            if (key.equals(WORDS)) {
                return "";
            }
            if (key.endsWith("." + WORDS)) {
                return key.substring(0, key.length() - WORDS.length() - 1);
            }
        }
        return "bert";
    }
}
