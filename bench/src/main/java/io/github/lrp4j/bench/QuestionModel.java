package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Start;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.T5Config;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Language models of published size with a head that marks where an answer starts and ends. */
public enum QuestionModel {
    /** 24 layers of 1024. */
    ROBERTA_LARGE("roberta-large") {
        @Override
        public Recording load(Weights weights) {
            BertConfig config = BertConfig.robertaLarge();
            Bert encoder = new Bert(config, weights.pp("roberta"));
            BertHead head = BertHead.QuestionAnswering.of(config, weights);
            weights.requireFit(label);
            Map<String, Tensor> parameters = new LinkedHashMap<>(encoder.parameters());
            parameters.putAll(head.parameters());
            return new Recording(parameters, (tape, question) -> {
                Bert.Encoding encoding = encoder.encode(tape, question, Pass.evaluation());
                return new Answer(encoding.words(), head.forward(encoder, encoding.states(), Pass.evaluation()));
            });
        }
    },
    /** 24 + 24 layers of 1024; the decoder reads the question too. */
    FLAN_T5_LARGE("flan-t5-large") {
        @Override
        public Recording load(Weights weights) {
            T5 model = T5.of(label, T5Config.flanLarge(), T5.Task.QUESTION_ANSWERING, weights);
            return new Recording(model.parameters(), (tape, question) -> {
                T5.Run run = model.forward(tape, question, Pass.evaluation());
                return new Answer(run.text(), run.logits());
            });
        }
    };

    /**
     * A loaded model.
     *
     * @param parameters its weights, by key
     * @param model records it
     */
    public record Recording(Map<String, Tensor> parameters, Recorder model) {
    }

    /** Records a model. */
    public interface Recorder {
        Answer record(Tape tape, TokenBatch question);
    }

    /**
     * What a model makes of a question.
     *
     * @param words looked-up word vectors {@code [N, T, D]}
     * @param logits {@code [N, T, 2]}
     */
    public record Answer(Value words, Value logits) {
        /** Where relevance starts: at both ends of the answer. */
        public List<Start> starts() {
            return BertHead.QuestionAnswering.ends(logits).stream().map(end -> Start.at(end, Seed.top1())).toList();
        }
    }

    final String label;

    QuestionModel(String label) {
        this.label = label;
    }

    /** The model with these weights. */
    public abstract Recording load(Weights weights);

    /** The labels. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(model -> model.label).toList();
    }

    /** The model of that label. */
    public static QuestionModel named(String label) {
        for (QuestionModel model : values()) {
            if (model.label.equals(label)) {
                return model;
            }
        }
        throw new IllegalArgumentException("no model " + label);
    }
}
