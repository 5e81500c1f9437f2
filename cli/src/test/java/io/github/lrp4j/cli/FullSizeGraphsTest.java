package io.github.lrp4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.lrp.promise.PublishedStatistics;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.Form;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.text.Bert;
import io.github.lrp4j.zoo.text.BertConfig;
import io.github.lrp4j.zoo.text.BertHead;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.T5Config;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The graphs of networks of published depth, as docs/full-size.md lists them, and what the paper counts. Language models are
 * narrow here and pictures small: a graph depends on neither.
 */
@Tag("slow")
class FullSizeGraphsTest {
    /** The same number everywhere, where a hundred million are wanted only to be there. */
    private static final RandomGenerator CONSTANT = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 1;
        }

        @Override
        public double nextGaussian() {
            return 0.01;
        }
    };

    @ParameterizedTest
    @CsvSource({"resnet50, 64, 339, 47, 30, 0, 35", "vit_b_16, 224, 536, 152, 76, 26, 178",
        "efficientnet_v2_m, 64, 1475, 376, 236, 0, 325"})
    void picturesClassified(String name, int size, int nodes, int promises, int origins, int internal, int depths) {
        hasCounts(ofPicture(name, size), nodes, promises, origins, internal, depths);
    }

    @Test
    void vggIsThePapersGraph() {
        PublishedStatistics paper = PublishedStatistics.of("vgg16").orElseThrow();

        RelevancePlan plan = ofPicture("vgg16", 32);

        hasCounts(plan, paper.nodes(), paper.promises(), 16, paper.internalNodes(), paper.depthSum());
        assertThat(plan.statistics().density()).isCloseTo(paper.density(), within(5e-4));
    }

    private static RelevancePlan ofPicture(String name, int size) {
        Network network = VisionModels.load(name, Weights.initialized(CONSTANT));
        Tape tape = new Tape(Backends.select().kernels());
        Value pixels = tape.input("pixels", Tensor.full(0.5, DType.F32, Shape.of(1, 3, size, size)));
        return plan(network.forward(tape, pixels));
    }

    @ParameterizedTest
    @CsvSource({"FUSED, 1461, 438, 243, 51, 441", "EXPLICIT, 1557, 438, 243, 51, 441"})
    void questionsAnsweredByRobertaLarge(Form form, int nodes, int promises, int origins, int internal, int depths) {
        BertConfig published = BertConfig.robertaLarge();
        BertConfig narrow = new BertConfig(published.family(), 64, 32, published.layers(), 2, 64, 64, published.types(),
                published.padding(), published.activation(), published.eps());
        Weights weights = Weights.initialized(new SplittableRandom(1));
        Bert encoder = new Bert(narrow, weights.pp("roberta"));
        BertHead head = BertHead.QuestionAnswering.of(narrow, weights);
        Pass pass = Pass.evaluation().withAttention(form);
        Bert.Encoding encoding = encoder.encode(new Tape(Backends.select().kernels()), question(), pass);

        RelevancePlan plan = plan(ends(head.forward(encoder, encoding.states(), pass)));

        hasCounts(plan, nodes, promises, origins, internal, depths);
        if (form == Form.FUSED) {
            // The paper's column of Promises has the origins here, and that of the depth sum the branches.
            PublishedStatistics paper = PublishedStatistics.of("roberta-large").orElseThrow();
            assertThat(plan.statistics().origins()).isEqualTo(paper.promises());
            assertThat(plan.statistics().promises()).isEqualTo(paper.depthSum());
        }
    }

    @ParameterizedTest
    @CsvSource({"FUSED, 3841, 486, 269, 172, 658", "EXPLICIT, 4451, 608, 391, 172, 780"})
    void questionsAnsweredByFlanT5Large(Form norms, int nodes, int promises, int origins, int internal, int depths) {
        T5Config published = T5Config.flanLarge();
        T5Config narrow = new T5Config(64, 32, 16, 64, published.layers(), published.decoderLayers(), 2,
                published.buckets(), published.maxDistance(), published.activation(), published.gated(),
                published.tied(), published.eps(), published.padding(), published.start(), published.end());
        T5 model = new T5(narrow, T5.Task.QUESTION_ANSWERING, Weights.initialized(new SplittableRandom(1)));
        Value logits = model.forward(new Tape(Backends.select().kernels()), question(),
                Pass.evaluation().withNorms(norms)).logits();

        hasCounts(plan(ends(logits)), nodes, promises, origins, internal, depths);
    }

    private static TokenBatch question() {
        return TokenBatch.of(11, 12, 13, 14, 15);
    }

    private static Value[] ends(Value logits) {
        return BertHead.QuestionAnswering.ends(logits).toArray(Value[]::new);
    }

    private static RelevancePlan plan(Value... outputs) {
        return Lrp.with(Presets.dynamicLrp()).plan(outputs);
    }

    private static void hasCounts(RelevancePlan plan, int nodes, int promises, int origins, int internal, int depths) {
        PromiseStatistics here = plan.statistics();
        assertThat(List.of(here.nodes(), here.promises(), here.origins(), here.internalNodes(), here.depthSum()))
                .containsExactly(nodes, promises, origins, internal, depths);
        assertThat(plan.audit()).hasSize(nodes).allSatisfy(step -> assertThat(step.rule()).isNotEmpty());
    }
}
