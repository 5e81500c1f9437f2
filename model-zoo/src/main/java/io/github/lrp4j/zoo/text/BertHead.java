package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Layer;
import io.github.lrp4j.zoo.layer.LayerNorm;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code logits = head(states)}: what a {@link Bert} was fine-tuned for. */
public sealed interface BertHead {
    /**
     * Records the head.
     *
     * @param encoder the encoder of {@code states}
     * @param states {@code [N, T, D]}
     */
    Value forward(Bert encoder, Value states, Pass pass);

    /** The trained weights, by key. */
    Map<String, Tensor> parameters();

    /**
     * Where an answer starts and ends: {@code [N, T, 2]}, start and end in the last dimension.
     *
     * @param outputs the linear layer {@code qa_outputs}
     */
    record QuestionAnswering(Linear outputs) implements BertHead {
        /** The head of these weights. */
        public static QuestionAnswering of(BertConfig config, Weights weights) {
            return new QuestionAnswering(
                    Linear.of(weights.pp("qa_outputs"), config.width(), 2, Initial.LECUN_NORMAL));
        }

        @Override
        public Value forward(Bert encoder, Value states, Pass pass) {
            return outputs.forwardIn("qa_outputs", states, pass);
        }

        /** Start and end logits {@code [N, T]} of the logits {@code [N, T, 2]}. */
        public static List<Value> ends(Value logits) {
            return logits.split(-1, 1, 1).stream().map(end -> end.squeeze(-1)).toList();
        }

        @Override
        public Map<String, Tensor> parameters() {
            return collected(outputs);
        }
    }

    /**
     * The class of a sequence, from its first token: {@code [N, classes]}.
     *
     * @param dense layer before the tanh; {@code pooler.dense} of the encoder at BERT, {@code classifier.dense} at RoBERTa
     * @param denseScope its path
     * @param classes the last layer
     * @param classesScope its path
     */
    record SequenceClassification(Linear dense, String denseScope, Linear classes, String classesScope)
            implements
                BertHead {
        /** The head of these weights. */
        public static SequenceClassification of(BertConfig config, Weights weights, Weights encoder, int classes) {
            boolean roberta = config.family() == BertConfig.Family.ROBERTA;
            Weights dense = roberta ? weights.pp("classifier").pp("dense") : encoder.pp("pooler").pp("dense");
            Weights last = roberta ? weights.pp("classifier").pp("out_proj") : weights.pp("classifier");
            return new SequenceClassification(
                    Linear.of(dense, config.width(), config.width(), Initial.LECUN_NORMAL), dense.path(),
                    Linear.of(last, config.width(), classes, Initial.LECUN_NORMAL), last.path());
        }

        @Override
        public Value forward(Bert encoder, Value states, Pass pass) {
            Value first = states.select(1, 0);
            return classes.forwardIn(classesScope, dense.forwardIn(denseScope, first, pass).tanh(), pass);
        }

        @Override
        public Map<String, Tensor> parameters() {
            return collected(dense, classes);
        }
    }

    /**
     * The class of every token: {@code [N, T, classes]}.
     *
     * @param classes the linear layer {@code classifier}
     */
    record TokenClassification(Linear classes) implements BertHead {
        /** The head of these weights. */
        public static TokenClassification of(BertConfig config, Weights weights, int classes) {
            return new TokenClassification(
                    Linear.of(weights.pp("classifier"), config.width(), classes, Initial.LECUN_NORMAL));
        }

        @Override
        public Value forward(Bert encoder, Value states, Pass pass) {
            return classes.forwardIn("classifier", states, pass);
        }

        @Override
        public Map<String, Tensor> parameters() {
            return collected(classes);
        }
    }

    /**
     * The word at every place: {@code [N, T, vocabulary]}, by the table of word vectors.
     *
     * @param path {@code cls.predictions.transform} at BERT, {@code lm_head} at RoBERTa
     * @param dense layer before the activation
     * @param norm norm after it
     * @param biasKey key of the bias
     * @param bias {@code [vocabulary]}
     */
    record MaskedLanguageModel(String path, Linear dense, LayerNorm norm, String biasKey, Tensor bias)
            implements
                BertHead {
        /** The head of these weights; its last layer is the encoder's table of word vectors. */
        public static MaskedLanguageModel of(BertConfig config, Weights weights) {
            boolean roberta = config.family() == BertConfig.Family.ROBERTA;
            Weights predictions = roberta ? weights.pp("lm_head") : weights.pp("cls").pp("predictions");
            Weights transform = roberta ? predictions : predictions.pp("transform");
            predictions.ignore("decoder.weight");
            predictions.ignore("decoder.bias");
            return new MaskedLanguageModel(transform.path(),
                    Linear.of(transform.pp("dense"), config.width(), config.width(), Initial.LECUN_NORMAL),
                    LayerNorm.of(transform.pp(roberta ? "layer_norm" : "LayerNorm"), config.width(), config.eps()),
                    predictions.pp("bias").path(), predictions.get("bias", Initial.ZEROS, config.vocabulary()));
        }

        @Override
        public Value forward(Bert encoder, Value states, Pass pass) {
            Tape tape = states.tape();
            try (Scope _ = tape.scope(path)) {
                Value hidden = encoder.config().activation().of(dense.forward(states, pass));
                return norm.forward(hidden, pass).linear(encoder.wordTable(tape), tape.parameter(biasKey, bias));
            }
        }

        @Override
        public Map<String, Tensor> parameters() {
            Map<String, Tensor> parameters = collected(dense, norm);
            parameters.put(biasKey, bias);
            return parameters;
        }
    }

    private static Map<String, Tensor> collected(Layer... layers) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        for (Layer layer : layers) {
            layer.collectParameters(parameters);
        }
        return parameters;
    }
}
