package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import io.github.lrp4j.zoo.image.RgbImage;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class RepeatedExplanationTest {
    private static final int EXPLANATIONS = 200;
    private static final int SETTLED = 10;
    private static final int COMPILED = 100;
    private static final long SLACK = 1 << 20;

    private final List<EmbeddedModel.Sample> samples = EmbeddedModel.samples();

    private static Explainer explainer(RulePreset preset, Kernels kernels) {
        return Explainer.of(EmbeddedModel.load()).with(kernels).with(preset);
    }

    private RgbImage sample(int number) {
        return samples.get(number % samples.size()).image();
    }

    @Test
    void theSamePictureTwiceHasTheSameRelevanceToTheLastBit() {
        Kernels kernels = Backends.select().kernels();
        for (RulePreset preset : List.of(RulePreset.DYNAMIC_LRP_GAMMA, RulePreset.EPSILON_PLUS, RulePreset.GRADIENT)) {
            Explainer explainer = explainer(preset, kernels);
            ImageExplanation first = explainer.explain(sample(3));
            explainer.explain(List.of(sample(4)), Question.classes(2));
            ImageExplanation again = explainer.explain(sample(3));

            assertThat(again.relevance().toFloatArray()).containsExactly(first.relevance().toFloatArray());
            assertThat(again.ranking()).isEqualTo(first.ranking());
            assertThat(again.plan()).isSameAs(first.plan());
        }
    }

    /** Early runs are interpreted, later ones compiled, and that must make no difference either. */
    @Test
    void theJitCompilerChangesNothing() {
        Explainer explainer = explainer(RulePreset.EPSILON_PLUS, Backends.select().kernels());
        float[] first = explainer.explain(sample(0)).relevance().toFloatArray();
        for (int i = 0; i < COMPILED; i++) {
            assertThat(explainer.explain(sample(0)).relevance().toFloatArray())
                    .containsExactly(first);
        }
    }

    /** Bytes of live objects. The heap's own number may include dead ones that a collection found not worth moving. */
    private static long heap() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        Matcher total = Pattern.compile("Total +\\d+ +(\\d+)").matcher(histogram);
        assertThat(total.find()).isTrue();
        return Long.parseLong(total.group(1));
    }

    private static long offHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Test
    void memoryIsFlatAfterTheFirstTen() throws JMException {
        Explainer explainer = explainer(RulePreset.DYNAMIC_LRP_GAMMA, Backends.select().kernels());
        for (int i = 0; i < SETTLED; i++) {
            explainer.explain(sample(i));
        }
        long heap = heap();
        long offHeap = offHeap();

        for (int i = SETTLED; i < EXPLANATIONS; i++) {
            explainer.explain(sample(i));
        }

        assertThat(heap() - heap).as("growth of the heap, bytes").isLessThan(SLACK);
        assertThat(offHeap() - offHeap).as("growth outside of the heap, bytes").isLessThan(SLACK);
    }
}
